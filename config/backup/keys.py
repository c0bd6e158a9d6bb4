"""Encryption by age (age-encryption.org): files that the `age` tool opens too, with a public and a secret half.

With the public half (`age1…`) a server writes backups that it cannot read; who has the secret half
(`AGE-SECRET-KEY-1…`) writes and reads. Age writes in pieces of 64 KiB, each proved, so that a cut or changed file
is not taken for whole.
"""

import os
import threading
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from pathlib import Path
from typing import IO

import pyrage
from django.conf import settings
from django.utils.translation import gettext as _
from django.utils.translation import gettext_noop

from config.backup.archive import Damaged
from config.environment import Wrong, age_key
from indicators.refusals import Refused

MARK = b"age-encryption.org/"
SECRET = "AGE-SECRET-KEY-"
NO_KEY = gettext_noop(
    "The backup key is none: it begins with age1 (public half) or AGE-SECRET-KEY-1 (secret half). "
    "manage.py new_backup_key makes one."
)
NEEDS_SECRET = gettext_noop(
    "The backup is encrypted. Give the secret half of its key (AGE-SECRET-KEY-1…) with --key-file or as "
    "BACKUP_KEY."
)
ANOTHER_KEY = gettext_noop(
    "This key does not open the backup: it belongs to another, or its head is damaged."
)


def key_from(file: str = "") -> str:
    """The key in this file, else that of the setting BACKUP_KEY; '' without one. Refused, without repeating it, when
    the file cannot be read or holds no key."""
    try:
        key = age_key(Path(file).read_text(encoding="utf-8")) if file else settings.BACKUP_KEY
        if file and not key:
            raise Wrong(file)
        return key and str(public_half(key)) and key
    except (OSError, UnicodeDecodeError) as fault:
        raise Refused([_("The key file “%(name)s” cannot be read.") % {"name": file}]) from fault
    except (Wrong, pyrage.RecipientError, pyrage.IdentityError) as fault:
        raise Refused([_(NO_KEY)]) from fault


def new_key() -> tuple[str, str]:
    """A new pair: public half, secret half."""
    secret = pyrage.x25519.Identity.generate()
    return str(secret.to_public()), str(secret)


def public_half(key: str) -> pyrage.x25519.Recipient:
    """Whom a file is encrypted to."""
    if key.upper().startswith(SECRET):
        return pyrage.x25519.Identity.from_str(key).to_public()
    return pyrage.x25519.Recipient.from_str(key)


def is_encrypted(path: Path) -> bool:
    """Whether the file begins as age begins one."""
    with path.open("rb") as file:
        return file.read(len(MARK)) == MARK


@contextmanager
def encrypting(file: IO[bytes], *, key: str) -> Iterator[IO[bytes]]:
    """A stream whose bytes go into the file, encrypted if there is a key."""
    if not key:
        yield file
        return
    fault: list[BaseException] = []
    try:
        with _beside(lambda pipe: pyrage.encrypt_io(pipe, file, [public_half(key)]), "rb", fault) as stream:
            yield stream
    finally:
        if fault:  # what happened there first: here it is only a broken pipe
            raise fault[0]


@contextmanager
def decrypting(path: Path, *, key: str) -> Iterator[IO[bytes]]:
    """The file's bytes as a stream, to be read to its end; decrypted if they are encrypted. Refused without the secret
    half of their key, Damaged when they are not as they were written."""
    if not is_encrypted(path):
        with path.open("rb") as file:
            yield file
        return
    if not key.upper().startswith(SECRET):
        raise Refused([_(NEEDS_SECRET)])
    identity = pyrage.x25519.Identity.from_str(key)
    fault: list[BaseException] = []
    try:
        with (
            path.open("rb") as file,
            _beside(lambda pipe: pyrage.decrypt_io(file, pipe, [identity]), "wb", fault) as stream,
        ):
            yield stream
    finally:
        if fault and isinstance(fault[0], pyrage.DecryptError):
            raise Refused([_(ANOTHER_KEY)]) from fault[0]
    if fault:
        raise Damaged("end") from fault[0]


@contextmanager
def _beside(work: Callable[[IO[bytes]], None], mode: str, fault: list[BaseException]) -> Iterator[IO[bytes]]:
    """Runs `work` in a thread with its end of a pipe (opened in `mode`) and gives the other end; what goes wrong there
    is put into `fault`. Age pulls where tar pushes, and the other way: the pipe joins the two."""
    reading, writing = os.pipe()
    theirs, ours = (reading, writing) if mode == "rb" else (writing, reading)

    def run() -> None:
        try:
            with os.fdopen(theirs, mode) as pipe:
                work(pipe)
        except BaseException as error:
            fault.append(error)

    thread = threading.Thread(target=run, daemon=True)
    thread.start()
    try:
        with os.fdopen(ours, "wb" if mode == "rb" else "rb") as stream:
            yield stream
    finally:
        thread.join()
