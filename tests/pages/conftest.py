"""Browsers of the named people, and the form as a browser would post it."""

import re

import pytest
from django.urls import reverse


def posted(answer) -> dict:
    """What the form on a page would post if it were sent as it stands."""
    page = answer.content.decode()
    fields = {}
    for tag in re.findall(r"<(?:input|textarea)[^>]*>(?:[^<]*</textarea>)?", page):
        name = re.search(r'name="([^"]+)"', tag)
        value = re.search(r'value="([^"]*)"', tag)
        if not name or " disabled" in tag or 'type="file"' in tag or name[1] == "csrfmiddlewaretoken":
            continue
        if 'type="radio"' in tag:
            if " checked" in tag:
                fields[name[1]] = value[1]
        elif tag.startswith("<textarea"):
            fields[name[1]] = re.search(r">\s*([^<]*)</textarea>", tag)[1]
        elif 'type="checkbox"' not in tag:
            fields[name[1]] = value[1] if value else ""
    return fields


@pytest.fixture
def entry_url(world):
    return reverse("entry", args=[world.entry.pk])
