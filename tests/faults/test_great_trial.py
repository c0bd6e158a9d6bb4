"""The whole story of the product in a real browser, on everything that production stands on, while one thing after the
other is killed, frozen and emptied; at the end the database holds exactly what people's browsers were told.

What befalls it is chosen from a seed, which is printed with -s and may be given again: --seed 7.
"""

import hashlib
import http.client
import json
import random
import re
import threading
import time
import uuid
from contextlib import contextmanager

import pytest

from tests.browser.test_whole_round import give_form, report_plainly
from tests.browser.test_whole_way import (
    appeal_and_revise,
    fill_in_and_send,
    judge_and_publish,
    print_and_read,
)
from tests.faults.ledger import Ledger
from tests.faults.persevering import Persevering
from tests.faults.running import CannotRun, Installation, wait_until
from tests.faults.trouble import Trouble
from tests.faults.visiting import Visitor, fields_of

pytestmark = [pytest.mark.faults, pytest.mark.browser, pytest.mark.slow]

COLLEAGUES = 6
SENDINGS = 3  # of the story: one of the first agency, two of the other one
FILL = f"""
import json
from config.demo.loading import load_demo
from scorecards.models import Entry, Event
load_demo(say=lambda said: None)
told = ["ict-moi", "business", "dga"]
rows = Entry.objects.filter(state="draft", scorecard__state="open", scorecard__round__months=12)
rows = rows.exclude(scorecard__agency__code__in=told).order_by("scorecard__agency__code", "pk")
at = {{}}
for one in rows.select_related("scorecard__agency"):
    at.setdefault(f"{{one.scorecard.agency.code}}-collector", one.pk)
print(json.dumps({{"at": dict(list(at.items())[:{COLLEAGUES}]), "since": Event.objects.latest("pk").pk}}))
"""
COMPARE = """
import json
from tests.faults.ledger import differences
print(json.dumps(differences(json.load(open("ledger.json")), since={since})))
"""


@pytest.fixture
def seed(request):
    return request.config.getoption("--seed") or random.SystemRandom().randrange(1, 1_000_000)


@pytest.fixture
def place(tmp_path_factory, browser_type_launch_args):
    """Three web and two worker processes and beat, filled with the demo."""
    folder = tmp_path_factory.mktemp("trial")
    try:
        with Installation(folder, webs=3, workers=2, together=True) as installation:
            installation.known = installation.run(FILL)
            installation.sign_everybody_in()
            for name in installation.web_names:
                installation.start_web(name)
            for name in installation.worker_names:
                installation.start_worker(name)
            installation.start_beat()
            yield installation
    except CannotRun as reason:
        pytest.skip(str(reason))


class Colleague(threading.Thread):
    """Somebody at another agency who writes, saves and attaches all the while, without JavaScript."""

    def __init__(self, place, name, entry, ledger):
        super().__init__(daemon=True)
        self.visitor = Visitor(place.ports["web0"], place.sessions[name])
        self.address, self.entry, self.ledger = f"/entries/{entry}/", entry, ledger
        self.username = name
        self.over, self.turns, self.failed = threading.Event(), 0, []

    def run(self):
        try:
            while not self.over.wait(1):
                self.write()
                if self.turns % 4 == 0:
                    self.attach()
                self.turns += 1
        except Exception as fault:
            self.failed.append(repr(fault))

    def persist(self, ask):
        """The answer to the same request, sent again until there is one."""
        while True:
            try:
                answer = ask()
            except (OSError, http.client.HTTPException):
                answer = None
            if answer is not None and answer.status != 503:
                return answer
            self.ledger.failed += 1
            time.sleep(1)

    def write(self):
        form = fields_of(self.persist(lambda: self.visitor.get(self.address)).text, "entry-form")
        form |= {"obstacles": f"น้ำท่วม {uuid.uuid4().hex}", "then": "save"}
        answer = self.persist(lambda: self.visitor.post(self.address, form))
        assert answer.status == 302, (answer.status, self.address)
        self.ledger.acknowledge(self.address, form, self.username)

    def attach(self):
        form = fields_of(self.persist(lambda: self.visitor.get(self.address)).text, "entry-form")
        key = next(name for name in form if name.startswith("request_key.")).partition(".")[2]
        said = {f"request_key.{key}": form[f"request_key.{key}"]}
        name, content = f"{uuid.uuid4().hex}.txt", uuid.uuid4().hex.encode() * 500
        address = f"/evidence/entries/{self.entry}/{key}/"
        answer = self.persist(
            lambda: self.visitor.post(address, said, files={f"files.{key}": (name, content)})
        )
        assert answer.status == 302, (answer.status, address)
        page = self.persist(lambda: self.visitor.get(self.address)).text
        found = re.search(rf'href="(/evidence/[0-9a-f-]+/)[^"]*"[^>]*>{name}', page)
        assert found, (name, self.address)
        self.ledger.files.append([found[1], hashlib.sha256(content).hexdigest()])


