"""Who gets in where: every address × method × person × state, against the table in routes.txt."""

from itertools import product
from pathlib import Path

import pytest
from django.contrib.auth.models import User
from django.db import connection, transaction
from django.test import Client
from django.urls import reverse

from scorecards.states import ScorecardState
from tests.pages.planting import plant
from tests.pages.routes import BEFORE, SENT, forms_of, names, parts_of

TABLE = Path(__file__).with_name("routes.txt")
PEOPLE = ["", "arun", "busaba", "thep", "chat", "duangjai", "ek", "fah", "kamon", "khwan", "wirat", "khamron", "chawi",
          "cho"]  # fmt: skip
VARIANTS = {"entry_action", "decision"}  # parts that are named in the table, after the address
MEANS = {400: "!", 403: "F", 404: "-", 405: "x", 409: "!"}


def read_table() -> dict[tuple[str, str], list]:
    """{(method, address with its variant): [(states, one letter for each of PEOPLE)]}"""
    found: dict[tuple[str, str], list] = {}
    for line in TABLE.read_text(encoding="utf-8").splitlines():
        if line and not line.startswith("#"):
            method, rest = line.split(maxsplit=1)
            address, states, letters = (one.strip() for one in rest.split("|"))
            found.setdefault((method, address), []).append((states.split(), letters.replace(" ", "")))
    return found


ROWS = read_table()


class Written:
    """Whether anything was written but the session and the count of attempts."""

    APART = ("django_session", '"cache"')

    def __init__(self):
        self.anything = False

    def __call__(self, execute, sql, params, many, context):
        verb = sql.split(" ", 1)[0]
        self.anything |= verb in ("INSERT", "UPDATE", "DELETE") and not any(one in sql for one in self.APART)
        return execute(sql, params, many, context)


def outcome(browser, method, path, sent) -> str:
    """One letter of what comes of it; nothing of it stays."""
    written, cookies = Written(), browser.cookies.copy()
    with transaction.atomic(), connection.execute_wrapper(written):
        answer = getattr(browser, method.lower())(path, sent)
        if answer.streaming:
            list(answer.streaming_content)
        transaction.set_rollback(True)
    browser.cookies = cookies
    to_sign_in = answer.status_code == 302 and answer["Location"].startswith(("/login/", "/admin/login/"))
    if to_sign_in or answer.status_code == 401:
        return "L"
    if answer.status_code in (200, 302):
        return "+" if written.anything else "v" if answer.status_code == 200 else ">"
    return MEANS.get(answer.status_code, str(answer.status_code))


def path_of(address, parts) -> str:
    name, _space, variant = address.partition(" ")
    args = [variant if part in VARIANTS else parts[part][0] for part in forms_of(name)[0]]
    return reverse(name, args=args)


def asked_in(state, rows, turn) -> list[tuple[str, str]]:
    """Who is asked about in this state, with the letter expected: in the first state that a row names everybody, in the
    others one person for each letter, everybody in turn."""
    named = next((row for row in rows if state.value in row[0]), None)
    letters = (named or rows[-1])[1]
    whole = ScorecardState.PUBLISHED if rows[0][0] == ["any"] else rows[0][0][0]
    everybody = list(zip(PEOPLE, letters, strict=True))
    if state == whole:
        return everybody
    if rows[0][0] == ["any"]:
        return []
    alike = {letter: [one for one in everybody if one[1] == letter] for letter in sorted(set(letters))}
    return [those[turn % len(those)] for those in alike.values()]


def sign_in(world, people) -> dict:
    """A browser for each of these people; "" is nobody."""
    browsers = {person: Client() for person in people}
    for person in filter(None, people):
        browsers[person].force_login(getattr(world, person))
    return browsers


def differing(world, browsers, line, asked, parts) -> list[str]:
    """What comes out otherwise than this line of the table says, in words; what was done for asking does not stay."""
    method, address = line
    wrong = []
    with transaction.atomic():
        if address in BEFORE:
            BEFORE[address](world)
            parts = parts_of(world)
        path, sent = path_of(address, parts), {} if method == "GET" else SENT.get(address, {})
        for person, expected in asked:
            found = outcome(browsers[person], method, path, sent(world) if callable(sent) else sent)
            if found != expected:
                wrong.append(f"{method} {address} ({person or 'nobody'}): {found} instead of {expected}")
        transaction.set_rollback(True)
    return wrong


@pytest.mark.parametrize("state", ScorecardState)
def test_who_gets_in(db, state):
    world, wrong = plant(state), []
    browsers, parts, offset = sign_in(world, PEOPLE), parts_of(world), list(ScorecardState).index(state)
    for turn, (line, rows) in enumerate(ROWS.items(), start=offset):
        if asked := asked_in(state, rows, turn):
            wrong += differing(world, browsers, line, asked, parts)
    assert wrong == []


def test_every_address_is_in_the_table_and_nothing_else():
    assert {address.split()[0] for _method, address in ROWS} == set(names()) - {"admin"}


def test_every_pattern_of_an_address_says_its_parts():
    known = names()
    assert {name: known.count(name) for name in known} == {
        name: 1 if name == "admin" else len(forms_of(name)) for name in known
    }


def test_every_state_has_its_row():
    for (method, address), rows in ROWS.items():
        states = [state for row in rows for state in row[0]]
        assert len(states) == len(set(states)), (method, address)
        assert states[-1] in ("any", "else") or len(states) == len(ScorecardState), (method, address)


@pytest.mark.parametrize("person", ["arun", "chawi"])
def test_another_method_than_those_in_the_table_is_nobodys(db, person):
    world = plant(ScorecardState.OPEN)
    parts, browser = parts_of(world), sign_in(world, [person])[person]
    others = product(("GET", "POST"), sorted({address for _method, address in ROWS}))
    for method, address in (one for one in others if one not in ROWS):
        assert outcome(browser, method, path_of(address, parts), {}) in ("x", "-"), (method, address)


def test_the_admin_is_for_superusers_only(db):
    world = plant(ScorecardState.OPEN)
    pages = [reverse(f"admin:{page}") for page in ("index", "auth_user_changelist")]
    User.objects.filter(pk=world.chawi.pk).update(is_staff=True)  # staff is not enough
    for person, browser in sign_in(world, PEOPLE).items():
        assert {outcome(browser, "GET", page, {}) for page in pages} == {"L"}, person
    operator = Client()
    operator.force_login(User.objects.create_superuser("operator"))
    assert [operator.get(page).status_code for page in pages] == [200, 200]
