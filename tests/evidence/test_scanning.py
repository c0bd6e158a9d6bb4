"""A virus scanner where there is one; its silence never means that a file is clean."""

import io
import socket
import struct
import threading

import pytest

from evidence import scanning
from evidence.models import Evidence


@pytest.fixture
def clamd(settings):
    """A tiny scanner on the loopback; call it with the answer that it is to give. What it read is in `.received`."""
    listener = socket.create_server(("127.0.0.1", 0))
    listener.settimeout(5)
    settings.CLAMD_HOST = f"127.0.0.1:{listener.getsockname()[1]}"
    threads = []

    def start(answer):
        start.received = b""
        threads.append(threading.Thread(target=serve, args=(listener, answer, start)))
        threads[0].start()

    yield start
    for thread in threads:
        thread.join(timeout=10)
    listener.close()


def serve(listener, answer, start):
    connection, _ = listener.accept()
    with connection, connection.makefile("rb") as stream:
        assert stream.read(10) == b"zINSTREAM\0"
        while length := struct.unpack(">I", stream.read(4))[0]:
            start.received += stream.read(length)
        connection.sendall(answer)


def test_without_a_scanner_a_file_is_not_scanned(settings):
    settings.CLAMD_HOST = ""
    assert scanning.scan(io.BytesIO(b"x")) == Evidence.Scan.NOT_SCANNED


def test_a_clean_file(clamd):
    clamd(b"stream: OK\0")
    data = b"x" * 700_000
    assert scanning.scan(io.BytesIO(data)) == Evidence.Scan.CLEAN
    assert clamd.received == data


def test_a_find(clamd):
    clamd(b"stream: Eicar-Signature FOUND\0")
    with pytest.raises(scanning.Infected, match="Eicar-Signature"):
        scanning.scan(io.BytesIO(b"x"))


@pytest.mark.parametrize(
    "answer", [b"", b"INSTREAM size limit exceeded. ERROR\0", b"stream: O", b"OK\0", b"x\0"]
)
def test_no_answer_is_not_clean(clamd, answer):
    clamd(answer)
    with pytest.raises(scanning.ScannerSilent):
        scanning.scan(io.BytesIO(b"x"))


def test_a_dead_scanner_is_not_clean(settings):
    with socket.create_server(("127.0.0.1", 0)) as taken:
        port = taken.getsockname()[1]
    settings.CLAMD_HOST = f"127.0.0.1:{port}"
    with pytest.raises(scanning.ScannerSilent):
        scanning.scan(io.BytesIO(b"x"))


def test_a_scanner_on_a_socket_file(settings, tmp_path):
    settings.CLAMD_HOST = str(tmp_path / "no-such.sock")
    with pytest.raises(scanning.ScannerSilent):
        scanning.scan(io.BytesIO(b"x"))
