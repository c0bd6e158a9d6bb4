"""Public pages as evidence: which addresses are taken, and that they count."""

import datetime as dt

import pytest
from django.urls import reverse
from django.utils import timezone

from evidence.linking import Page, add_link, why_not, withdraw_link
from evidence.models import Link
from evidence.reading import evidence_by_criterion, snapshot
from indicators.refusals import Refused
from scorecards.models import Answer, Event, Scorecard
from tests.evidence.conftest import missing_now

GOOD = [
    "https://www.opdc.go.th", "http://opdc.go.th/content/1?a=b#c", "https://ประเทศ.ไทย/รายงาน ".strip(),
    "https://xn--o3cw4h.xn--o3cw4h/", "https://opdc.go.th:8443/x", "https://8.8.8.8/x", "https://[2001:4860:4860::8888]/",
    "https://example.com.th/%E0%B8%81", "HTTPS://OPDC.GO.TH/", "https://a.b.c.go.th./",
]  # fmt: skip
BAD = [
    "", "x", "opdc.go.th", "javascript:alert(1)", "JavaScript://x.go.th/%0aalert(1)", "data:text/html,<b>", "file:///etc/passwd",
    "ftp://opdc.go.th", "vbscript:x", "blob:https://x.go.th/1", "//opdc.go.th", "https:/opdc.go.th", "https://", "http:///x",
    "https://user:secret@opdc.go.th/", "https://user@opdc.go.th/", "https://opdc.go.th@evil.go.th/", "https://@opdc.go.th/",
    "http://localhost/", "http://localhost:8000/x", "http://LOCALHOST./", "http://a.localhost/", "http://intranet/",
    "http://server.local/", "http://db.internal/", "http://printer.lan/", "http://x.home.arpa/", "http://x.corp/",
    "http://127.0.0.1/", "http://127.1/", "http://2130706433/", "http://0x7f000001/", "http://0x7f.1/", "http://0177.0.0.1/",
    "http://0/", "http://0.0.0.0/", "http://10.0.0.1/", "http://172.16.0.1/", "http://192.168.1.1/", "http://169.254.169.254/",
    "http://100.64.0.1/", "http://[::1]/", "http://[::]/", "http://[fe80::1]/", "http://[fe80::1%25eth0]/", "http://[fd00::1]/",
    "http://[::ffff:127.0.0.1]/", "http://[::ffff:10.0.0.1]/", "http://[2002:7f00:1::]/", "http://224.0.0.1/", "http://[::1/",
    "http://１２７.0.0.1/", "http://127。0。0。1/", "http://ｌocalhost/", "https://opdc.go.th:99999/", "https://opdc.go.th:x/",
    "https://opdc.go.th/a b", "https://opdc.go.th/\n", "https://opdc.go.th\\@evil.go.th", "https://opdc.go.th/\x00",
    "https://opdc.go.th/\u202egnp", "https://opdc\u200b.go.th/", 'https://opdc.go.th/"><script>',
    "https://opdc.go.th/" + "x" * 2000,
]  # fmt: skip


@pytest.mark.parametrize("url", GOOD)
def test_addresses_of_public_pages(url):
    assert why_not(url) == ""


@pytest.mark.parametrize("url", BAD)
def test_addresses_that_are_refused_with_their_reason(url):
    assert why_not(url) or url == "https://opdc.go.th/\n"  # a line's end at the edge is cut off like a space


def page(title="ประกาศ", url="https://www.opdc.go.th/1", seen_on=None):
    return Page(title, url, seen_on or dt.date(2019, 3, 21))


def add(place, key="s1", **more):
    return add_link(place.entry, key, actor=place.collector, page=page(**more))


@pytest.mark.django_db
def test_a_page_counts_and_goes_into_the_snapshot(place):
    Answer.objects.create(entry=place.entry, criterion_key="s1", content={"value": "yes"})
    assert missing_now(place)
    link = add(place)
    assert missing_now(place) == []
    assert snapshot(place.scorecard)["evidence"] == [
        {
            "id": str(link.pk),
            "indicator": "1.1",
            "criterion_key": "s1",
            "name": "ประกาศ",
            "url": "https://www.opdc.go.th/1",
            "seen_on": "2019-03-21",
        }
    ]
    withdraw_link(link, actor=place.collector)
    assert snapshot(place.scorecard)["evidence"] == []
    assert [one.action for one in Event.objects.order_by("number")] == ["add_link", "withdraw_link"]
    assert evidence_by_criterion(place.entry) == {}


@pytest.mark.django_db
@pytest.mark.parametrize(
    "wrong",
    [
        {"title": " "},
        {"url": "javascript:alert(1)"},
        {"seen_on": timezone.localdate() + dt.timedelta(days=1)},
    ],
)
def test_what_is_refused_leaves_nothing(place, wrong):
    with pytest.raises(Refused):
        add(place, **wrong)
    assert not Link.objects.exists()
    assert not Event.objects.exists()


@pytest.mark.django_db
def test_all_reasons_are_said_at_once(place):
    with pytest.raises(Refused) as caught:
        add(place, title="", url="x")
    assert len(caught.value.reasons) == 2


@pytest.mark.django_db
def test_who_and_when(place):
    link = add(place)
    for who in ("stranger", "reviewer", "chief"):
        with pytest.raises(Refused):
            add_link(place.entry, "s2", actor=getattr(place, who), page=page())
        with pytest.raises(Refused):
            withdraw_link(link, actor=getattr(place, who))
    with pytest.raises(Refused):
        add(place, key="s3")
    with pytest.raises(Refused):
        add(place)  # it stands here already
    Scorecard.objects.update(state="submitted")
    with pytest.raises(Refused):
        withdraw_link(link, actor=place.collector)
    assert Link.objects.live().count() == 1


@pytest.mark.django_db
def test_the_same_request_adds_once(place):
    asked = {"actor": place.collector, "page": page(), "request_key": "key-0001"}
    assert add_link(place.entry, "s1", **asked) == add_link(place.entry, "s1", **asked)
    assert Link.objects.count() == Event.objects.count() == 1


@pytest.mark.django_db
def test_over_the_page(place, as_person):
    client = as_person("collector")
    address = reverse("evidence_link", args=[place.entry.pk, "s1"])
    told = {"title": "ประกาศ <b>", "url": "https://www.opdc.go.th/1", "seen_on": "21/3/2562"}
    shown = client.post(address, told, HTTP_HX_REQUEST="true").content.decode()
    assert 'rel="noopener noreferrer"' in shown
    assert "ประกาศ &lt;b&gt;" in shown
    refused = client.post(address, told | {"url": "http://localhost/"})
    assert refused.status_code == 409
    assert "http://localhost/" in refused.content.decode()  # what was typed is still there
    retargeted = client.post(address, told | {"seen_on": "x"}, HTTP_HX_REQUEST="true")
    assert (retargeted.status_code, retargeted["HX-Retarget"]) == (200, "#evidence-dialog-content")
    link = Link.objects.get()
    away = reverse("evidence_link_withdraw", args=[link.pk])
    for who in ("stranger", "reviewer", "chief"):
        assert as_person(who).post(away).status_code == 404
    assert as_person("collector").post(away).status_code == 302
    assert not Link.objects.live().exists()
