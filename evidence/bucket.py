"""Files of evidence in a bucket of an S3-compatible server: put under a condition, so that nothing is written over.

For store.py alone, which gives the names. What comes out is spooled to the disk: it is hashed before its first byte
goes out, and no file is held in memory. Boto is imported where it is asked, since it takes a quarter of a second and
23 MiB of each process, which an installation with a folder need not pay.
"""

import base64
import hashlib
import io
import logging
import tempfile
import uuid
from collections.abc import Iterable, Iterator, Mapping
from contextlib import ExitStack, closing, contextmanager
from functools import lru_cache
from pathlib import Path
from typing import IO, Any

from django.conf import settings

from evidence.folder import Full, arriving, room

log = logging.getLogger(__name__)
PIECE = 1024 * 1024
AT_ONCE = 32  # connections; a web process has fewer threads
PATIENCE, GLANCE = (2, 8, 2), (2, 2, 1)  # seconds to connect, seconds for an answer, attempts
FULL = {
    "QuotaExceeded",
    "InsufficientStorage",
    "StorageFull",
    "XMinioStorageFull",
    "ServiceQuotaExceededException",
}
INSUFFICIENT_STORAGE, PRECONDITION_FAILED = 507, 412
ON_CONDITION = {"IfNoneMatch": "*"}  # that there is nothing of this name


class Away(Exception):
    """The server does not answer or refuses us, so that nothing is known of what it holds. The text is the kind of
    fault, without address or key."""


def keep(path: Path, *, name: str, sha256: str) -> None:
    """Puts a file under its name for good; FileExistsError where one stands, Full without room. The server is told the
    hash, so that it refuses a put that broke off.

    A put whose answer was lost is repeated and finds its own bytes: that is well."""
    checksum = base64.b64encode(bytes.fromhex(sha256)).decode()
    try:
        with path.open("rb") as file:
            _put(name, file, ChecksumSHA256=checksum)
    except FileExistsError:
        with open_stored(name) as stands:
            if hashlib.file_digest(stands, "sha256").hexdigest() != sha256:  # type: ignore[arg-type]
                raise
    path.unlink(missing_ok=True)


def open_stored(name: str) -> IO[bytes]:
    """The bytes as they stand there, in a file of no name; FileNotFoundError for none."""
    with _asking(), room():
        found = _client(*PATIENCE).get_object(Bucket=settings.EVIDENCE_BUCKET, Key=name)
        with closing(found["Body"]) as body:
            return _spooled(body.iter_chunks(PIECE))


def _spooled(pieces: Iterable[bytes]) -> IO[bytes]:
    with ExitStack() as closed_on_a_fault:
        file = closed_on_a_fault.enter_context(tempfile.TemporaryFile(dir=arriving()))
        for piece in pieces:
            file.write(piece)
        file.seek(0)
        closed_on_a_fault.pop_all()
    return file


def remove(name: str) -> None:
    """Takes the bytes away; nothing where there are none."""
    with _asking():
        _client(*GLANCE).delete_object(Bucket=settings.EVIDENCE_BUCKET, Key=name)


def move(name: str, *, to: str) -> None:
    """Gives the bytes another name; for a restore, which finds a damaged file where it has the good one."""
    bucket = settings.EVIDENCE_BUCKET
    with _asking():
        _client(*PATIENCE).copy_object(Bucket=bucket, Key=to, CopySource={"Bucket": bucket, "Key": name})
    remove(name)


def names() -> Iterator[str]:
    """The names of all objects of the bucket."""
    pages = _client(*PATIENCE).get_paginator("list_objects_v2").paginate(Bucket=settings.EVIDENCE_BUCKET)
    with _asking():
        for page in pages:
            yield from (one["Key"] for one in page.get("Contents", []))


def answers() -> bool:
    """Whether the bucket can be reached, asked quickly."""
    try:
        with _asking():
            _client(*GLANCE).head_bucket(Bucket=settings.EVIDENCE_BUCKET)
    except Away as away:
        log.warning("evidence: the bucket does not answer: %s", away)
        return False
    return True


def writes_over() -> bool:
    """Tries whether the server puts a second file under a taken name: then it cannot hold evidence. Away, Full."""
    name = f"trial/{uuid.uuid4()}"
    _put(name, io.BytesIO(b"first"))
    try:
        _put(name, io.BytesIO(b"second"))
    except FileExistsError:
        return False
    finally:
        remove(name)
    return True


def _put(name: str, body: IO[bytes], **more: Any) -> None:
    more |= ON_CONDITION | {"ContentType": "application/octet-stream"}
    with _asking():
        _client(*PATIENCE).put_object(Bucket=settings.EVIDENCE_BUCKET, Key=name, Body=body, **more)


def _client(connect: int, answer: int, attempts: int) -> Any:
    secrets = settings.S3_ACCESS_KEY_ID, settings.S3_SECRET_ACCESS_KEY
    return _made(settings.S3_ENDPOINT_URL, settings.S3_REGION, secrets, (connect, answer, attempts))


@lru_cache(maxsize=8)
def _made(address: str, region: str, secrets: tuple[str, str], patience: tuple[int, int, int]) -> Any:
    from boto3.session import Session
    from botocore.config import Config

    connect, answer, attempts = patience
    how = Config(
        connect_timeout=connect,
        read_timeout=answer,
        max_pool_connections=AT_ONCE,
        retries={"mode": "standard", "total_max_attempts": attempts},
        s3={"addressing_style": "path"},
        request_checksum_calculation="when_required",
        response_checksum_validation="when_required",
    )
    # A session of its own, since threads may not make their clients from a common one.
    return Session(aws_access_key_id=secrets[0], aws_secret_access_key=secrets[1]).client(
        "s3", region_name=region, endpoint_url=address, config=how
    )


@contextmanager
def _asking() -> Iterator[None]:
    """FileExistsError, FileNotFoundError, Full or Away for what the server or the way to it says."""
    from botocore.exceptions import BotoCoreError, ClientError

    try:
        yield
    except ClientError as fault:
        raise _meaning(fault.response) from fault
    except BotoCoreError as fault:
        raise Away(type(fault).__name__) from fault


def _meaning(answer: Mapping[str, Any]) -> Exception:
    code = str(answer.get("Error", {}).get("Code", ""))
    status = answer.get("ResponseMetadata", {}).get("HTTPStatusCode")
    if status == PRECONDITION_FAILED:
        return FileExistsError(code)
    if code == "NoSuchKey":
        return FileNotFoundError(code)
    if status == INSUFFICIENT_STORAGE or code in FULL:
        return Full(code)
    return Away(code)
