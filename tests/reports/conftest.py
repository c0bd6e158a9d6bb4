"""One scorecard with frozen rows, and one real PDF of it for all tests that look into it."""

import re
from types import SimpleNamespace

import pypdfium2
import pytest
from django.db import transaction

from reports.pdf import print_record
from reports.record import build_record
from tests.reports import samples


@pytest.fixture
def sample(db):
    """A published scorecard, the people of its agency, and the document of its form."""
    return make_sample()


def make_sample(code="ict-2550"):
    agency, people = samples.office("sample")
    framework, document = samples.form(code)
    scorecard = samples.blank_scorecard(agency, framework)
    submission = samples.sent(scorecard, document, people)
    publication = samples.published(submission, document)
    return SimpleNamespace(
        agency=agency,
        people=people,
        document=document,
        scorecard=scorecard,
        submission=submission,
        publication=publication,
    )


@pytest.fixture(scope="module")
def real(django_db_setup, django_db_blocker):
    """The record of the sample, its PDF (set twice), and the text that an independent reader finds in it."""
    with django_db_blocker.unblock(), transaction.atomic():
        record = build_record(make_sample().scorecard)
        transaction.set_rollback(True)
    steps = []
    printed = print_record(record, on_step=steps.append)
    return SimpleNamespace(record=record, printed=printed, text=text_of(printed.content), steps=steps)


def text_of(pdf: bytes) -> str:
    document = pypdfium2.PdfDocument(pdf)
    try:
        pages = []
        for page in document:
            words = page.get_textpage()
            pages.append(words.get_text_range())
            words.close()
            page.close()
        return "\n".join(pages)
    finally:
        document.close()


def fold_sara_am(text: str) -> str:
    """`text` with SARA AM as the two signs that are drawn for it (น้ำ → น, tone mark, nikhahit, า), in one order."""
    return re.sub("ํ([่-๋])", "\\1ํ", text.replace("ำ", "ํา"))
