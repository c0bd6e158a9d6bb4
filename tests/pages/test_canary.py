"""A user of one agency never receives a byte of another's: all that one agency wrote holds a canary (planting.py), and
everybody else asks for every address that exists and follows every link that is shown."""

import html
import io
import re
import zipfile
from itertools import product
from urllib.parse import parse_qs, unquote

import pypdfium2
import pytest
from django.apps import apps
from django.contrib.auth.models import User
from django.db import transaction
from django.db.models import CharField, JSONField, TextField
from django.test import Client
from django.urls import reverse

from scorecards.states import ScorecardState
from tests.pages.planting import places_in, plant
from tests.pages.routes import forms_of, parts_of
from tests.pages.test_routes import ROWS

S = ScorecardState
STAGES = [S.OPEN, S.RETURNED, S.PUBLISHED]
OTHERS = ["", "duangjai", "ek", "tham", "fah", "wirat"]  # "": somebody without an account
ASSESSING = ["kamon", "khwan", "khamron", "chawi", "cho"]
# An own form, and who is responsible, are the administrators' work.
CONFIGURED = {"target", "tailored", "owner_name", "telephone", "owner_email"}
# What an agency asks the administrators for.
ASKED_OF_THEM = {"time_asked", "time_refused"}
# The people of an agency, and who came and went, are the administrators' business as well.
PEOPLE = {"first_name", "last_name", "email", "invited", "left"}
# What the agency's people tell each other, and what they have not sent.
AMONG_THEMSELVES = {
    "comment", "delegation", "sent_back", "withdrawn_file", "withdrawn_file_name", "withdrawal", "upload_name",
    "upload_pages", "fingerprint", "piece", "unsent_note", "unsent_file", "unsent_file_name", "mail_error", "email",
}  # fmt: skip
# The record that everybody may read: the result, the target it is measured by, why it was revised.
PUBLISHED = {"number", "target", "appeal_decision"}
# What no page of the agency's shows while its report is returned: who came and went, the review and what was
# asked in it, an administrator's and a reviewer's own notes, faults of machines, how an upload that broke off is
# told apart.
NOT_SHOWN = {
    "invited", "left", "ruling", "count_ruling", "filter", "filter_query", "job_reason", "mail_error", "fingerprint",
    "upload_pages",
}  # fmt: skip
# Fields of text that hold nothing of an agency's, by their name alone where it says enough.
COMPUTED = {"record_hash", "made_of", "sha256", "content_hash", "framework_hash", "previous_hash", "hash", "language",
            "concluded_scores", "rulings_asked", "format", "document_code",
            "media_type", "worker", "request_key", "password"}  # fmt: skip
KEYS = {"criterion_key", "indicator_code", "framework_code", "form_code", "variant_key", "code", "key", "action",
        "subject", "file_id", "hosts", "drawn_from", "unwanted"}  # fmt: skip
WITHOUT = {
    "Agency.name_th": "the list of agencies is for everybody",
    "Agency.name_en": "as the Thai name",
    "Ministry.name_th": "the list of ministries is for everybody",
    "Ministry.name_en": "as the Thai name",
    "Framework.name_th": "the year's form is for everybody",
    "Framework.name_en": "as the Thai name",
    "Framework.head": "the year's form is for everybody",
    "Indicator.name_th": "the year's form is for everybody",
    "Indicator.name_en": "as the Thai name",
    "Indicator.rubric": "the year's form is for everybody",
    "Edit.before": "drafts of forms are administrators' work",
    "Edit.after": "drafts of forms are administrators' work",
    "AddressMail.email": "gone with its mail; no page shows it",
    "PasswordRequest.email": "gone with its mail; no page shows it",
    "Reason.text": "the assessing side's words, offered for every agency",
    "User.username": "what the people of the tests are called by",
}
LINK = re.compile(r'(?:href|src|action|hx-get|data-url)="(/[^"#]*)')
NOT_FOLLOWED = ("/logout", "/static/", "/i18n/")


def bytes_of(answer) -> bytes:
    return b"".join(answer.streaming_content) if answer.streaming else answer.content


def text_of(answer) -> str:
    """All that was received: the headers, and the body with whatever is packed in it."""
    content = bytes_of(answer)
    headers = unquote(" ".join(f"{name}: {value}" for name, value in answer.items()))
    pieces = [content]
    if content[:4] == b"PK\x03\x04":
        with zipfile.ZipFile(io.BytesIO(content)) as package:
            pieces += [package.read(one) for one in package.namelist()]
    told = " ".join([headers, str(answer.cookies), *(one.decode("utf-8", "replace") for one in pieces)])
    return told + words_of(content)


