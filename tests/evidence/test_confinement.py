"""What the child process cannot do, and that its death is never taken for a good file."""

import io
import os
import subprocess
import sys
import time
import zipfile
from itertools import accumulate
from pathlib import Path

import pytest

from evidence import inspecting
from evidence.inspecting import Finding
from tests.evidence import making as make

PROJECT = Path(__file__).resolve().parent.parent.parent
CONFINED = f"import sys; sys.path.insert(0, {str(PROJECT)!r})\nfrom indicators.confinement import confine\n"


def confined(code):
    """What a confined process that runs this code leaves behind."""
    command = [sys.executable, "-I", "-c", CONFINED + "import socket, subprocess, os\nconfine()\n" + code]
    return subprocess.run(command, capture_output=True, text=True, timeout=30, check=False)


@pytest.mark.skipif(sys.platform != "linux", reason="the filter of system calls is Linux's")
@pytest.mark.parametrize(
    "code",
    [
        "socket.socket()",
        "socket.create_connection(('127.0.0.1', 80))",
        "socket.socketpair()",
        "subprocess.run(['/bin/true'])",
        "os.execv('/bin/true', ['true'])",
        "os.write(os.memfd_create('x'), b'x' * 10)",
        "bytearray(600 * 1024 * 1024)",
        "[open('/dev/null') for _ in range(100)]",
    ],
)
def test_the_child_can_not(code):
    done = confined(code)
    assert done.returncode != 0
    assert "Error" in done.stderr or done.returncode < 0


def test_the_child_can_do_what_it_must():
    assert confined("import zipfile, json; print(json.dumps({'a': 1}))").stdout == '{"a": 1}\n'


@pytest.mark.slow
def test_the_child_ends_when_it_computes_for_too_long():
    code = "import resource; resource.setrlimit(resource.RLIMIT_CPU, (1, 1))\nwhile True: pass"
    started = time.monotonic()
    assert confined(code).returncode < 0
    assert time.monotonic() - started < 10


@pytest.mark.parametrize(
    "code",
    [
        "import os; os.kill(os.getpid(), 9)",
        "raise MemoryError",
        "print('nonsense')",
        'print(\'{"media_type": "text/html"}\')',
        'print(\'{"media_type": "application/pdf", "code": "macro"}\')',
        'print(\'{"code": "no such code"}\')',
        "print('[]')",
        "pass",
        "print('x' * 100_000)",
        "import time; time.sleep(9)",
    ],
)
def test_a_child_that_dies_or_lies_is_no_good_file(code, tmp_path, monkeypatch):
    child = tmp_path / "child.py"
    child.write_text(code)
    monkeypatch.setattr(inspecting, "CHILD", child)
    monkeypatch.setattr(inspecting, "WALL_SECONDS", 1)
    assert make.found_in(make.pdf()) == Finding(code="cannot_be_checked")


def test_the_child_sees_nothing_of_our_environment(tmp_path, monkeypatch):
    child = tmp_path / "child.py"
    child.write_text(
        "import os, json; print(json.dumps({'code': 'archive', 'what': ' '.join(sorted(os.environ))}))"
    )
    monkeypatch.setattr(inspecting, "CHILD", child)
    monkeypatch.setenv("DJANGO_SECRET_KEY", "secret")
    assert set(make.found_in(b"x").what.split()) <= {"LANG", "PATH", "LC_CTYPE"}


@pytest.mark.slow
def test_a_million_pages_are_refused_in_time():
    """Half a million here, written by hand: cheap to write, dear to read."""
    count = 500_000
    lines = [b"%PDF-1.4\n"]
    kids = b" ".join(b"%d 0 R" % number for number in range(3, count + 3))
    lines.append(b"1 0 obj<</Type/Catalog/Pages 2 0 R>>endobj\n")
    lines.append(b"2 0 obj<</Type/Pages/Count %d/Kids[%s]>>endobj\n" % (count, kids))
    lines += [b"%d 0 obj<</Type/Page/Parent 2 0 R>>endobj\n" % number for number in range(3, count + 3)]
    places = list(accumulate(map(len, lines)))
    table = b"".join(b"%010d 00000 n \n" % place for place in places[:-1])
    lines.append(b"xref\n0 %d\n0000000000 65535 f \n%s" % (count + 3, table))
    lines.append(b"trailer<</Root 1 0 R/Size %d>>\nstartxref\n%d\n%%%%EOF\n" % (count + 3, places[-1]))
    data = b"".join(lines)
    started = time.monotonic()
    assert make.found_in(data).code in ("cannot_be_checked", "bomb")
    assert time.monotonic() - started < 22


@pytest.mark.slow
def test_a_workbook_of_fifty_megabytes_is_taken():
    """A large honest file: limits are for those that only pretend."""
    out = io.BytesIO(make.office("xlsx"))
    with zipfile.ZipFile(out, "a", zipfile.ZIP_STORED) as archive:
        for number in range(12):
            archive.writestr(f"xl/media/image{number}.bmp", os.urandom(4 * 1024 * 1024))
    assert make.found_in(out.getvalue()).is_fit


def test_no_parser_of_evidence_is_loaded_where_pages_are_served():
    code = (
        "import os, sys, django; os.environ['DJANGO_SETTINGS_MODULE'] = 'tests.settings'; django.setup()\n"
        "import evidence.intake, evidence.inspecting, evidence.store\n"
        "print([name for name in ('pikepdf', 'PIL.Image', 'evidence.inspection.pdf') if name in sys.modules])"
    )
    done = subprocess.run(
        [sys.executable, "-c", code], cwd=PROJECT, capture_output=True, text=True, check=True
    )
    assert done.stdout.strip() == "[]"
