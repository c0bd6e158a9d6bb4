"""The foot of a page: whom one asks."""

import pytest
from django.template.loader import render_to_string

CONTACT = "กองติดตามประเมินผล โทร. 0 2000 0000 <ต่อ 1>"


@pytest.mark.django_db
def test_every_page_says_whom_one_asks(client, sit, settings):
    settings.HELP_CONTACT = CONTACT
    for page in (client.get("/login/"), client.get("/results/"), sit("arun").get("/")):
        assert "กองติดตามประเมินผล โทร. 0 2000 0000 &lt;ต่อ 1&gt;" in page.content.decode()


@pytest.mark.parametrize("name", ["403.html", "404.html", "500.html", "503.html"])
def test_so_do_pages_of_errors_without_a_database(name, settings):
    settings.HELP_CONTACT = CONTACT
    assert "กองติดตามประเมินผล" in render_to_string(name)


@pytest.mark.django_db
def test_where_nobody_is_named_there_is_no_foot(client):
    assert "<footer" not in client.get("/login/").content.decode()
