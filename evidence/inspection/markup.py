"""Reads the XML inside office files: streaming, without document types, entities or anything from elsewhere."""

import io
from collections.abc import Iterator
from xml.etree.ElementTree import ParseError

from defusedxml import DefusedXmlException
from defusedxml.ElementTree import iterparse

from evidence.inspection.verdict import Unfit


def elements(raw: bytes, *, part: str) -> Iterator[tuple[str, dict[str, str], str]]:
    """(local name, attributes by local name, text) of every element as it closes; Unfit when the XML is not sound."""
    try:
        root = None
        for event, element in iterparse(io.BytesIO(raw), events=("start", "end"), forbid_dtd=True):
            if root is None:
                root = element
            if event == "end":
                yield (
                    _local(element.tag),
                    {_local(name): text for name, text in element.items()},
                    element.text or "",
                )
                element.clear()
    except DefusedXmlException as error:
        raise Unfit("entities", part) from error
    except (ParseError, ValueError, LookupError) as error:
        raise Unfit("damaged", part) from error


def _local(name: str) -> str:
    return name.rpartition("}")[2]
