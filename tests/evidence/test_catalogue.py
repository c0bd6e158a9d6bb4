"""Every sentence of this app has its Thai, with the same names in it."""

import ast
import re
from pathlib import Path

import polib
import pytest

PROJECT = Path(__file__).resolve().parent.parent.parent
CATALOGUE = PROJECT / "evidence/locale/th/LC_MESSAGES/django.po"
NAMES = re.compile(r"%\((\w+)\)s")


def said_in_code():
    for path in (PROJECT / "evidence").rglob("*.py"):
        for node in ast.walk(ast.parse(path.read_text())):
            if isinstance(node, ast.Call) and getattr(node.func, "id", "") in ("_", "gettext", "ngettext"):
                yield from (arg.value for arg in node.args[:1] if isinstance(arg, ast.Constant))


def said_in_templates():
    for path in (PROJECT / "templates/evidence").glob("*.html"):
        text = path.read_text()
        yield from re.findall(r"{% translate [\"'](.+?)[\"'] %}", text)
        for block in re.findall(r"{% blocktranslate.*?%}(.+?){% endblocktranslate %}", text):
            yield re.sub(r"{{ (\w+) }}", r"%(\1)s", block)


def test_every_sentence_has_its_thai():
    known = {entry.msgid for entry in polib.pofile(str(CATALOGUE))}
    assert {*said_in_code(), *said_in_templates()} - known == set()


@pytest.mark.parametrize("entry", polib.pofile(str(CATALOGUE)), ids=lambda entry: entry.msgid[:40])
def test_the_thai_names_the_same_things(entry):
    thai = entry.msgstr or entry.msgstr_plural[0]
    assert re.search("[ก-๛]", thai)
    assert set(NAMES.findall(thai)) == set(NAMES.findall(entry.msgid))


def test_the_compiled_catalogue_is_that_of_the_text():
    compiled = {entry.msgid: entry.msgstr for entry in polib.mofile(str(CATALOGUE.with_suffix(".mo")))}
    assert compiled == {entry.msgid: entry.msgstr for entry in polib.pofile(str(CATALOGUE))}
