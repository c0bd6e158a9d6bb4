"""A year book: the reports of a group bound behind a cover, contents and a summary; and the digits of a batch."""

import io

import pikepdf
import pytest
from django.urls import reverse

from indicators.refusals import Refused
from reports import checking, store
from reports.models import Batch, Digits, Document, DocumentKind, Imprint
from reports.summary import find_group, kept_group
from tests.reports.conftest import text_of
from tests.reports.test_batches import again, ask, cabinet, file_of, post, press, work  # noqa: F401
from tests.reports.test_pdf import flat

FRONT = DocumentKind.BOOK_FRONT


@pytest.fixture
def group(cabinet):  # noqa: F811
    return kept_group(find_group("moi-ict-2556", year=2556, months=12))


@pytest.fixture
def book(cabinet, press, post, group):  # noqa: F811
    """A finished year book of all."""
    batch = ask(cabinet, group=group)
    work(post)
    return again(batch)


def bound(batch):
    return store.path_of_file(file_of(batch, "pdf")).read_bytes()


def test_it_begins_with_its_front_part_and_names_the_page_of_each_agency(book, cabinet):  # noqa: F811
    front, content = Document.objects.get(kind=FRONT), bound(book)
    with pikepdf.open(io.BytesIO(content)) as pdf:
        assert len(pdf.pages) == front.pages + 2 * len(cabinet.cards)
        with pdf.open_outline() as outline:
            assert len(outline.root) == 1 + len(cabinet.cards)
            first = [pdf.pages.index(pikepdf.Page(one.destination[0])) + 1 for one in outline.root[1:]]
    text = flat(text_of(store.read(front)))
    for number, (item, page) in enumerate(zip(book.items.order_by("position"), first, strict=True), start=1):
        assert flat(f"{number} {item.scorecard.agency.name} {page}") in text


def test_its_front_part_can_be_checked_and_is_never_set_twice(book, cabinet, group, post, monkeypatch):  # noqa: F811
    front = Document.objects.get(kind=FRONT)
    code = Imprint.objects.get(sha256=front.sha256).code
    assert checking.find(code).counts
    monkeypatch.setattr("reports.year_books.print_record", lambda *a, **k: pytest.fail("set again"))
    second = ask(cabinet, group=group)
    work(post)
    assert again(second).state == Batch.State.DONE
    assert bound(again(second)) == bound(book)


def test_only_the_assessing_side_may_have_one(cabinet, group):  # noqa: F811
    with pytest.raises(Refused):
        ask(cabinet, cabinet.cards[:1], group=group, actor=cabinet.heads[0])
    assert not Batch.objects.exists()


def test_the_assessing_side_alone_finds_one_that_holds_a_single_agency(cabinet, post, group):  # noqa: F811
    book, plain = ask(cabinet, cabinet.cards[:1], group=group), ask(cabinet, cabinet.cards[:1])
    assert list(Batch.objects.visible_to(cabinet.heads[0])) == [plain]
    assert set(Batch.objects.visible_to(cabinet.chief)) == {book, plain}


def test_a_batch_is_set_in_the_digits_that_were_chosen(cabinet, press, post):  # noqa: F811
    batch = ask(cabinet, digits=Digits.THAI)
    work(post)
    assert again(batch).state == Batch.State.DONE
    assert set(Document.objects.values_list("digits", flat=True)) == {Digits.THAI}


def test_the_page_asks_for_form_and_round_and_takes_digits_and_book(cabinet, post, client):  # noqa: F811
    client.force_login(cabinet.chief)
    address, card = reverse("new_batch"), cabinet.cards[0].pk
    said = {"card": [card], "language": "th", "digits": "thai", "book": "on"}
    refused = client.post(f"{address}?year=2556", said)
    assert refused.status_code == 409
    assert not Batch.objects.exists()
    assert client.post(f"{address}?year=2556&months=12&form=moi-ict-2556", said).status_code == 302
    batch = Batch.objects.get()
    assert (batch.digits, batch.group.form_code, batch.group.ministry) == ("thai", "moi-ict-2556", None)


def test_an_agency_is_offered_digits_and_no_book(cabinet, client):  # noqa: F811
    client.force_login(cabinet.heads[0])
    page = client.get(reverse("new_batch")).content.decode()
    assert 'name="digits"' in page
    assert 'name="book"' not in page
