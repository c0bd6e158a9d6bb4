"""A scanner that comes later: what was not scanned is, and what it finds is held."""

import io

import pytest
from django.core.management import CommandError, call_command

from evidence import scanning
from evidence.intake import receive, use_again
from evidence.models import Evidence
from evidence.reading import snapshot
from evidence.rescanning import rescan_evidence
from scorecards.models import Answer, Event
from tests.evidence import making as make
from tests.evidence.conftest import missing_now

pytestmark = pytest.mark.django_db


@pytest.fixture
def scanner(settings, monkeypatch):
    """Stands in for clamd on the wire: says what it is told, by the bytes it is given."""
    settings.CLAMD_HOST = "127.0.0.1"
    words = {}

    def ask(host, opened):
        return words.get(opened.read(), "stream: OK")

    monkeypatch.setattr(scanning, "_ask", ask)
    return words


@pytest.fixture
def infected(place, upload):
    return receive(place.entry, "s1", actor=place.collector, upload=upload("ป่วย.txt", b"infected"))


def read(client, evidence, query=""):
    return client.get(f"/evidence/{evidence.pk}/{query}")


def test_clean_files_are_said_to_be_clean(attached, scanner, settings):
    again = io.StringIO()
    call_command("rescan_evidence", stdout=again)
    attached.refresh_from_db()
    assert attached.scan == "clean"
    assert Event.objects.get(action="scan_evidence").actor is None
    assert rescan_evidence().clean == 0


def test_what_is_found_is_held_in_every_use(place, infected, scanner, as_person):
    scanner[b"infected"] = "stream: Eicar FOUND"
    again = use_again(infected, place.entry, "s2", actor=place.collector)
    tally = rescan_evidence()
    assert (tally.held, tally.clean, tally.is_complete) == (1, 0, True)
    assert set(Evidence.objects.values_list("scan", flat=True)) == {"infected"}
    event = Event.objects.get(action="hold_evidence")
    assert (event.reason, event.subject) == ("Eicar", f"evidence:{infected.pk}")
    client = as_person("collector")
    for one in (infected, again):
        for query in ("", "?view=1"):
            response = read(client, one, query)
            assert response.status_code == 409
            assert b"infected" not in response.content
    assert make.bytes_in_store(infected.key, sha256=infected.sha256) == b"infected"
    assert not Event.objects.filter(action="read_evidence").exists()


def test_a_held_file_proves_nothing_and_is_not_sent(place, infected, scanner):
    Answer.objects.create(entry=place.entry, criterion_key="s1", content={"value": "yes"})
    scanner[b"infected"] = "stream: Eicar FOUND"
    assert missing_now(place) == []
    rescan_evidence()
    assert len(missing_now(place)) == 1
    assert snapshot(place.scorecard)["evidence"] == []


def test_a_held_file_is_shown_with_what_to_do(place, infected, as_person):
    Evidence.objects.update(scan="infected")
    shown = as_person("collector").get(f"/evidence/{infected.pk}/about").content.decode()
    assert "evidence-warning" in shown
    assert f'href="/evidence/{infected.pk}/"' not in shown


def test_silence_never_means_clean(attached, infected, scanner):
    scanner[b"infected"] = "ERROR"
    with pytest.raises(CommandError):
        call_command("rescan_evidence", stdout=io.StringIO())
    infected.refresh_from_db()
    assert infected.scan == "not_scanned"


def test_altered_bytes_are_not_called_clean(attached, scanner):
    path = make.path_of(attached.key)
    path.chmod(0o600)
    path.write_bytes(b"other")
    assert rescan_evidence().unread == 1
    attached.refresh_from_db()
    assert attached.scan == "not_scanned"


def test_without_a_scanner_nothing_happens(attached, settings):
    settings.CLAMD_HOST = ""
    with pytest.raises(CommandError, match="CLAMD_HOST"):
        call_command("rescan_evidence")
    assert rescan_evidence().clean == 0
