"""The rows of a published form are read once; whoever asks gets rows of their own, and a draft is read each time."""

from django.db import connection
from django.test.utils import CaptureQueriesContext

from indicators.frozen import indicators_of
from indicators.models import Framework, Indicator


def anew(framework) -> Framework:
    return Framework.objects.defer("document").get(pk=framework.pk)


def test_they_are_the_form_s_own_in_its_order_and_asked_for_once(world):
    form = anew(world.framework)
    expected = list(Indicator.objects.filter(framework=form))
    indicators_of(form)
    with CaptureQueriesContext(connection) as seen:
        found = indicators_of(form)
        assert [(one.pk, one.code, one.card, one.rubric) for one in found.values()] == [
            (one.pk, one.code, one.card, one.rubric) for one in expected
        ]
        assert all(one.framework is form for one in found.values())
    assert not seen.captured_queries


def test_what_somebody_does_to_a_row_is_theirs_alone(world):
    form = anew(world.framework)
    mine, theirs = (next(iter(indicators_of(form).values())) for _reader in range(2))
    mine.name_th, mine.framework = "ของฉัน", None
    later = next(iter(indicators_of(form).values()))
    assert theirs is not mine
    assert later.name_th == theirs.name_th != "ของฉัน"
    assert later.framework is form


def test_a_draft_is_read_each_time(world):
    draft = Framework.objects.create(code="draft", year=world.framework.year, name_th="ร่าง")
    row = Indicator.objects.create(framework=draft, position=1, kind="component", code="1", name_th="หนึ่ง")
    assert indicators_of(draft)[row.pk].name_th == "หนึ่ง"
    Indicator.objects.filter(pk=row.pk).update(name_th="สอง")
    assert indicators_of(draft)[row.pk].name_th == "สอง"


def test_a_form_that_is_published_meanwhile_is_another(world):
    """The same rows before and after publishing, under the same primary key."""
    form = anew(world.framework)
    kept = indicators_of(form)
    form.published_at = None
    form.content_hash = "0" * 64
    with CaptureQueriesContext(connection) as seen:
        assert indicators_of(form).keys() == kept.keys()
    assert len(seen.captured_queries) == 1
