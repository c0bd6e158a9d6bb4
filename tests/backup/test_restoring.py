"""A backup gives back what there was, to the byte, or refuses before anything is touched."""

import os
from pathlib import Path

import pytest
from django.core.management import CommandError, call_command
from django.db import DatabaseError
from django.utils import timezone

from config.backup import keys
from config.backup.reading import read_backup
from config.backup.restoring import Consent, restore
from config.backup.tables import last_number, tables_of
from config.backup.taking import take_backup
from config.models import Sign, Slow
from evidence import store
from evidence.models import Evidence
from indicators.freezing import RECORDS
from indicators.refusals import Refused
from reports.models import Document
from reports.record import build_record
from scorecards.models import Agency, Event, Membership, Ministry, Scorecard
from tests.backup.conftest import state
from tests.backup.rewriting import as_before, rewritten
from tests.evidence import making as make

pytestmark = pytest.mark.django_db(transaction=True)


def test_what_is_restored_is_what_there_was(fresh, backup, lived_in, settings, capsys):
    before, printed = state(settings), build_record(lived_in.card)
    last = last_number(tables_of()["scorecards_ministry"])
    with fresh():
        call_command("restore", str(backup))
        assert state(settings) == before
        assert build_record(Scorecard.objects.get(pk=lived_in.card.pk)) == printed
        assert Ministry.objects.create(code="next", name_th="ตั้งใหม่").pk == last + 1
    assert "2 ไฟล์" in capsys.readouterr().out


def test_what_is_frozen_is_frozen_again(fresh, whole):
    with fresh():
        restore(whole)
        guards = {guard.table for guard in RECORDS}
        assert "scorecards_event" in guards
        with pytest.raises(DatabaseError):
            Event.objects.update(reason="")


def test_an_encrypted_backup_opens_with_its_secret_half_only(fresh, lived_in, tmp_path, settings):
    (public, secret), (_other, another) = keys.new_key(), keys.new_key()
    path = tmp_path / "backup.tar.age"
    take_backup(path, key=public)
    assert "กระทรวง".encode() not in path.read_bytes()
    for wrong in ("", public, another):
        with pytest.raises(Refused):
            read_backup(path, key=wrong)
    before = state(settings)
    with fresh():
        with pytest.raises(Refused):
            restore(path, key=another)
        assert not Agency.objects.exists()
        restore(path, key=secret)
        assert state(settings) == before


def test_data_is_replaced_only_by_the_name_of_its_site(backup, lived_in, settings):
    Membership.objects.filter(user=lived_in.cho).delete()
    kept = state(settings)
    for said in ("", "elsewhere.example"):
        with pytest.raises(Refused, match="--replace localhost"):
            restore(backup, consent=Consent(replace=said))
    assert state(settings) == kept
    left = restore(backup, consent=Consent(replace="localhost"))
    assert Membership.objects.filter(user=lived_in.cho).exists()
    assert [Path(folder).name.partition(".")[0] for folder in left] == ["evidence", "reports"]
    assert all(any(Path(folder).rglob("*")) for folder in left)


def test_an_installation_whose_services_merely_started_is_empty(fresh, whole):
    with fresh():
        Sign.objects.create(name="celery@worker-1", seen_at=timezone.now())
        Slow.objects.create(hour=timezone.now(), kind="request", pattern="/", total_ms=900, longest_ms=900)
        restore(whole)
        assert Scorecard.objects.exists()
        assert not Sign.objects.exists()


def test_what_a_killed_restore_left_beside_goes_with_the_next_one(fresh, whole, settings):
    with fresh():
        left = settings.EVIDENCE_DIR.with_name("evidence.restoring-0badcafe")
        (left / "aa").mkdir(parents=True)
        (left / "aa" / "half").write_bytes(b"x")
        restore(whole)
        assert not left.exists()
        assert settings.EVIDENCE_DIR.is_dir()


def test_files_alone_are_data_too(fresh, whole, settings):
    with fresh():
        store.keep_bytes(b"x", key=Evidence().pk)
        with pytest.raises(Refused, match="--replace"):
            restore(whole)


REWRITTEN = {
    "a newer release": (
        {"manifest.json": lambda m: m["migrations"]["reports"].append("0099_later")},
        "0099_later",
    ),
    "a newer format": ({"manifest.json": lambda m: m.update(format=2)}, "รูปแบบ|format"),
    "a count that is wrong": (
        {"summary.json": lambda s: s["tables"]["auth_user"].update(rows=1)},
        "เสียหาย|damaged",
    ),
    "a file that is no place of ours": ({"evidence/": "evidence/../../../etc/passwd"}, "เสียหาย|damaged"),
}


