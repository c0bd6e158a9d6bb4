"""The printable record of a scorecard: a plain dict made from frozen rows only, in one language.

Everything that a PDF says is in it, so its hash names the PDF: same record, same template, same engine → same bytes.
"""

import hashlib
import json
from collections.abc import Iterable
from dataclasses import dataclass
from functools import cache
from importlib.metadata import version
from pathlib import Path

from django.conf import settings
from django.contrib.staticfiles import finders
from django.utils import translation
from django.utils.translation import gettext as _

from indicators.models import Framework
from indicators.scoring import canonical_json, content_hash
from reports import sections
from reports.component_scores import scores_of
from reports.drawable import drawable
from reports.wording import ARABIC, in_utc, in_words, on_day, options_of
from scorecards.delegation import name_of
from scorecards.models import Publication, Scorecard, Submission
from scorecards.results.past_results import past_results

FORMAT = "scorecard-report/1"
ENGINES = ("weasyprint", "pydyf", "fonttools", "fontpkg-sarabun", "qrcode")
PRINTING_MODULES = [
    *("engine", "tagging", "marks", "thaitext", "pdf", "checking", "squares", "wording"),
    *("component_scores", "print_pictures", "page_fit", "dashboards/drawing", "dashboards/parts_picture"),
    *("dashboards/distribution", "dashboards/spread"),
]


class NothingToPrint(Exception):
    """There is no frozen record of the scorecard yet. str() is the sentence for the reader."""


def build_record(scorecard: Scorecard, *, language: str = "th", digits: str = ARABIC) -> dict:
    """The record of the scorecard's latest submission, with its publication where there is one.

    Texts are resolved in `language`; figures are those of the frozen rows. Raises NothingToPrint before any submission.
    """
    with translation.override(language):
        return record_of(rows_of(scorecard, language=language), digits=digits)


@dataclass(frozen=True)
class Rows:
    """What a record is made of: frozen rows, the agency's results of earlier years, and the language of its words."""

    submission: Submission
    publication: Publication | None
    framework: Framework
    past: dict[str, dict[int, str]]
    language: str


def record_of(rows: Rows, *, digits: str) -> dict:
    """The record that these rows make, in the language that is switched on."""
    source = source_from(rows)
    record = {
        **frame_of(FORMAT, source, rows.framework, digits=digits),
        "card": sections.card_of(source) | {"components": scores_of(source)},
        "indicators": sections.indicator_sections(source),
        "assumptions": [
            in_words(one.get("text"), rows.language) for one in source.document.get("assumptions", [])
        ],
    }
    return drawable(record)


def rows_of(scorecard: Scorecard, *, language: str, light: bool = False) -> Rows:
    """The rows of the scorecard's latest submission; the large fields of light ones are read when they are asked for.
    Raises NothingToPrint where nothing was sent."""
    content, document = (("content", "scored"), ("document",)) if light else ((), ())
    submissions = scorecard.submissions.select_related("submitted_by").defer(*content)
    submission = submissions.order_by("-number").first()
    if submission is None:
        raise NothingToPrint(_("Nothing has been sent yet: a report prints what was sent."))
    framework = form_of(submission, without=document)
    return Rows(
        submission=submission,
        publication=submission.publications.defer(*content).order_by("-number").first(),
        framework=framework,
        past=past_results(submission.scorecard.agency, framework),
        language=language,
    )


def source_of(scorecard: Scorecard, *, language: str) -> tuple[sections.Source, Framework]:
    """The frozen rows of the scorecard's latest submission, and its form. Raises NothingToPrint where there is none."""
    rows = rows_of(scorecard, language=language)
    return source_from(rows), rows.framework


def source_from(rows: Rows) -> sections.Source:
    """The rows as the sections read them."""
    return sections.Source(
        document=json.loads(rows.framework.document),
        submission=rows.submission,
        publication=rows.publication,
        history=history_of(rows.submission, rows.past),
        language=rows.language,
    )


