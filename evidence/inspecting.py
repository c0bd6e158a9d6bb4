"""Asks a child process what a file is. No parser of untrusted bytes runs in the process that serves pages.

The child (evidence/inspection/child.py) has limits on memory, processor time, disk, network and programs. When it dies
or answers nonsense the file cannot be checked, and what cannot be checked is refused.
"""

import json
import logging
import re
import subprocess
import sys
from dataclasses import dataclass
from pathlib import Path
from typing import IO

from django.utils.translation import gettext

from evidence import filetypes
from evidence.sentences import SENTENCES

log = logging.getLogger(__name__)
CHILD = Path(__file__).resolve().parent / "inspection" / "child.py"
WALL_SECONDS = 25  # the child stops itself at 20; this is for a child that cannot
LONGEST_ANSWER = 2000


@dataclass(frozen=True)
class Finding:
    """What the child found: a media type, or the code of the reason against the file."""

    media_type: str = ""
    code: str = ""
    what: str = ""

    @property
    def is_fit(self) -> bool:
        return self.code == ""

    def __str__(self) -> str:
        """The sentence for the person, in the active language; "" for a good file."""
        return gettext(SENTENCES[self.code]) % {"what": self.what or "–"} if self.code else ""


CANNOT_BE_CHECKED = Finding(code="cannot_be_checked")


def inspect(opened: IO[bytes]) -> Finding:
    """What this opened file (a real one, at any position) is. Takes up to 25 s; never raises for what is in it."""
    command = [sys.executable, "-I", "-B", str(CHILD)]
    try:
        done = subprocess.run(
            command,
            stdin=opened,
            capture_output=True,
            timeout=WALL_SECONDS,
            cwd="/",
            env={"LANG": "C.UTF-8", "PATH": "/usr/bin:/bin"},
            start_new_session=True,
            check=False,
        )
    except (subprocess.TimeoutExpired, OSError) as error:
        log.warning("evidence: looking into a file ended by %s", type(error).__name__)
        return CANNOT_BE_CHECKED
    if done.returncode != 0:
        # Its kind alone: the words of a fault may quote the file.
        kinds = re.findall(rb"^(\w+(?:Error|Exception))\b", done.stderr, re.MULTILINE)
        log.warning("evidence: looking into a file ended with %s %s", done.returncode, *kinds[-1:] or [""])
        return CANNOT_BE_CHECKED
    return _finding(done.stdout)


def _finding(answer: bytes) -> Finding:
    """The child's line, believed only where it is one of the known answers."""
    try:
        said = json.loads(answer[:LONGEST_ANSWER])
        media_type, code, what = said.get("media_type", ""), said.get("code", ""), said.get("what", "")
    except (ValueError, AttributeError):
        return CANNOT_BE_CHECKED
    if code in SENTENCES and not media_type:
        return Finding(code=code, what="".join(c for c in str(what)[:80] if c.isprintable()))
    if media_type in filetypes.ACCEPTED and not code:
        return Finding(media_type=media_type)
    return CANNOT_BE_CHECKED
