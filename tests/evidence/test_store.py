"""Bytes go in once, stay as they are, and are hashed again whenever they come out."""

import hashlib
from uuid import uuid4

import pytest

from evidence import store
from tests.evidence import making as make

DATA = b"evidence " * 1000
SHA = hashlib.sha256(DATA).hexdigest()


@pytest.fixture(autouse=True)
def evidence_dir(settings, tmp_path):
    settings.EVIDENCE_DIR = tmp_path / "evidence"
    return settings.EVIDENCE_DIR


def files_in(folder):
    return [path for path in folder.rglob("*") if path.is_file()]


def test_bytes_come_back_with_their_hash(evidence_dir):
    key = uuid4()
    arrival = store.keep_bytes(DATA, key=key)
    assert (arrival.size, arrival.sha256) == (len(DATA), SHA)
    assert make.bytes_in_store(key, sha256=SHA) == DATA
    assert files_in(evidence_dir) == [evidence_dir / str(key)[:2] / str(key)[2:4] / str(key)]
    assert list(store.stored_keys()) == [key]


def test_what_arrives_lies_aside_until_it_is_kept(evidence_dir):
    arrival = store.take_in([b"a", b"b"], limit=10)
    assert list(store.stored_keys()) == []
    with arrival.open() as opened:
        assert opened.read() == b"ab"
    arrival.discard()
    assert files_in(evidence_dir) == []


def test_too_many_bytes_leave_nothing(evidence_dir):
    with pytest.raises(store.TooLarge):
        store.take_in([b"12345", b"678901"], limit=10)
    assert files_in(evidence_dir) == []
    assert store.take_in([b"1234567890"], limit=10).size == 10


def test_an_upload_that_breaks_off_leaves_nothing(evidence_dir):
    def breaking():
        yield b"a"
        raise OSError("connection lost")

    with pytest.raises(OSError, match="connection lost"):
        store.take_in(breaking(), limit=10)
    assert files_in(evidence_dir) == []


def test_a_kept_file_is_never_written_over():
    key = uuid4()
    store.keep_bytes(DATA, key=key)
    with pytest.raises(FileExistsError):
        store.keep_bytes(b"other", key=key)
    assert make.bytes_in_store(key, sha256=SHA) == DATA


@pytest.mark.parametrize("change", [b"", b"x", DATA[:-1], DATA + b"x", DATA.replace(b"e", b"f", 1)])
def test_altered_bytes_are_never_handed_out(change):
    key = uuid4()
    store.keep_bytes(DATA, key=key)
    path = make.path_of(key)
    path.chmod(0o600)
    path.write_bytes(change)
    with pytest.raises(store.Altered) as caught:
        store.open_checked(key, sha256=SHA)
    assert caught.value.reason == "altered"


def test_lost_bytes_are_said_to_be_missing():
    with pytest.raises(store.Altered) as caught:
        make.bytes_in_store(uuid4(), sha256=SHA)
    assert caught.value.reason == "missing"


def test_a_kept_file_is_read_only():
    key = uuid4()
    store.keep_bytes(DATA, key=key)
    assert make.path_of(key).stat().st_mode & 0o777 == 0o440
