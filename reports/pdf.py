"""From a record to the bytes of its PDF."""

import gc
from collections.abc import Callable
from contextlib import contextmanager
from dataclasses import dataclass

from django.template.loader import render_to_string
from django.utils import translation
from django.utils.translation import gettext as _

from reports.record import fingerprint, record_hash

TEMPLATES = {
    "scorecard-report/1": "reports/scorecard.html",
    "submission-receipt/1": "reports/receipt.html",
}


class CannotPrint(Exception):
    """This machine cannot make PDFs. str() is a sentence for the reader and the administrator."""


@dataclass(frozen=True)
class Printed:
    """A PDF, the record hash that names it, and its number of pages."""

    content: bytes
    record_hash: str
    pages: int


def print_record(record: dict, *, on_step: Callable[[int], None] = lambda sections: None) -> Printed:
    """Set the record as a PDF: the same record gives the same bytes, on any machine.

    on_step is called often, with the number of indicators begun; what it raises ends the work. Raises CannotPrint where
    WeasyPrint's libraries are missing.
    """
    engine = load_engine()
    name = record_hash(record)
    html = render_record(record, name)
    with no_collector():
        content, pages = engine.typeset(html, identifier=name[:32].encode(), on_step=on_step)
    return Printed(content, name, pages)


def render_record(record: dict, name: str) -> str:
    """The HTML that is set, in the record's language."""
    with translation.override(record["language"]):
        context = record | {"record": record, "fingerprint": fingerprint(name)}
        return render_to_string(TEMPLATES[record["format"]], context)


def load_engine():
    """The module that loads WeasyPrint; a missing library is an OSError and becomes a sentence."""
    try:
        from reports import engine
    except (OSError, ImportError) as fault:
        raise CannotPrint(
            _("PDFs cannot be made on this machine: WeasyPrint's libraries are missing (%(fault)s).")
            % {"fault": str(fault).splitlines()[0]}
        ) from fault
    return engine


@contextmanager
def no_collector():
    """Boxes refer to each other in circles: collect once afterwards, not all the time meanwhile."""
    was_on = gc.isenabled()
    gc.disable()
    try:
        yield
    finally:
        if was_on:
            gc.enable()
        gc.collect()
