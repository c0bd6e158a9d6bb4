"""What doctor says of one thing: whether it is well, what is the matter, and what to do."""

from dataclasses import dataclass
from enum import Enum


class Level(Enum):
    """The sign at the beginning of the line. Only what is WRONG makes the command end with 1."""

    WELL = "✓"
    NOTE = "!"
    WRONG = "✗"


@dataclass(frozen=True)
class Finding:
    """says: a sentence; do: what to do about it, empty when all is well."""

    level: Level
    says: str
    do: str = ""


def well(says: object) -> Finding:
    """All is well."""
    return Finding(Level.WELL, str(says))


def note(says: object, do: object) -> Finding:
    """Something that may be meant so."""
    return Finding(Level.NOTE, str(says), str(do))


def wrong(says: object, do: object) -> Finding:
    """Something that keeps people from their work."""
    return Finding(Level.WRONG, str(says), str(do))
