"""An administrator, somebody who is none, and drafts of the shipped forms."""

from types import SimpleNamespace

import pytest
from django.contrib.auth.models import User
from django.test import Client

from indicators.editing import Place
from indicators.publishing import load_framework
from scorecards.models import Agency, Membership, Ministry
from scorecards.states import Role
from tests.shipped import document_of


@pytest.fixture
def people(db):
    """ฉวี configures; อรุณ collects."""
    ministry = Ministry.objects.create(code="pm", name_th="สำนักนายกรัฐมนตรี")
    opdc = Agency.objects.create(code="opdc", name_th="สำนักงาน ก.พ.ร.", ministry=ministry, kind="central")
    found = SimpleNamespace()
    for username, first, role in [
        ("chawi", "ฉวี", Role.ADMINISTRATOR), ("chat", "ชาติ", Role.ADMINISTRATOR), ("arun", "อรุณ", Role.COLLECTOR),
        ("cho", "ช่อ", Role.OBSERVER),
    ]:  # fmt: skip
        user = User.objects.create_user(username, first_name=first)
        Membership.objects.create(user=user, agency=opdc, role=role)
        setattr(found, username, user)
    return found


@pytest.fixture
def draft(people):
    """FY2550 indicator 14 as a draft."""
    return load_framework(document_of("ict-2550"))


@pytest.fixture
def fourteen(draft):
    """The place of indicator 14."""
    return Place(draft.indicators.get(code="14").pk)


@pytest.fixture
def desk(people):
    """ฉวี's browser."""
    browser = Client()
    browser.force_login(people.chawi)
    return browser
