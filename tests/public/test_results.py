"""The public pages: what everybody reads of a result, and what nobody does."""

import pytest
from django.contrib.auth.models import User
from django.urls import reverse

from scorecards.models import Agency, Round, Scorecard
from scorecards.reviewing import review
from scorecards.states import ScorecardState
from tests.public.conftest import CANARY, WHERE, crowd, secret
from tests.world import walk

ICT = "/results/2556/ict/"
EVERYWHERE = ["/results/", "/results/?year=2556&q=", ICT, "/results/2556/policy/", "/results/2556.csv",
              "/results/2556.json", "/results/2556/ict.csv", "/results/2556/ict.json"]  # fmt: skip


@pytest.fixture(autouse=True)
def _in_english(reader):
    reader.cookies["django_language"] = "en"


def text(answer) -> str:
    assert answer.status_code == 200
    return answer.content.decode()


def test_everybody_reads_the_list_and_the_result_without_signing_in(published, reader):
    page = text(reader.get("/results/"))
    assert page.index("ศูนย์เทคโนโลยีสารสนเทศ") < page.index("สำนักนโยบายและแผน")
    assert "3.0000" in page
    result = text(reader.get(ICT))
    assert published.publication.content_hash in result
    for column in ("กระทรวงมหาดไทย", "3.0000", "Weighted score", "Target"):
        assert column in result


def test_a_result_says_of_how_much_it_is_and_where_a_document_is_checked(published, reader):
    page = text(reader.get(ICT))
    assert "Full score" in page
    assert 'href="/check/"' in page
    assert 'href="/check/" aria-current="page"' in text(reader.get("/check/"))


def test_on_a_telephone_everything_of_an_indicator_stands_beneath_its_name(published, reader):
    page = text(reader.get(ICT))
    line = page[page.index('class="beneath') :]
    for figure in (">Weight 25</span>", ">Result 3.0000", ">Weighted score 0.7500</span>"):
        assert figure in line


def test_before_publication_there_is_a_dash_and_not_a_figure(world, reader):
    walk(world, ScorecardState.APPROVED)
    for address in ("/results/?year=2556", ICT):
        page = text(reader.get(address))
        assert "not yet published" in page
        assert "3.0000" not in page
    assert reader.get("/results/2556.csv").status_code == 404
    assert reader.get("/results/2556/ict.json").status_code == 404


def test_what_is_not_for_the_public_is_nowhere(planted, reader):
    record = str(planted.card.submissions.get().content) + str(planted.publication.content)
    for place in ("note", "narrative", "evidence", "ruling", "person"):
        assert secret(place) in record  # it was there to be shown
    assert User.objects.filter(first_name=secret("person")).exists()
    for address in EVERYWHERE:
        page = text(reader.get(address))
        assert [place for place in WHERE if secret(place) in page] == [], address
        assert CANARY not in page
        for username in ("arun", "busaba", "chat", "kamon", "khamron", "chan"):
            assert f"{CANARY} {username}" not in page


def test_the_result_of_an_agency_that_is_not_published_is_in_no_file(published, reader):
    for address in EVERYWHERE[4:]:
        assert "policy" not in text(reader.get(address))
    assert reader.get("/results/2556/policy.csv").status_code == 404


@pytest.mark.parametrize(
    "address",
    ["/results/2551/ict/", "/results/2556/nobody/", "/results/2551.json", "/results/99999999999/ict/"],
)
def test_what_is_not_there_is_404(published, reader, address):
    assert reader.get(address).status_code == 404


@pytest.mark.parametrize(
    "query",
    [
        "year=x",
        "year=๒๕๕๖",
        "year=99999999999999999999",
        "page=x",
        "q=" + "ก" * 5000,
    ],
)
def test_odd_questions_are_answered(published, reader, query):
    assert reader.get(f"/results/?{query}").status_code == 200


