"""What servers acknowledged to people, and whether the database holds it: nothing lost, nothing done twice."""

import re
import threading
from collections import Counter
from dataclasses import dataclass, field
from urllib.parse import parse_qsl, urlsplit

ENTRY = re.compile(r"/entries/(\d+)/(?:save)?")
RULINGS = re.compile(r"/review/(\d+)/(\w+)/(?:save|resolution)?")
# Each of these leaves exactly one event that bears the key of the form.
ACTS = re.compile(
    r"/entries/\d+/(?:endorse|withdraw_endorsement|send_back|cancel_send_back|take_back|appeal)|/scorecards/\d+/submit|/review/\d+/do/\w+|/review/\d+/(?:return|hand-over)"
    r"|/review/\d+/\w+/resolution|/review/appeals/\d+/(?:publish)?"
)
ONCE = ["propose", "endorse", "submit", "begin_review", "return", "conclude", "amend", "approve", "publish", "appeal",
        "decide_appeal", "publish_revision"]  # fmt: skip
FAULT = 500


@dataclass
class Ledger:
    """`forms`: (path, fields, username) as they were acknowledged; `files`: (address, hash); `documents`: hashes of
    what was downloaded. Lists only grow, so that threads need no lock."""

    forms: list[tuple[str, dict[str, str], str]] = field(default_factory=list)
    files: list[list[str]] = field(default_factory=list)
    documents: list[str] = field(default_factory=list)
    faults: list[str] = field(default_factory=list)  # answers that no outage excuses
    unsettled: list = field(default_factory=list)
    failed: int = 0  # pages that did not come
    reloaded: int = 0  # pages that were loaded again because a part of them did not come
    lock: threading.Lock = field(default_factory=threading.Lock)

    def hear(self, response, username: str) -> None:
        """A response to this person's browser. What a script had saved is looked at in `settle`, when the browser has
        time."""
        path = urlsplit(response.url).path
        if response.status == FAULT:
            self.faults.append(f"{response.request.method} {path}: {response.status}")
        if response.request.method != "POST":
            return
        if response.status == 302:
            self.acknowledge(path, fields_sent(response.request), username)
        elif response.status == 200 and path.endswith("/save"):
            self.unsettled.append((path, fields_sent(response.request), username, response))

    def settle(self) -> None:
        """Take over what scripts had saved, as far as the page still knows the answer."""
        waiting, self.unsettled = self.unsettled, []
        for path, fields, username, response in waiting:
            try:
                said = response.text()
            except Exception:  # the browser has forgotten it: then nobody was shown it for long either
                continue
            if 'class="error"' not in said:
                self.acknowledge(path, fields, username)

    def acknowledge(self, path: str, fields: dict[str, str], username: str) -> None:
        self.forms.append((path, fields, username))

    def compared(self) -> dict:
        """What `differences` takes."""
        return {"forms": self.forms, "files": self.files, "documents": self.documents}


def fields_sent(request) -> dict[str, str]:
    return dict(parse_qsl(request.post_data or "", keep_blank_values=True))


def rulings_in(fields: dict[str, str]) -> dict[str, tuple[str, str]]:
    """{criterion: (decision, reason)} of a reviewer's form, where something was decided."""
    decided = {
        name.removeprefix("decision."): said for name, said in fields.items() if name.startswith("decision.")
    }
    return {key: (said, fields.get(f"reason.{key}", "")) for key, said in decided.items() if said}


# ---------------------------------------------------------------- inside the installation


def differences(said: dict, since: int) -> dict:
    """{"wrong": what was acknowledged and is not there, or is there twice; "compared": how much of each kind was
    compared}. `since` is the last event before."""
    found = Compared()
    found.entries(said["forms"])
    found.rulings(said["forms"])
    found.acts(said["forms"], since)
    found.files(said["files"])
    found.documents(said["documents"])
    return {"wrong": found.wrong, "compared": found.counts}


class Compared:
    def __init__(self):
        self.wrong, self.counts = [], Counter()

    def note(self, kind: str, holds: bool, says: str) -> None:
        self.counts[kind] += 1
        if not holds:
            self.wrong.append(f"{kind}: {says}")

    def entries(self, forms) -> None:
        """Each field of an indicator holds what was acknowledged last."""
        from scorecards.answering.forms import EntryForm
        from scorecards.models import Entry

        last: dict[str, dict[str, str]] = {}
        for path, fields, _username in forms:
            if at := ENTRY.fullmatch(path):
                last.setdefault(at[1], {}).update(fields)
        for pk, fields in last.items():
            form = EntryForm(entry=Entry.objects.get(pk=pk))
            for name in set(fields) & set(form.fields):
                if not name.startswith("seen."):
                    held, sent = str(form[name].value() or ""), fields[name].replace("\r\n", "\n").strip()
                    self.note("fields", held == sent, f"entry {pk} {name}: {sent!r} is {held!r}")

    def rulings(self, forms) -> None:
        """Each ruling is as it was acknowledged last."""
        from scorecards.models import Ruling, Submission

        last: dict[tuple[int, str], tuple[str, str]] = {}
        for path, fields, _username in forms:
            if at := RULINGS.fullmatch(path):
                sent = (
                    fields.get("submission") or Submission.objects.filter(scorecard=at[1]).latest("number").pk
                )
                last |= {(int(sent), key): said for key, said in rulings_in(fields).items()}
        for (pk, key), (decision, reason) in last.items():
            held = Ruling.objects.filter(submission=pk, criterion_key=key).values_list("decision", "reason")
            same = [one[0] for one in held] == [decision] and (decision == "agree" or reason in held[0][1])
            self.note("rulings", same, f"submission {pk} {key}: {decision, reason} is {list(held)}")

    def acts(self, forms, since: int) -> None:
        """Each act that was acknowledged left its one event, and no act was done that was not acknowledged."""
        from django.contrib.auth import get_user_model

        from scorecards.models import Event
        from scorecards.request_keys import key_for

        keys, people = set(), dict(get_user_model().objects.values_list("username", "pk"))
        for path, fields, username in forms:
            key = key_for(people[username], path, fields.get("request_key", ""))
            if ENTRY.fullmatch(path) and fields.get("then") == "propose":
                keys.add(f"{key}+propose")
            elif ACTS.fullmatch(path):
                keys.add(key)
        events = Event.objects.filter(pk__gt=since, action__in=ONCE)
        done = Counter(events.values_list("request_key", flat=True))
        for key in keys | set(done):
            self.note(
                "acts", key in keys and done[key] == 1, f"{key} was done {done[key]} times, {key in keys}"
            )

    def files(self, files) -> None:
        """Each file is there once, whole."""
        from evidence import store
        from evidence.models import Evidence

        for address, sha256 in files:
            row = Evidence.objects.get(pk=address.strip("/").split("/")[-1])
            store.open_checked(row.key, sha256=sha256).close()
            same = Evidence.objects.live().filter(
                entry=row.entry_id, criterion_key=row.criterion_key, sha256=sha256
            )
            self.note("files", same.count() == 1, f"{address} is there {same.count()} times")

    def documents(self, hashes) -> None:
        from reports.models import Document

        for sha256 in hashes:
            held = Document.objects.filter(sha256=sha256).count()
            self.note("documents", held == 1, f"a PDF with hash {sha256} is there {held} times")