def words_of(content: bytes) -> str:
    """The words on the pages of a PDF."""
    if content[:5] != b"%PDF-" or b"startxref" not in content:
        return ""
    with pypdfium2.PdfDocument(content) as document:
        return " ".join(page.get_textpage().get_text_range() for page in document)


def addresses(world) -> list[str]:
    """Every address that shows something, with every row of the ICT centre's that exists."""
    parts, shown = parts_of(world), {address for method, address in ROWS if method == "GET"}
    return [
        reverse(name, args=args)
        for name in sorted(shown)
        for form in forms_of(name)
        for args in product(*(parts[part] for part in form))
    ]


def kind_of(path: str) -> tuple[str, str]:
    """The address without the values of its query: of all sortings and filters of a list, one of each kind is asked."""
    bare, _mark, query = path.partition("?")
    return bare, " ".join(sorted(parse_qs(query)))


def crawl(world, username) -> dict[str, set[str]]:
    """{address: places of the canaries found there} of all that this person can get at."""
    browser = Client()
    if username:
        browser.force_login(getattr(world, username))
    found, waiting, seen = {}, ["/", *addresses(world)], set()
    while waiting:
        path = waiting.pop()
        if kind_of(path) in seen:
            continue
        seen.add(kind_of(path))
        told = text_of(browser.get(path))
        found[path] = places_in(told)
        links = [html.unescape(link) for link in LINK.findall(told)]
        waiting += [link for link in links if not link.startswith(NOT_FOLLOWED)]
    return {path: places for path, places in found.items() if places}


def text_fields() -> dict[str, set[str]]:
    """{model.field: places of the canaries in it} of every column that holds texts of the product or of people."""
    own_apps = {"indicators", "scorecards", "evidence", "reports"}
    models = [one for one in apps.get_models() if one._meta.app_label in own_apps or one is User]
    return {
        f"{model.__name__}.{field.name}": places_in(
            " ".join(map(str, model.objects.values_list(field.name, flat=True)))
        )
        for model in models
        for field in model._meta.concrete_fields
        if isinstance(field, (CharField, TextField, JSONField)) and not field.choices
        if field.name not in COMPUTED | KEYS
    }


def seen_by(world, *people) -> set[str]:
    return set().union(*(places for one in people for places in crawl(world, one).values()))


@pytest.fixture
def at(db):
    """at(stage): the planted world there, with a coordinator of the other office."""

    def planted(stage):
        world = plant(stage)
        world.tham = type(world.arun).objects.create_user("tham", first_name="ธรรม")
        world.tham.memberships.create(agency=world.agencies["policy"], role="coordinator")
        return world

    return planted


@pytest.mark.parametrize("stage", [S.OPEN, S.RETURNED])
def test_nobody_else_receives_a_byte_before_it_is_published(at, stage):
    world = at(stage)
    for person in ("", "fah", "wirat"):
        assert crawl(world, person) == {}, person


def test_what_is_published_is_seen_on_the_public_pages_and_nowhere_else(at):
    world = at(S.PUBLISHED)
    for person in OTHERS:
        found = crawl(world, person)
        assert set().union(*found.values()) == PUBLISHED, person
        assert all(path.startswith("/results/") for path in found), person


def test_a_draft_is_the_agencys_own(at):
    world = at(S.OPEN)
    for person in ("kamon", "khamron", "cho"):
        assert crawl(world, person) == {}, person


def test_administrators_see_of_a_draft_what_they_configured(at):
    assert seen_by(at(S.OPEN), "chawi") <= CONFIGURED | PEOPLE | ASKED_OF_THEM


@pytest.mark.parametrize("person", ["kamon", "cho"])
def test_the_assessing_side_sees_what_was_sent_and_not_the_work_after_it(at, person):
    seen = seen_by(at(S.RETURNED), person)
    assert {"note", "newer_file", "number", "ruling"} <= seen
    assert not seen & AMONG_THEMSELVES


def test_the_agencys_own_people_do_find_what_they_wrote(at):
    """The control: the crawl finds canaries where they may be seen."""
    world = at(S.RETURNED)
    planted = set().union(*text_fields().values())
    assert planted - seen_by(world, "arun", "chat") == NOT_SHOWN


def test_every_field_that_holds_a_text_holds_a_canary(at):
    """A new field of text must be planted, or be named in WITHOUT with the reason."""
    with transaction.atomic():
        at(S.OPEN)
        working = text_fields()
        transaction.set_rollback(True)
    at(S.PUBLISHED)
    assert {name for name, planted in text_fields().items() if not planted | working[name]} == set(WITHOUT)
