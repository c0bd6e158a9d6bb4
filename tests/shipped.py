"""The forms that ship with the product, for tests that hold for each of them."""

from indicators.document_schema import tidy
from indicators.documents import FRAMEWORKS
from indicators.scoring import content_hash


def framework_codes() -> list[str]:
    """Their codes, oldest year first."""
    return sorted((path.stem for path in FRAMEWORKS.glob("*.yaml")), key=lambda code: (code[-4:], code))


def document_hash(document: dict) -> str:
    """SHA-256 of the canonical form: the same for YAML and JSON, any order of keys, either way of writing a text."""
    return content_hash(tidy(document))
