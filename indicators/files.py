"""What the commands share: reading a file that somebody names, and saying all that is wrong with it."""

from collections.abc import Iterable
from pathlib import Path

from django.core.management.base import CommandError
from django.utils.translation import gettext as _

from indicators.explaining import describe_problem
from indicators.scoring import DocumentError, Problem


def read_bytes(path: Path) -> bytes:
    """The file's bytes; a file that cannot be read is a sentence."""
    try:
        return path.read_bytes()
    except OSError as error:
        facts = {"file": path, "why": error.strerror}
        raise CommandError(_("%(file)s cannot be read: %(why)s.") % facts) from None


def refuse(path: Path, error: DocumentError) -> CommandError:
    """All problems of a document, one a line, each with its place."""
    return CommandError("\n".join(problem_lines(path, error.problems)))


def problem_lines(path: Path, problems: Iterable[Problem]) -> list[str]:
    """A line for each problem: file, place, sentence. A place by line is in the sentence already."""
    return [f"{path}: {_place(one.place)}{describe_problem(one)}" for one in problems]


def _place(place: str) -> str:
    return "" if not place or place.startswith("line ") else f"{place}: "