@pytest.mark.parametrize("query", ["ministry=%00", "q=%00"])
def test_what_is_no_text_is_refused(published, reader, query):
    assert reader.get(f"/results/?{query}").status_code == 400


def test_a_revised_result_says_so_with_its_reason(published, reader):
    first = published.publication.content_hash
    Scorecard.objects.filter(pk=published.card.pk).update(state=ScorecardState.APPROVED)
    second = review.publish(published.card, actor=published.chan, reason="แก้ไขตามคำอุทธรณ์")
    assert "revised" in text(reader.get("/results/"))
    page = text(reader.get(ICT))
    assert "แก้ไขตามคำอุทธรณ์" in page
    assert "Publication 2" in page
    assert second.content_hash in page
    assert first in page  # what it replaced stays named
    assert "Revised" not in text(reader.get("/results/2556/policy/"))


def test_the_same_publication_gives_the_same_bytes_to_everybody_and_then_nothing(published, reader, client):
    client.force_login(published.arun)
    client.cookies["django_language"] = "en"
    for address in EVERYWHERE:
        answer = reader.get(address)
        assert client.get(address).content == answer.content
        assert "public" in answer["Cache-Control"]
        assert reader.get(address, headers={"if-none-match": answer["ETag"]}).status_code == 304
        assert "csrftoken" not in reader.cookies


def test_a_new_publication_has_another_tag(published, reader):
    before = {address: reader.get(address)["ETag"] for address in EVERYWHERE if "policy" not in address}
    Scorecard.objects.filter(pk=published.card.pk).update(state=ScorecardState.APPROVED)
    review.publish(published.card, actor=published.chan, reason="แก้ไข")
    assert [one for one, tag in before.items() if reader.get(one)["ETag"] == tag] == []


def test_a_later_round_speaks_only_once_it_is_published(published, reader):
    Round.objects.filter(pk=published.round.pk).update(months=6)
    later = published.round
    later.pk, later.months = None, 12
    later.save(force_insert=True)
    Scorecard.objects.create(agency=published.agencies["ict"], framework=published.framework, round=later)
    page = text(reader.get(ICT))
    assert "3.0000" in page
    assert "6-month round" in page


def test_the_list_is_filtered_and_in_the_order_of_a_thai_dictionary(published, reader):
    crowd(published, 4)
    Agency.objects.filter(code="office-1").update(name_th="เกาะ")
    Agency.objects.filter(code="office-2").update(name_th="ขวด")
    page = text(reader.get("/results/?year=2556"))
    assert page.index("/2556/office-1/") < page.index("/2556/office-2/") < page.index("/2556/ict/")
    assert "office-2" not in text(reader.get("/results/?year=2556&q=เกาะ"))
    assert "office-1" not in text(reader.get("/results/?year=2556&ministry=other"))
    assert "office-1" in text(reader.get("/results/?year=2556&ministry=interior"))


@pytest.mark.parametrize("address", ["/results/?year=2556", ICT, "/results/2556.csv", "/results/2556.json"])
def test_the_number_of_queries_does_not_depend_on_the_number_of_agencies(
    published, reader, django_assert_num_queries, django_assert_max_num_queries, address
):
    crowd(published, 3)
    with django_assert_max_num_queries(10) as few:
        text(reader.get(address))
    crowd(published, 60)
    with django_assert_num_queries(len(few.captured_queries)):
        text(reader.get(address))


def test_the_language_is_chosen_by_a_link(published, reader):
    answer = reader.get(f"{ICT}?language=th")
    assert answer["Location"] == ICT
    assert 'lang="th"' in text(reader.get(ICT))
    assert 'lang="en"' in text(reader.get("/results/?year=2556&language=en", follow=True))


def test_the_way_here_is_on_the_page_of_signing_in_and_in_the_head(published, reader, client):
    assert reverse("results") in text(reader.get("/login/"))
    client.force_login(published.arun)
    assert reverse("results") in text(client.get("/"))
