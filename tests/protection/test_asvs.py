"""The table of security requirements names tests that exist, and leaves no requirement of levels 1 and 2 out."""

import re
from collections import Counter
from pathlib import Path

PROJECT = Path(__file__).resolve().parents[2]
TABLE = (PROJECT / "docs" / "security" / "asvs-5.0-level-2.md").read_text(encoding="utf-8")
ROW = re.compile(r"^\| (V\d+)\.(\d+)\.(\d+) \| ([12]) \| (.+) \|$", re.MULTILINE)
# How many requirements of levels 1 and 2 each chapter of ASVS 5.0.0 has.
OF_CHAPTER = {
    "V1": 27, "V2": 11, "V3": 19, "V4": 10, "V5": 9, "V6": 35, "V7": 18, "V8": 7, "V9": 7, "V10": 29, "V11": 14,
    "V12": 9, "V13": 13, "V14": 9, "V15": 13, "V16": 16, "V17": 7,
}  # fmt: skip


def test_every_test_that_is_named_exists():
    named = re.findall(r"`(tests/[\w/]+\.py)(?:::(\w+))?`", TABLE)
    assert len(named) > 80
    wrong = [
        (path, name)
        for path, name in named
        if not (PROJECT / path).exists()
        or (name and f"def {name}(" not in (PROJECT / path).read_text(encoding="utf-8"))
    ]
    assert wrong == []


def test_no_requirement_is_left_out_or_there_twice():
    rows = [row[:3] for row in ROW.findall(TABLE)]
    assert len(rows) == len(set(rows))
    assert Counter(chapter for chapter, _section, _number in rows) == OF_CHAPTER
    assert len(rows) == TABLE.count("\n| V")