@contextmanager
def colleagues(place, ledger):
    """The others are at work while the block lasts."""
    people = [Colleague(place, name, entry, ledger) for name, entry in place.known["at"].items()]
    for one in people:
        one.start()
    yield
    for one in people:
        one.over.set()
    for one in people:
        one.join(120)
    assert [fault for one in people for fault in one.failed] == []
    assert min(one.turns for one in people) > 3


@pytest.fixture
def sit_down(browser, place, request):
    """sit_down(ledger): a `desk` as the stories know it, with people who persevere."""
    desks = []

    def at(ledger):
        def desk(username, **options):
            address = f"http://127.0.0.1:{place.ports['web0']}"
            desks.append(Persevering(browser, address, username, "great_trial", ledger=ledger, **options))
            return desks[-1]

        return desk

    yield at
    for one in desks:
        one.close()


def tick(collector):
    for step in ("step1", "step2", "step3", "step5"):
        collector.answer(step, "yes")
    collector.wait_saved()


def tell_the_story(desk, letter, target):
    """The year is opened for an agency, which reports and sends; another one goes the whole way to its printed result,
    whose code everybody can check."""
    give_form(desk, "ict-2558", "กรมพัฒนาธุรกิจการค้า")
    report_plainly(desk)
    at = fill_in_and_send(desk, letter, tick=tick)
    judge_and_publish(desk, at, letter)
    appeal_and_revise(desk, at)
    print_and_read(at["head"], at["card"], target)


def test_whatever_befalls_it_what_people_were_told_is_what_is_there(place, sit_down, seed, letter, tmp_path):
    print(f"\nseed {seed}")
    ledger, begun = Ledger(), time.monotonic()
    with Trouble(place, seed) as trouble, colleagues(place, ledger):
        tell_the_story(sit_down(ledger), letter, tmp_path / "scorecard.pdf")
    print(f"{time.monotonic() - begun:.0f} s; {trouble.figures()}")
    print(f"pages that did not come: {ledger.failed}; loaded again for a part: {ledger.reloaded}")
    assert trouble.faults == []
    assert ledger.faults == []
    assert_whole(place, ledger)


def compare(place, said) -> dict:
    (place.place / "ledger.json").write_text(json.dumps(said))
    return place.run(COMPARE.format(since=place.known["since"]))


def with_lies(said) -> dict:
    """The control: a text that nobody was told was saved, and a sending that nobody was told of."""
    forms = [(path, dict(fields), who) for path, fields, who in said["forms"] if not path.endswith("/submit")]
    next(fields for _path, fields, _who in reversed(forms) if "obstacles" in fields)["obstacles"] = (
        "ไม่มีใครบันทึก"
    )
    return said | {"forms": forms}


def assert_whole(place, ledger):
    """The database is what people were told; records, store and queue are whole."""
    found = compare(place, ledger.compared())
    print(f"compared: {found['compared']}")
    assert found["wrong"] == []
    assert len(compare(place, with_lies(ledger.compared()))["wrong"]) == 1 + SENDINGS
    live = "SELECT count(*) FROM reports_job WHERE state IN ('queued', 'running')"
    wait_until(lambda: not place.value(live), what="an idle queue")
    assert place.rows("SELECT DISTINCT state FROM reports_job") == [("done",)]
    for command in ("verify_audit", "verify_evidence"):
        print(place.manage(command).strip())
