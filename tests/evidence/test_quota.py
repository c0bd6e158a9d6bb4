"""How much one agency may keep."""

import pytest

from evidence import store
from evidence.arriving import Coming, append, begin, finish
from evidence.changing import withdraw
from evidence.intake import receive, use_again
from evidence.models import Evidence, Upload
from evidence.particulars import Particulars
from evidence.quota import nearly_full, used_by
from indicators.refusals import Refused
from scorecards.models import Agency

pytestmark = pytest.mark.django_db


@pytest.fixture
def agency(place):
    return place.scorecard.agency


def test_bytes_count_once_and_stay_counted(place, attached, agency):
    use_again(attached, place.entry, "s2", actor=place.collector)
    assert used_by(agency) == attached.size
    withdraw(attached, actor=place.collector)
    assert used_by(agency) == attached.size


def test_another_agencys_files_do_not_count(place, attached):
    assert used_by(Agency.objects.get(code="two")) == 0


def test_what_goes_beyond_is_refused_with_how_much_is_used(place, attached, upload, settings):
    settings.EVIDENCE_AGENCY_QUOTA_BYTES = attached.size + 10
    assert receive(place.entry, "s2", actor=place.collector, upload=upload("a.txt", b"0123456789"))
    with pytest.raises(Refused) as caught:
        receive(place.entry, "s2", actor=place.collector, upload=upload("b.txt", b"x"))
    assert str(attached.size + 10) in str(caught.value)
    assert (Evidence.objects.count(), len(list(store.stored_keys()))) == (2, 2)


def test_a_large_file_is_refused_before_it_is_sent(place, attached, settings):
    settings.EVIDENCE_AGENCY_QUOTA_BYTES = attached.size + 10
    with pytest.raises(Refused):
        begin(place.entry, "s2", actor=place.collector, coming=Coming("a.txt", 11, ""), said=Particulars())
    assert not Upload.objects.exists()


def test_what_arrives_and_is_never_finished_takes_room_too(place, settings):
    settings.EVIDENCE_AGENCY_QUOTA_BYTES = 10
    coming = [Coming("a.txt", 8, fingerprint) for fingerprint in "ab"]
    first, second = (
        begin(place.entry, "s1", actor=place.collector, coming=one, said=Particulars()) for one in coming
    )
    append(first, offset=0, piece=b"12345678")
    with pytest.raises(Refused):
        append(second, offset=0, piece=b"12345678")
    assert store.arrived(second.pk) == 0
    assert finish(first, actor=place.collector)


def test_a_file_that_is_here_can_be_used_again_when_it_is_full(place, attached, settings):
    settings.EVIDENCE_AGENCY_QUOTA_BYTES = attached.size
    assert use_again(attached, place.entry, "s2", actor=place.collector)


@pytest.mark.parametrize(("percent", "said"), [(79, False), (81, True)])
def test_it_is_said_quietly_once_four_fifths_are_used(attached, agency, settings, percent, said):
    settings.EVIDENCE_AGENCY_QUOTA_BYTES = attached.size * 100 // percent
    assert bool(nearly_full(agency)) == said