def test_what_does_not_fit_is_refused_and_nothing_is_touched(fresh, whole, settings):
    good = whole.read_bytes()
    with fresh():
        before = state(settings)
        for changes, sentence in REWRITTEN.values():
            whole.write_bytes(good)
            rewritten(whole, changes)
            with pytest.raises(Refused, match=sentence):
                restore(whole)
            assert state(settings) == before
        whole.write_bytes(good)
        rewritten(whole, {})
        restore(whole)  # the control: written again without a change
        assert state(settings) != before


def test_when_the_database_refuses_a_row_rows_and_files_are_as_before(backup, lived_in, settings):
    """Whole by every hash, and still not to be taken: a membership of an agency that is not there."""
    rewritten(backup, {"tables/scorecards_membership/": lambda row: row.update(agency_id=9999)})
    before = state(settings)
    with pytest.raises(Refused, match="scorecards_membership"):
        restore(backup, consent=Consent(replace="localhost"))
    assert state(settings) == before
    assert sorted(path.name for path in settings.EVIDENCE_DIR.parent.glob("evidence*")) == ["evidence"]


def test_when_the_folders_cannot_be_exchanged_the_rows_stay(backup, lived_in, settings, monkeypatch):
    Membership.objects.filter(user=lived_in.cho).delete()
    before, rename = state(settings), os.rename

    def full(source, target):
        if "restoring" in str(source) and "reports" in str(source):
            raise OSError("the disk is full")
        rename(source, target)

    monkeypatch.setattr(os, "rename", full)
    with pytest.raises(OSError, match="full"):
        restore(backup, consent=Consent(replace="localhost"))
    assert state(settings) == before


def test_a_backup_of_an_older_release_is_brought_forward(fresh, whole):
    """As the release before the digits of documents would have written it."""
    rewritten(whole, as_before("reports", "0004_batches"))
    with fresh():
        restore(whole)
        assert Document.objects.get().digits == "arabic"
        with pytest.raises(Refused, match="VAR_DIR"):
            restore(whole, consent=Consent(replace="localhost"))


def test_known_faults_are_kept_named_and_restored_only_knowingly(fresh, lived_in, tmp_path, capsys):
    gone, changed = Evidence.objects.order_by("pk")
    make.path_of(gone.pk).unlink()
    make.path_of(changed.pk).chmod(0o600)
    make.path_of(changed.pk).write_bytes(b"changed")
    path = tmp_path / "backup.tar"
    with pytest.raises(CommandError) as told:
        call_command("backup", str(path))
    with pytest.raises(CommandError) as verified:
        call_command("verify_backup", str(path))
    for key in (gone.pk, changed.pk):
        assert str(key) in str(told.value)
        assert str(key) in str(verified.value)
    with fresh():
        with pytest.raises(Refused, match="--accept-faults"):
            restore(path)
        assert not Agency.objects.exists()
        restore(path, consent=Consent(faults=True))
        assert Agency.objects.exists()


def test_an_event_that_was_changed_is_found_in_the_backup(lived_in, tmp_path, tampering):
    Event.objects.filter(action="submit").update(reason="ไม่เคยมี")
    summary = take_backup(tmp_path / "backup.tar")
    assert len(summary.faults) == len(read_backup(tmp_path / "backup.tar").faults) == 1


def test_a_backup_never_goes_over_a_file(lived_in, tmp_path):
    (tmp_path / "there").write_text("x")
    with pytest.raises(Refused, match="there"):
        take_backup(tmp_path / "there")
    (tmp_path / "nightly").mkdir()
    call_command("backup", "--to", str(tmp_path / "nightly"))
    (made,) = (tmp_path / "nightly").iterdir()
    assert made.name.startswith("scorecards-")
    assert made.stat().st_mode & 0o077 == 0


@pytest.mark.parametrize("given", [["--to", "FOLDER"], ["FOLDER/backup.tar"]])
def test_a_folder_that_is_not_there_is_never_made(db, tmp_path, given):
    missing = tmp_path / "mistyped" / "backups"
    with pytest.raises(CommandError, match=f"“{missing}”"):
        call_command("backup", *[word.replace("FOLDER", str(missing)) for word in given])
    assert not (tmp_path / "mistyped").exists()


def test_a_file_that_cannot_be_written_is_a_sentence(lived_in, tmp_path):
    with pytest.raises(CommandError, match=str(tmp_path)):
        call_command("backup", str(tmp_path / ("x" * 250)))  # too long with what is put before it meanwhile
    assert not list(tmp_path.glob("*x"))
