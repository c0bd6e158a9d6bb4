"""Asks a virus scanner (clamd) where one is configured: CLAMD_HOST is "host", "host:port" or the path of a socket.

The protocol is clamd's INSTREAM (man clamd): zINSTREAM, NUL; then pieces with a four-byte length before each, ended by
a length of zero; the answer ends with OK or FOUND. Anything else, and silence, never means "clean".
"""

import contextlib
import logging
import socket
import struct
from typing import IO

from django.conf import settings

from evidence.models import Evidence

log = logging.getLogger(__name__)
PORT = 3310
SECONDS = 60
PIECE = 256 * 1024


class ScannerSilent(Exception):
    """The scanner does not answer, or says that it could not look."""


class Infected(Exception):
    """The scanner found something; the text is its name for it."""


def scan(opened: IO[bytes]) -> str:
    """Evidence.Scan.CLEAN, or NOT_SCANNED where no scanner is configured; Infected or ScannerSilent otherwise."""
    host = getattr(settings, "CLAMD_HOST", "")
    if not host:
        return Evidence.Scan.NOT_SCANNED
    try:
        answer = _ask(host, opened)
    except OSError as error:
        log.error("evidence: the scanner at %s does not answer: %s", host, error)
        raise ScannerSilent from error
    if answer.endswith(" FOUND"):
        raise Infected(answer.removeprefix("stream: ").removesuffix(" FOUND")[:80])
    if answer != "stream: OK":
        log.error("evidence: the scanner at %s could not look: %s", host, answer[:200])
        raise ScannerSilent
    return Evidence.Scan.CLEAN


def _ask(host: str, opened: IO[bytes]) -> str:
    with contextlib.closing(_connect(host)) as connection:
        connection.sendall(b"zINSTREAM\0")
        while piece := opened.read(PIECE):
            connection.sendall(struct.pack(">I", len(piece)) + piece)
        connection.sendall(struct.pack(">I", 0))
        answer = b""
        while not answer.endswith(b"\0") and (more := connection.recv(4096)):
            answer += more
    return answer.rstrip(b"\0\n").decode("utf-8", "replace")


def _connect(host: str) -> socket.socket:
    if host.startswith("/"):
        connection = socket.socket(socket.AF_UNIX)
        connection.settimeout(SECONDS)
        try:
            connection.connect(host)
        except OSError:
            connection.close()
            raise
        return connection
    name, _, port = host.rpartition(":") if host.count(":") == 1 else (host, "", "")
    connection = socket.create_connection((name, int(port or PORT)), timeout=5)
    connection.settimeout(SECONDS)
    return connection
