"""A byte changed, lost or added anywhere, in either kind of backup: refused, and nothing is touched."""

import io

import pytest
from django.core.management import CommandError, call_command
from django.utils import translation

from config.backup import keys
from config.backup.archive import Damaged, Reader, Writer
from config.backup.reading import read_backup
from config.backup.restoring import restore
from config.backup.taking import take_backup
from indicators.refusals import Refused
from tests.backup.conftest import state

pytestmark = pytest.mark.django_db(transaction=True)
PLACES = 300
DAMAGED = r"เสียหาย|damaged"


def places(size, count=PLACES):
    """Places all over a file, its first and last bytes among them."""
    return sorted({0, 1, size - 1, size - 600, *range(7, size, max(1, size // count))})


def is_refused(path) -> bool:
    try:
        with path.open("rb") as file:
            for member in Reader(file).members():
                member.read()
    except Damaged:
        return True
    return False


def test_no_byte_changes_unseen(whole):
    good = whole.read_bytes()
    assert not is_refused(whole)
    for place in places(len(good)):
        whole.write_bytes(good[:place] + bytes([good[place] ^ 1]) + good[place + 1 :])
        assert is_refused(whole), place


def test_nothing_is_cut_off_or_added_unseen(whole):
    good = whole.read_bytes()
    for place in places(len(good), 40):
        whole.write_bytes(good[:place])
        assert is_refused(whole), place
    whole.write_bytes(good + b"\0")
    assert is_refused(whole)


def test_what_is_damaged_is_refused_with_a_sentence_and_touches_nothing(fresh, whole, settings):
    good = whole.read_bytes()
    with fresh():
        before = state(settings)
        for place in places(len(good), 12):
            whole.write_bytes(good[:place] + b"\xff" + good[place + 1 :])
            with pytest.raises(Refused, match=DAMAGED):
                restore(whole)
        whole.write_bytes(good[:-2000])
        with pytest.raises(Refused, match=DAMAGED):
            restore(whole)
        with pytest.raises(Refused, match="nowhere"):
            restore(whole.with_name("nowhere.tar"))
        assert state(settings) == before


def another_archive() -> bytes:
    """A tar that opens as ours do, of another make."""
    made = io.BytesIO()
    Writer(made).add_bytes("readme.txt", b"x")
    return made.getvalue()


@pytest.mark.parametrize("content", [b"# Readme\n" * 400, b"# short\n", b"", another_archive()])
def test_what_is_no_backup_is_called_none(db, tmp_path, content):
    path = tmp_path / "README.md"
    path.write_bytes(content)
    with translation.override("en"), pytest.raises(CommandError, match=rf"“{path}” is no backup"):
        call_command("verify_backup", str(path))


def test_what_is_cut_off_is_still_called_a_backup(db, whole):
    whole.write_bytes(whole.read_bytes()[:600])
    with translation.override("en"), pytest.raises(CommandError, match="damaged or cut off"):
        call_command("verify_backup", str(whole))


def test_an_encrypted_backup_shows_damage_too(lived_in, tmp_path):
    path, (public, secret) = tmp_path / "backup.age", keys.new_key()
    take_backup(path, key=public)
    assert read_backup(path, key=secret).faults == []
    good = path.read_bytes()
    for place in places(len(good), 12):
        path.write_bytes(good[:place] + bytes([good[place] ^ 1]) + good[place + 1 :])
        with pytest.raises(Refused):
            read_backup(path, key=secret)
    for damaged in (good[: len(good) // 2], good[:-1], good + b"x", good[:30]):
        path.write_bytes(damaged)
        with pytest.raises(Refused):
            read_backup(path, key=secret)


def test_a_key_is_refused_when_it_is_none(settings, tmp_path):
    settings.BACKUP_KEY = "age1ฉลาด"
    with pytest.raises(Refused, match="age1"):
        keys.key_from()
    settings.BACKUP_KEY = ""
    assert keys.key_from() == ""
    public, secret = keys.new_key()
    texts = {"none": "# nothing\n", "two": f"{public}\n{secret}\n", "words": "correct horse\n"}
    for name, text in texts.items():
        (tmp_path / name).write_text(text)
        with pytest.raises(Refused, match="age1"):
            keys.key_from(str(tmp_path / name))
    with pytest.raises(Refused, match="gone"):
        keys.key_from(str(tmp_path / "gone"))
    (tmp_path / "key").write_text(f"# public key: {public}\n{secret}\n")
    assert keys.key_from(str(tmp_path / "key")) == secret
