"""The receipt of a submission: what was received from whom and when, as a printable record made from frozen rows only.

Every submission keeps its own, whatever becomes of the scorecard, its form or its agency afterwards.
"""

import json
from collections import Counter

from django.contrib.auth.models import User
from django.utils import translation
from django.utils.dateparse import parse_datetime
from django.utils.translation import gettext as _

from indicators.explaining import number_of
from indicators.models import Framework
from reports import sections
from reports.drawable import PLACE, drawable, width_of
from reports.record import document_code, form_of
from reports.wording import ARABIC, at_moment, in_utc, in_words, options_of
from scorecards.delegation import name_of
from scorecards.models import Submission
from scorecards.snapshots import DECLARATION
from scorecards.states import Action, ScorecardState

FORMAT = "submission-receipt/1"
MOST_FILES = 40
NAME_WIDTH, PAGES_WIDTH = 36.0, 7.5  # ems: what the list's columns hold in one line (static/report.css)


def build_receipt(submission: Submission, *, language: str = "th", digits: str = ARABIC) -> dict:
    """The receipt of this submission in `language`, a plain dict; texts are those of the submission."""
    with translation.override(language):
        content, form = submission.content, form_of(submission)
        source = sections.Source(
            document=json.loads(form.document),
            submission=submission,
            publication=None,
            history={},
            language=language,
        )
        card, files = sections.card_of(source), content.get("evidence", [])
        record = {
            "format": FORMAT,
            **options_of(language, digits),
            "as_of": in_utc(submission.submitted_at),
            "head": head_of(submission, form, language),
            "hash": groups_of_eight(submission.content_hash),
            "lines": lines_of(source, card, files),
            "total": card["total"] | {"files": len(files)},
            "misses_total": card["misses_total"],
            "declaration": in_words(content.get("declaration"), language) or str(DECLARATION),
            "evidence": [file_line(one) for one in files[:MOST_FILES]],
            "files": str(len(files)),
            "listed": str(MOST_FILES),
            "left_out": str(len(files) - MOST_FILES) if len(files) > MOST_FILES else "",
        }
        return drawable(record)


def head_of(submission: Submission, form: Framework, language: str) -> dict:
    """Who sent what for which round, and when."""
    scorecard, content = submission.scorecard, submission.content
    agency = scorecard.agency
    return {
        "agency": in_words(content.get("agency"), language) or agency.name,
        "ministry": in_words(content.get("ministry"), language) or str(agency.ministry),
        "form": form.name.replace("พ.ศ. ", "พ.ศ.\u00a0"),  # era and year on one line
        "form_version": f"{form.code} v{form.version}",
        "form_hash": submission.framework_hash[:16],
        "year": str(form.year.year),
        "months": str(scorecard.round.months),
        "code": document_code(submission),
        "number": str(submission.number),
        "sent_at": at_moment(submission.submitted_at, language),
        "sent_by": sender_of(content.get("sent_by"), submission.submitted_by),
        "closing": closing_of(submission, language),
    }


def sender_of(sent_by: str | None, submitted_by: User) -> str:
    """Who sent it, by the name that the submission holds (a deputy is named with the head), or as the account says."""
    return sent_by or name_of(submitted_by)


def closing_of(submission: Submission, language: str) -> dict | None:
    """The closing that held when it was sent: {"at", "kind", "in_time"}; None when it is not on record."""
    events = submission.scorecard.events.order_by("number")
    sent = events.filter(action=Action.SUBMIT)[submission.number - 1 : submission.number].first()
    if sent is None or sent.after.get("submission") != submission.content_hash:
        return None
    closes_at = parse_datetime(sent.after.get("closes_at", ""))
    if closes_at is None:
        return None
    given = events.filter(action=Action.EXTEND, number__lt=sent.number).values_list("after", flat=True)
    if closes_at in [parse_datetime(after["closes_at"]) for after in given]:
        kind = _("extension")
    elif sent.before.get("state") == ScorecardState.RETURNED:
        kind = _("date set for the correction")
    else:
        kind = _("end of the round")
    return {
        "at": at_moment(closes_at, language),
        "kind": kind,
        "in_time": submission.submitted_at < closes_at,
    }


def lines_of(source: sections.Source, card: dict, files: list[dict]) -> list[dict]:
    """One line for each indicator that was sent."""
    numbers = Counter(one.get("indicator") for one in files)
    items = [item for _depth, _kind, item in sections.tree_lines(source.document)]
    return [
        {name: line[name] for name in ("code", "name", "weight", "self", "weighted", "state")}
        | {"files": numbers[item["code"]]}
        for item, line in zip(items, card["lines"], strict=True)
        if line["leaf"] and line["state"] != "absent"
    ]


def file_line(one: dict) -> dict:
    """A piece of evidence as the list shows it."""
    return {
        "indicator": number_of(one.get("indicator", "")),
        "name": shortened(one.get("name", ""), NAME_WIDTH),
        "pages": shortened(one.get("pages", ""), PAGES_WIDTH),
        "sha256": " ".join(groups_of_eight(one.get("sha256", "")[:16])),
    }


def groups_of_eight(digits: str) -> list[str]:
    """A hash as people read it to each other."""
    return [digits[start : start + 8] for start in range(0, len(digits), 8)]


def shortened(text: str, width: float) -> str:
    """The text with its middle left out where it is wider than its line (in ems): a name's end tells what it is."""
    places = PLACE.findall(" ".join(text.split()))
    if width_of("".join(places)) <= width:
        return "".join(places)
    end = "".join(places[-len(places) // 8 :])
    end = end if width_of(end) < width / 3 else "".join(places[-4:])
    while places and width_of("".join(places) + "…" + end) > width:
        places.pop()
    return "".join(places) + "…" + end
