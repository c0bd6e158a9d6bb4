"""The printable record of a scorecard: a plain dict made from frozen rows only, in one language.

Everything that a PDF says is in it, so its hash names the PDF: same record, same template, same engine → same bytes.
"""

import hashlib
import json
from functools import cache
from importlib.metadata import version
from pathlib import Path

from django.conf import settings
from django.contrib.staticfiles import finders
from django.utils import translation
from django.utils.translation import gettext as _

from indicators.models import Framework
from reports import sections
from reports.drawable import drawable
from reports.wording import in_digits, in_words, on_day
from scorecards.past_results import past_results

ENGINES = ("weasyprint", "pydyf", "fonttools", "fontpkg-sarabun")


class NothingToPrint(Exception):
    """There is no frozen record of the scorecard yet. str() is the sentence for the reader."""


def build_record(scorecard, *, language: str = "th") -> dict:
    """The record of the scorecard's latest submission, with its publication where there is one.

    Texts are resolved in `language`; figures are those of the frozen rows. Raises NothingToPrint before any submission.
    """
    with translation.override(language):
        submission = scorecard.submissions.select_related("submitted_by").order_by("-number").first()
        if submission is None:
            raise NothingToPrint(_("Nothing has been sent yet: a report prints what was sent."))
        publication = submission.publications.order_by("-number").first()
        framework = form_of(submission)
        document = json.loads(framework.document)
        source = sections.Source(
            document=document,
            submission=submission,
            publication=publication,
            history=history_of(submission, framework),
            language=language,
        )
        indicators = sections.indicator_sections(source)
        record = {
            "format": "scorecard-report/1",
            "language": language,
            "head": head_of(submission, framework, publication, language),
            "card": sections.card_of(source),
            "indicators": indicators,
            "assumptions": [in_words(one.get("text"), language) for one in document.get("assumptions", [])],
        }
        return drawable(record)


def form_of(submission) -> Framework:
    """The form under which it was sent: a returned scorecard may have moved to another since then."""
    return (
        Framework.objects.filter(content_hash=submission.framework_hash).select_related("year").earliest("pk")
    )


def document_code(submission) -> str:
    """The code that a reader names: 2562-SDO-12-1, for year, agency, round and number."""
    scorecard = submission.scorecard
    year, months = scorecard.round.year.year, scorecard.round.months
    return f"{year}-{scorecard.agency.code.upper()}-{months:02d}-{submission.number}"


def head_of(submission, framework: Framework, publication, language: str) -> dict:
    """Who reports what for which round, and which versions these are."""
    scorecard = submission.scorecard
    agency, months = scorecard.agency, scorecard.round.months
    name = submission.submitted_by.get_full_name() or submission.submitted_by.get_username()
    head = {
        "agency": agency.name,
        "ministry": in_words({"th": agency.ministry.name_th, "en": agency.ministry.name_en}, language),
        "framework": framework.name.replace("พ.ศ. ", "พ.ศ.\u00a0"),  # era and year on one line
        "framework_code": f"{framework.code} v{framework.version}",
        "framework_hash": submission.framework_hash[:7],
        "year": in_digits(framework.year.year, language),
        "months": in_digits(months, language),
        "code": document_code(submission),
        "submission": in_digits(submission.number, language),
        "submission_hash": submission.content_hash,
        "sent_on": on_day(submission.submitted_at, language),
        "sent_by": name,
        "published": publication is not None,
    }
    if publication is not None:
        head["publication"] = in_digits(publication.number, language)
        head["publication_hash"] = publication.content_hash
        head["published_on"] = on_day(publication.published_at, language)
    return head


def history_of(submission, framework: Framework) -> dict[str, list[dict]]:
    """{indicator code: results of earlier years}: those frozen in the submission, else the agency's rows."""
    if "history" in submission.content:
        return submission.content["history"]
    found = past_results(submission.scorecard.agency, framework)
    return {
        code: [{"year": year, "value": value} for year, value in results.items()]
        for code, results in found.items()
    }


def record_hash(record: dict) -> str:
    """SHA-256 (hex) of the record's canonical JSON with everything else that decides the bytes of its PDF."""
    whole = {"record": record, "printing": printing_versions()}
    text = json.dumps(whole, ensure_ascii=False, sort_keys=True, separators=(",", ":"))
    return hashlib.sha256(text.encode()).hexdigest()


def fingerprint(hash_of_record: str) -> str:
    """The short form that is printed: 9C41-77E2-0B5F."""
    short = hash_of_record[:12].upper()
    return "-".join([short[:4], short[4:8], short[8:]])


@cache
def printing_versions() -> dict[str, str]:
    """Hashes of template, style and words, versions of engine and fonts. Read once in a process."""
    folder = Path(settings.BASE_DIR, "templates", "reports")
    templates = sorted([*folder.glob("*scorecard*"), *folder.glob("*receipt*")])
    words = settings.BASE_DIR / "locale" / "th" / "LC_MESSAGES" / "django.po"
    code = [Path(__file__).with_name(name) for name in ("engine.py", "marks.py", "thaitext.py")]
    files = [*templates, Path(finders.find("report.css")), words, *code]
    digest = hashlib.sha256(b"".join(hashlib.sha256(file.read_bytes()).digest() for file in files))
    return {"files": digest.hexdigest()} | {name: version(name) for name in ENGINES}