def frame_of(kind: str, source: sections.Source | Rows, framework: Framework, *, digits: str) -> dict:
    """What every record of a scorecard begins with: its format, the reader's choice, the moment and the head."""
    submission, publication = source.submission, source.publication
    return {
        "format": kind,
        **options_of(source.language, digits),
        "as_of": in_utc(publication.published_at if publication else submission.submitted_at),
        "head": head_of(submission, framework, publication, source.language),
    }


def form_of(submission: Submission, *, without: tuple[str, ...] = ()) -> Framework:
    """The form under which it was sent: a returned scorecard may have moved to another since then."""
    forms = Framework.objects.filter(content_hash=submission.framework_hash).select_related("year")
    return forms.defer(*without).earliest("pk")


def document_code(submission: Submission) -> str:
    """The code that a reader names: 2562-SDO-12-1, for year, agency, round and number."""
    scorecard = submission.scorecard
    year, months = scorecard.round.year.year, scorecard.round.months
    return f"{year}-{scorecard.agency.code.upper()}-{months:02d}-{submission.number}"


def head_of(
    submission: Submission, framework: Framework, publication: Publication | None, language: str
) -> dict:
    """Who reports what for which round, and which versions these are."""
    scorecard = submission.scorecard
    agency, months = scorecard.agency, scorecard.round.months
    head = {
        "agency": agency.name,
        "ministry": in_words({"th": agency.ministry.name_th, "en": agency.ministry.name_en}, language),
        "framework": framework.name.replace("พ.ศ. ", "พ.ศ.\u00a0"),  # era and year on one line
        "framework_code": f"{framework.code} v{framework.version}",
        "framework_hash": submission.framework_hash[:7],
        "year": str(framework.year.year),
        "months": str(months),
        "code": document_code(submission),
        "submission": str(submission.number),
        "submission_hash": submission.content_hash,
        "sent_on": on_day(submission.submitted_at, language),
        "sent_by": name_of(submission.submitted_by),
        "published": publication is not None,
    }
    if publication is not None:
        head["publication"] = str(publication.number)
        head["publication_hash"] = publication.content_hash
        head["published_on"] = on_day(publication.published_at, language)
    return head


def history_of(submission: Submission, past: dict[str, dict[int, str]]) -> dict[str, list[dict]]:
    """{indicator code: results of earlier years}: those frozen in the submission, else the agency's rows."""
    if "history" in submission.content:
        return submission.content["history"]
    return {
        code: [{"year": year, "value": value} for year, value in results.items()]
        for code, results in past.items()
    }


def canonical(record: dict) -> bytes:
    """The record as its one JSON text in UTF-8: what is attached to the PDF, so that anybody can compute its content
    hash from the PDF alone."""
    return canonical_json(record).encode()


def record_hash(record: dict) -> str:
    """SHA-256 (hex) of the record with all else that decides the bytes of its PDF, the printed address too.

    It names the file: what has the same is never set again.
    """
    whole = {"record": record, "printing": printing_versions(), "site": settings.SITE_URL}
    return content_hash(whole)


@cache
def printing_versions() -> dict[str, str]:
    """Hashes of template, style and words, versions of engine and fonts. Read once in a process."""
    templates = sorted(Path(settings.BASE_DIR, "templates", "reports", "print").glob("*.html"))
    words = settings.BASE_DIR / "locale" / "th" / "LC_MESSAGES" / "django.po"
    code = [Path(__file__).parent / f"{name}.py" for name in PRINTING_MODULES]
    files = [*templates, Path(str(finders.find("report.css"))), words, *code]
    return {"files": hash_of_files(files)} | {name: version(name) for name in ENGINES}


def hash_of_files(files: Iterable[Path]) -> str:
    """SHA-256 (hex) over what these files hold, in this order."""
    return hashlib.sha256(b"".join(hashlib.sha256(file.read_bytes()).digest() for file in files)).hexdigest()
