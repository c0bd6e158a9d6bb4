"""Public pages as evidence: which addresses are taken, and the verbs that add and withdraw one."""

import datetime as dt
import ipaddress
import re
import unicodedata
from collections.abc import Iterable
from dataclasses import dataclass
from urllib.parse import urlsplit

from django.contrib.auth.models import User
from django.db import transaction
from django.utils import timezone
from django.utils.translation import gettext as _

from evidence.filetypes import BIDI_CONTROLS, ZERO_WIDTH
from evidence.models import Link
from evidence.permissions import locked, refuse_sent, require
from evidence.recording import facts_of_link, record_link
from indicators.refusals import Refused
from scorecards.events import already_done
from scorecards.models import Entry

LONGEST = 2000
DOTS = str.maketrans(dict.fromkeys("。．｡", "."))  # what a browser reads as a dot in a host name
LOCAL = (
    "localhost",
    "local",
    "localdomain",
    "internal",
    "intranet",
    "lan",
    "home",
    "corp",
    "arpa",
    "test",
    "example",
    "invalid",
    "onion",
)
LIKE_A_NUMBER = re.compile(r"\d+|0x[0-9a-f]*")  # how a browser knows that a host is an IPv4 address


@dataclass(frozen=True)
class Page:
    """A page as a person names it: title, address, the day it was seen."""

    title: str
    url: str
    seen_on: dt.date


def add_link(entry: Entry, criterion_key: str, *, actor: User, page: Page, request_key: str = "") -> Link:
    """Adds a public page to a criterion; Refused with every reason otherwise."""
    title, url = page.title.strip(), page.url.strip()
    reasons = [_no_title(title), why_not(url), _in_future(page.seen_on)]
    with transaction.atomic():
        entry = locked(entry.pk)
        here = Link.objects.live().filter(entry=entry, criterion_key=criterion_key, url=url).first()
        done = already_done(request_key)
        if here and done:
            return here
        require(entry, criterion_key, actor=actor)
        _refuse([*reasons, _stands_here(here)])
        link = Link(
            entry=entry,
            criterion_key=criterion_key,
            title=title,
            url=url,
            seen_on=page.seen_on,
            added_by=actor,
            added_at=timezone.now(),
        )
        link.full_clean()
        link.save(force_insert=True)
        key = "" if done else request_key
        record_link(link, actor=actor, action="add_link", after=facts_of_link(link), request_key=key)
    return link


def withdraw_link(link: Link, *, actor: User) -> Link:
    """Takes a page off its criterion; its row stays."""
    with transaction.atomic():
        entry = locked(link.entry_id)
        link = Link.objects.select_for_update().get(pk=link.pk)
        require(entry, link.criterion_key, actor=actor)
        refuse_sent(link)
        if link.withdrawn_at:
            raise Refused([_("This page has already been taken off.")])
        link.entry, link.withdrawn_at = entry, timezone.now()
        link.save(update_fields=["withdrawn_at"])
        record_link(link, actor=actor, action="withdraw_link", before=facts_of_link(link))
    return link


def why_not(url: str) -> str:
    """Why an address is not that of a public page; "" for one that is. Nothing is fetched."""
    text = url.strip()
    if len(text) > LONGEST or _has_odd_characters(text):
        return _("Copy the page's address from the browser: it holds no spaces and at most 2,000 characters.")
    try:
        parts = urlsplit(text)
        host, _port = parts.hostname, parts.port
    except ValueError:
        return _("This is not the address of a web page. Copy it from the browser.")
    if parts.scheme not in ("http", "https") or not host:
        return _("The address must begin with https:// or http://. Copy it from the browser.")
    if "@" in parts.netloc:
        return _("The address holds a user name or a password. Take the part before @ out.")
    if not _is_public(host):
        return _("Only a page that everybody can open counts: this address is inside a network.")
    return ""


def _has_odd_characters(text: str) -> bool:
    odd = BIDI_CONTROLS | ZERO_WIDTH | {"\\", "<", ">", '"', "`"}
    return any(one in odd or one.isspace() or unicodedata.category(one)[0] == "C" for one in text)


def _is_public(host: str) -> bool:
    """Whether the name is one of the public internet, read as a browser reads it."""
    name = unicodedata.normalize("NFKC", host).translate(DOTS).lower().rstrip(".")
    try:
        address = ipaddress.ip_address(name.partition("%")[0])
    except ValueError:
        last = name.rpartition(".")[2]
        return "." in name and last not in LOCAL and not LIKE_A_NUMBER.fullmatch(last) and "%" not in name
    inside = getattr(address, "ipv4_mapped", None) or getattr(address, "sixtofour", None) or address
    return inside.is_global and not inside.is_multicast


def _refuse(reasons: Iterable[str]) -> None:
    if any(reasons):
        raise Refused([reason for reason in reasons if reason])


def _stands_here(here: Link | None) -> str:
    return _("This page stands here already, as “%(name)s”.") % {"name": here.title} if here else ""


def _no_title(title: str) -> str:
    return "" if title else _("Give the page a title.")


def _in_future(seen_on: dt.date) -> str:
    return _("The day on which the page was seen lies ahead.") if seen_on > timezone.localdate() else ""
