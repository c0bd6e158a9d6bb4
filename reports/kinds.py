"""The kinds of documents that are printed, each known by the `format` of its record.

A new kind is a name in DocumentKind, a line in each of the two tables here, and a function in jobs.py that asks for it.
"""

from collections.abc import Callable
from dataclasses import dataclass
from decimal import Decimal
from types import SimpleNamespace

from django.utils.functional import Promise
from django.utils.translation import gettext
from django.utils.translation import gettext_lazy as _

from reports.component_scores import drawn_scores
from reports.dashboards.distribution import drawn_histogram
from reports.models import DocumentKind, Imprint
from reports.page_fit import card_drawn
from reports.print_pictures import digits_of, printable
from reports.receipts import FORMAT as RECEIPT
from reports.receipts import build_receipt
from reports.record import FORMAT as REPORT
from reports.record import build_record
from reports.sar import CARD, INDICATOR, build_card, build_indicator
from reports.summary import FRONT, SUMMARY, build_summary, publications_in
from scorecards.models import Publication, Submission


@dataclass(frozen=True)
class Kind:
    """template: of templates/reports/print. newer(imprint): the submission or publication that came after what the
    document prints, None when there is none. build(job, language, digits): its record; without it year_books.py
    builds it, which knows the pages. replaces: whether the document no longer counts then. drawn(record): the
    pictures of its template."""

    template: str
    title: str | Promise
    newer: Callable[[Imprint], Submission | Publication | None]
    build: Callable[..., dict] | None = None
    replaces: bool = True
    drawn: Callable[[dict], dict] = lambda record: {}


def components_drawn(record: dict) -> dict:
    """The picture of a scorecard's components and its figures; nothing for a record without a scale."""
    scores = record["card"]["components"]
    return {"drawn": drawn_scores(scores, digits=record["digits"])} if scores else {}


def totals_drawn(record: dict) -> dict:
    """How the totals of a group spread; nothing where none has a total."""
    totals = tuple(Decimal(line["score"]) for line in record["lines"] if line["score"])
    if not totals:
        return {}
    picture = drawn_histogram("totals", gettext("Total"), SimpleNamespace(**record["scale"]), totals)
    return {"drawn": printable(picture, digits=digits_of(record["digits"]))}


def newer_in_group(imprint: Imprint) -> Publication | None:
    """What was published last in the group, where there is more than the document counted."""
    assert imprint.group is not None
    published = publications_in(imprint.group)
    return (
        published.order_by("-published_at").first()
        if published.count() > imprint.publication_number  # type: ignore[operator]
        else None
    )


def newer_result(imprint: Imprint) -> Submission | Publication | None:
    """What a scorecard report would print instead: only a publication replaces a published result."""
    published = Publication.objects.filter(scorecard=imprint.scorecard).order_by("-number").first()
    if imprint.publication_number is not None:
        return published if published and published.number > imprint.publication_number else None
    return published or newer_submission(imprint)


def newer_submission(imprint: Imprint) -> Submission | None:
    """The latest submission of the scorecard, where it came after the one that the document prints."""
    later = Submission.objects.filter(scorecard=imprint.scorecard, number__gt=imprint.submission_number)
    return later.defer("content", "scored").order_by("-number").first()


KINDS = {
    REPORT: Kind(
        "scorecard.html", _("Scorecard report"), newer_result, drawn=components_drawn,
        build=lambda job, **options: build_record(job.scorecard, **options),
    ),
    RECEIPT: Kind(
        "receipt.html", _("Receipt of the report"), newer_submission, replaces=False,
        build=lambda job, **options: build_receipt(job.submission, **options),
    ),
    CARD: Kind(
        "card.html", _("SAR card"), newer_result, drawn=card_drawn,
        build=lambda job, **options: build_card(job.scorecard, **options),
    ),
    INDICATOR: Kind(
        "indicator.html", _("SAR of an indicator"), newer_result,
        build=lambda job, **options: build_indicator(job.scorecard, job.indicator_code, **options),
    ),
    SUMMARY: Kind(
        "summary.html", _("Summary of results"), newer_in_group, drawn=totals_drawn,
        build=lambda job, **options: build_summary(job.group, **options),
    ),
    FRONT: Kind("front.html", _("Year book of results"), newer_in_group, drawn=totals_drawn),
}  # fmt: skip
FORMATS = {
    DocumentKind.SCORECARD_PDF: REPORT,
    DocumentKind.RECEIPT: RECEIPT,
    DocumentKind.SAR_CARD: CARD,
    DocumentKind.INDICATOR_SAR: INDICATOR,
    DocumentKind.GROUP_SUMMARY: SUMMARY,
    DocumentKind.BOOK_FRONT: FRONT,
}


def kind_of(document: DocumentKind | str) -> Kind:
    """The kind by its name in the rows of jobs and documents."""
    return KINDS[FORMATS[DocumentKind(document)]]


def title_of(kind: str) -> str:
    """What the documents of this kind (of the jobs) are called."""
    return str(kind_of(kind).title)
