"""Every sentence has its Thai, with the same names in it, and the compiled catalogue is that of the text."""

import ast
import re
from pathlib import Path

import allauth
import django
import polib
import pytest
from django.contrib.auth.models import User
from django.contrib.auth.password_validation import password_validators_help_texts, validate_password
from django.core.exceptions import ValidationError
from django.utils import translation
from django.utils.translation.template import templatize

PROJECT = Path(__file__).resolve().parent.parent
CATALOGUE = PROJECT / "locale/th/LC_MESSAGES/django.po"
APPS = ["config", "indicators", "scorecards", "evidence", "reports"]
# function → how many leading arguments are (context, sentence, plural)
CALLS = {"_": 1, "gettext": 1, "gettext_lazy": 1, "ngettext": 2, "pgettext": 2, "pgettext_lazy": 2}
NAMES = re.compile(r"%\((\w+)\)s")
ENTRIES = [entry for entry in polib.pofile(str(CATALOGUE)) if not entry.obsolete]


def calls_in(text):
    """(context, sentence) of every translated string of a Python text."""
    for node in ast.walk(ast.parse(text)):
        name = getattr(getattr(node, "func", None), "id", "")
        if name in CALLS and node.args and isinstance(node.args[0], ast.Constant):
            said = [one.value for one in node.args[: CALLS[name]] if isinstance(one, ast.Constant)]
            yield (said[0], said[1]) if name.startswith("pgettext") else (None, said[0])


def said_in_code():
    for app in APPS:
        for path in (PROJECT / app).rglob("*.py"):
            if "migrations" not in path.parts:
                yield from calls_in(path.read_text(encoding="utf-8"))


def said_in_templates():
    templates = PROJECT / "templates"
    for path in [*templates.rglob("*.html"), *templates.rglob("*.txt")]:
        for line in templatize(path.read_text(encoding="utf-8"), origin=str(path)).splitlines():
            for call in re.findall(r"""\b_?[np]?p?gettext\((?:[^()"']|u?"(?:\\.|[^"])*"|u?'(?:\\.|[^'])*')*\)|\b_\((?:u?"(?:\\.|[^"])*"|u?'(?:\\.|[^'])*')\)""", line):  # fmt: skip  # noqa: E501
                yield from calls_in(call)


def test_every_sentence_has_its_thai():
    known = {(entry.msgctxt, entry.msgid) for entry in ENTRIES}
    said = {*said_in_code(), *said_in_templates()}
    assert len(said) > 400
    assert sorted(said - known, key=str) == []


def faults_of(entry) -> list[str]:
    """What is wrong with the Thai of one sentence."""
    thai = entry.msgstr or entry.msgstr_plural[0]
    is_thai = re.search("[ก-๛]", thai) or not re.search("[A-Za-z]", NAMES.sub("", entry.msgid))
    faults = [] if is_thai else ["there is no Thai"]
    faults += [] if set(NAMES.findall(thai)) == set(NAMES.findall(entry.msgid)) else ["it names other things"]
    return faults + (["it is only guessed"] if "fuzzy" in entry.flags else [])


def test_the_thai_is_thai_and_names_the_same_things():
    assert {entry.msgid: faults for entry in ENTRIES if (faults := faults_of(entry))} == {}


def test_the_compiled_catalogue_is_that_of_the_text():
    compiled = {(e.msgctxt, e.msgid): e.msgstr for e in polib.mofile(str(CATALOGUE.with_suffix(".mo")))}
    assert compiled == {(e.msgctxt, e.msgid): e.msgstr for e in ENTRIES}


@pytest.mark.parametrize("language", ["th", "en"])
def test_what_is_said_instead_of_a_package_is_what_that_package_says(language):
    """A sentence that the package has reworded would be read in English again."""
    theirs = [*Path(django.__file__).parent.rglob("locale/en/LC_MESSAGES/django.po")]
    theirs += Path(allauth.__file__).parent.glob("locale/*/LC_MESSAGES/django.po")
    known = {entry.msgid for path in theirs for entry in polib.pofile(str(path))}
    ours = polib.pofile(str(PROJECT / f"locale/overrides/{language}/LC_MESSAGES/django.po"))
    assert [entry.msgid for entry in ours if entry.msgid not in known] == []


def test_titles_of_signing_in_begin_with_a_capital_alone():
    """As everywhere else in the application."""
    with translation.override("en"):
        assert [translation.gettext(one) for one in ("Sign In", "Change Password")] == [
            "Sign in",
            "Change password",
        ]


def test_what_is_wrong_with_a_password_is_said_in_thai():
    person = User(username="somchai", first_name="somchai")
    with translation.override("th"):
        said = [*password_validators_help_texts()]
        for password in ("somchai", "password", "12345"):
            with pytest.raises(ValidationError) as refused:
                validate_password(password, person)
            said += refused.value.messages
    assert len(said) > 6
    assert [one for one in said if re.search("[A-Za-z]{3}", one)] == []
