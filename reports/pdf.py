"""From a record to the bytes of its PDF."""

import datetime as dt
import gc
import logging
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from dataclasses import dataclass
from types import ModuleType
from typing import TYPE_CHECKING

from django.template.loader import render_to_string
from django.utils import translation
from django.utils.translation import gettext as _

from reports import checking
from reports.kinds import KINDS
from reports.record import canonical, record_hash
from reports.squares import square_of
from reports.wording import with_digits

if TYPE_CHECKING:
    from reports.engine import Data

logger = logging.getLogger(__name__)

DATA_NAME = "record.json"


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
    html = render_record(record)
    with no_collector():
        content, pages = engine.typeset(
            html, identifier=name[:32].encode(), on_step=on_step, data=data_of(engine, record)
        )
    return Printed(content, name, pages)


def render_record(record: dict) -> str:
    """The HTML that is set, in the record's language and digits, with the way to check it."""
    code = checking.check_code(record)
    address = checking.address_of(code)
    context = with_digits(record) | {
        "check_code": checking.grouped(code),
        "check_address": address,
        "check_site": address.removesuffix(code).partition("://")[2].strip("/"),
        "square": square_of(address),
    }
    kind = KINDS[record["format"]]
    with translation.override(record["language"]):
        return render_to_string(f"reports/print/{kind.template}", context | kind.drawn(record))


def data_of(engine: ModuleType, record: dict) -> "Data":
    """The record as the attachment of its own PDF."""
    with translation.override(record["language"]):
        says = _("The data of this document, word for word as the system keeps it (JSON)")
    moment = dt.datetime.fromisoformat(record["as_of"])
    return engine.Data(name=DATA_NAME, says=says, content=canonical(record), moment=moment)


def load_engine() -> ModuleType:
    """The module that loads WeasyPrint; a missing library is an OSError and becomes a sentence."""
    try:
        from reports import engine
    except (OSError, ImportError) as fault:
        raise CannotPrint(
            _("PDFs cannot be made on this machine: WeasyPrint's libraries are missing (%(fault)s).")
            % {"fault": str(fault).splitlines()[0]}
        ) from fault
    return engine


def warm_up() -> None:
    """Load the engine, its sheets and fonts, so that the first document is as quick as the others."""
    try:
        load_engine().warm_up()
    except CannotPrint as fault:  # a job says so to the person who asked; other work goes on
        logger.warning("%s", fault)
    gc.collect()
    gc.freeze()  # what is loaded now stays: no later collection has to look at it


@contextmanager
def no_collector() -> Iterator[None]:
    """Boxes refer to each other in circles: collect once afterwards, not all the time meanwhile."""
    was_on = gc.isenabled()
    gc.disable()
    try:
        yield
    finally:
        if was_on:
            gc.enable()
        gc.collect()
