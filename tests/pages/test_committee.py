"""The committee's pages: what stands out, approving what is ticked, one indicator changed by resolution."""

import pytest
from django.db import connection
from django.test.utils import CaptureQueriesContext
from django.urls import reverse

from scorecards.models import Resolution, Scorecard
from scorecards.states import ScorecardState
from tests.pages.conftest import posted
from tests.world import sent_by_others, walk

PAGE = "/review/committee/"
S = ScorecardState
RESOLUTION = {"number": "๓/๒๕๕๖", "held_on": "20 พ.ย. 2556", "resolved": "ผลสำรวจเป็นของปีก่อน จึงไม่ผ่านขั้นตอนที่ ๓"}


@pytest.fixture
def concluded(world):
    walk(world, S.CONCLUDED)
    return world


@pytest.fixture
def khamron(concluded, sit):
    return sit("khamron")


def text(answer) -> str:
    return answer.content.decode()


def amending(world) -> str:
    return reverse("amend_indicator", args=[world.card.pk, "4"])


def test_concluded_reviews_stand_there_and_those_without_anything_are_ticked(concluded, khamron):
    page = text(khamron.get(PAGE))
    assert "ศูนย์เทคโนโลยีสารสนเทศ" in page
    assert "3.0000" in page
    assert concluded.framework.name in page
    assert "moi-ict-2556 ·" not in page  # a code says nothing to an official
    assert " checked>" in page
    khamron.post(amending(concluded), posted(khamron.get(amending(concluded))) | RESOLUTION | change())
    page = text(khamron.get(PAGE))
    assert "4: −1.0000 (ประเมินตนเอง 3.0000, ผลพิจารณา 2.0000)" in page
    assert " checked>" not in page


def change():
    return {"decision.step3": "change", "value.step3": "no"}


def test_what_is_ticked_is_approved(concluded, khamron):
    page = khamron.get(PAGE)
    refused = khamron.post(PAGE, posted(page))
    assert refused.status_code == 409
    assert " checked>" not in text(refused)  # nobody ticked it: a refusal ticks nothing by itself
    khamron.post(PAGE, posted(page) | {"card": [concluded.card.pk]})
    concluded.card.refresh_from_db()
    assert (concluded.card.state, concluded.card.approved_by) == (S.APPROVED, concluded.khamron)


def test_what_is_refused_names_the_agency_and_the_rest_is_approved(concluded, khamron):
    other = sent_by_others(concluded, 1, state=S.CONCLUDED)[0]
    Scorecard.objects.filter(pk=other.pk).update(concluded_by=concluded.khamron)
    answer = khamron.post(PAGE, posted(khamron.get(PAGE)) | {"card": [concluded.card.pk, other.pk]})
    assert answer.status_code == 409
    assert other.agency.name in text(answer)
    concluded.card.refresh_from_db()
    assert concluded.card.state == S.APPROVED


def test_an_indicator_is_changed_by_resolution_and_everybody_sees_which(concluded, khamron):
    page = khamron.get(amending(concluded))
    answer = khamron.post(amending(concluded), posted(page) | RESOLUTION | change(), follow=True)
    assert "มติที่ ๓/๒๕๕๖ วันที่ 20 พ.ย. 2556 บันทึกโดย คำรณ" in text(answer)
    assert "2.0000" in text(answer)
    review = text(khamron.get(reverse("review", args=[concluded.card.pk, "4"])))
    assert "เปลี่ยนแปลงตามมติคณะกรรมการที่ ๓/๒๕๕๖" in review


def test_what_is_missing_is_said_and_what_was_typed_stays(concluded, khamron):
    said = change() | {"number": "", "held_on": "x", "resolved": "เพราะ"}
    answer = khamron.post(amending(concluded), posted(khamron.get(amending(concluded))) | said)
    assert answer.status_code == 409
    assert "เพราะ" in text(answer)
    answer = khamron.post(
        amending(concluded), posted(khamron.get(amending(concluded))) | change() | {"resolved": "เพราะ"}
    )
    assert "โปรดระบุเลขที่มติคณะกรรมการ" in text(answer)
    assert "โปรดระบุวันที่ประชุมคณะกรรมการ" in text(answer)
    assert not Resolution.objects.exists()


@pytest.mark.parametrize("name", ["kamon", "cho", "chawi"])
def test_others_read_it_without_the_button(concluded, sit, name):
    page = sit(name).get(amending(concluded))
    assert page.status_code == 200
    assert "โปรดระบุ" not in text(page)
    assert 'name="resolved"' not in text(page)
    assert sit(name).get(PAGE).status_code == 404


def test_the_number_of_queries_does_not_depend_on_the_number_of_agencies(concluded, khamron):
    def queries():
        with CaptureQueriesContext(connection) as found:
            assert khamron.get(PAGE).status_code == 200
        return len(found)

    khamron.get(PAGE)
    few = queries()
    sent_by_others(concluded, 9, state=S.CONCLUDED)
    assert queries() == few
    assert few <= 20
