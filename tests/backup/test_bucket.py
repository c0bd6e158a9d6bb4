"""A backup of an installation whose evidence is in a bucket: taken, proved, restored into another, or not at all."""

import pytest
from django.core.management import CommandError, call_command

from config.backup.restoring import Consent, restore
from config.backup.taking import take_backup
from evidence import store
from evidence.models import Evidence
from indicators.refusals import Refused
from scorecards.models import Agency
from tests.backup.conftest import state
from tests.backup.rewriting import rewritten

pytestmark = pytest.mark.django_db(transaction=True)
NOBODY = "http://127.0.0.1:9"


@pytest.fixture
def here(bucket, lived_in):
    """The bucket that holds the files of the world."""
    return bucket


@pytest.fixture
def taken(here, tmp_path):
    take_backup(tmp_path / "backup.tar")
    return tmp_path / "backup.tar"


def test_what_is_restored_into_another_bucket_is_what_there_was(fresh, here, taken, make_bucket, settings):
    before, held = state(settings), here.content()
    assert len(held) == 2
    call_command("verify_backup", str(taken))
    with fresh():
        there = make_bucket()
        call_command("restore", str(taken))
        assert state(settings) == before
        assert there.content() == held


def test_a_backup_goes_from_a_folder_into_a_bucket(fresh, backup, make_bucket, settings):
    files = {path: data for path, data in state(settings)[1].items() if path.count("/") == 2}
    with fresh():
        bucket = make_bucket()
        restore(backup)
        assert bucket.content() == files
        call_command("verify_evidence")


def test_what_was_lost_or_damaged_is_healed_and_the_damaged_kept_beside(here, taken):
    held = here.content()
    gone, damaged = held
    here.remove(gone)
    here.put(damaged, b"damaged")
    with pytest.raises(Refused, match="--replace localhost"):
        restore(taken)
    (left,) = (place for place in restore(taken, consent=Consent(replace="localhost")) if "s3://" in place)
    beside = left.removeprefix(f"s3://{here.name}/") + damaged
    assert here.content() == held | {beside: b"damaged"}
    assert len(list(store.stored_keys())) == 2


def test_when_the_database_refuses_a_row_the_bucket_is_as_before(here, taken):
    held = here.content()
    gone, damaged = held
    here.remove(gone)
    here.put(damaged, b"damaged")
    rewritten(taken, {"tables/scorecards_membership/": lambda row: row.update(agency_id=9999)})
    with pytest.raises(Refused, match="scorecards_membership"):
        restore(taken, consent=Consent(replace="localhost"))
    assert here.content() == {damaged: b"damaged"}


def test_known_faults_are_named_in_the_backup(here, tmp_path):
    gone, changed = Evidence.objects.order_by("pk")
    here.remove(store.name_of(gone.pk))
    here.put(store.name_of(changed.pk), b"changed")
    faults = " ".join(take_backup(tmp_path / "backup.tar").faults)
    assert str(gone.pk) in faults
    assert str(changed.pk) in faults


def test_while_the_bucket_is_away_nothing_is_taken_or_restored(fresh, taken, tmp_path, settings):
    settings.S3_ENDPOINT_URL = NOBODY
    with pytest.raises(CommandError, match="EndpointConnectionError"):
        call_command("backup", str(tmp_path / "second.tar"))
    assert not (tmp_path / "second.tar").exists()
    with fresh():
        with pytest.raises(Refused, match="EndpointConnectionError"):
            restore(taken)
        assert not Agency.objects.exists()
