"""Many at once on one upload and on the last room: nothing is lost, nothing is there twice."""

import pytest
from django.core.files.uploadedfile import SimpleUploadedFile
from django.utils import timezone

from evidence import folder, quota, store
from evidence.arriving import Coming, WrongOffset, append, begin, finish
from evidence.intake import receive
from evidence.models import Evidence, Upload
from evidence.particulars import Particulars
from indicators.refusals import Refused
from scorecards.events import verify
from tests.evidence import making as make
from tests.workflow.test_races import at_once
from tests.world import make_world

pytestmark = [pytest.mark.django_db(transaction=True), pytest.mark.slow]
THREADS = 6
DATA = "ผลการดำเนินงาน\n".encode() * 3000


@pytest.fixture
def crowded():
    return make_world()


@pytest.fixture
def upload(crowded):
    coming = Coming("ก.txt", len(DATA), "f")
    return begin(crowded.entry, "step1", actor=crowded.arun, coming=coming, said=Particulars())


def test_many_who_begin_the_same_file_share_one_upload(crowded):
    coming = Coming("ก.txt", len(DATA), "f")
    begun = at_once(
        *[lambda: begin(crowded.entry, "step1", actor=crowded.arun, coming=coming, said=Particulars())]
        * THREADS
    )
    assert {one.pk for one in begun} == {Upload.objects.get().pk}


def test_of_many_who_send_the_same_piece_one_is_taken(crowded, upload):
    found = at_once(*[lambda: append(upload, offset=0, piece=DATA[:1000])] * THREADS)
    assert sum(isinstance(one, Upload) for one in found) == 1
    assert {one.received for one in found} == {1000}  # the others are told where to go on
    assert sum(isinstance(one, WrongOffset) for one in found) == THREADS - 1
    found = finish(append(upload, offset=1000, piece=DATA[1000:]), actor=crowded.arun)
    assert make.bytes_in_store(found.key, sha256=found.sha256) == DATA


def test_without_the_offset_a_piece_is_there_as_often_as_it_was_sent(upload):
    """The control: pieces put behind each other as they come."""

    def add():
        with (folder.arriving() / str(upload.pk)).open("ab") as file:
            file.write(DATA[:1000])

    at_once(*[add] * THREADS)
    assert store.arrived(upload.pk) == THREADS * 1000


def test_many_who_finish_the_same_upload_get_one_file(crowded, upload):
    append(upload, offset=0, piece=DATA)
    found = at_once(*[lambda: finish(Upload.objects.get(), actor=crowded.arun)] * THREADS)
    assert {one.pk for one in found} == {Evidence.objects.get().pk}, found
    assert len(list(store.stored_keys())) == 1
    assert verify(crowded.agencies["ict"]) == []


def test_the_last_room_is_taken_once(crowded, settings):
    settings.EVIDENCE_AGENCY_QUOTA_BYTES = 1500

    def attach(number):
        file = SimpleUploadedFile(f"{number}.txt", b"%d" % number * 1000)
        return lambda: receive(crowded.entry, f"step{number}", actor=crowded.arun, upload=file)

    found = at_once(*(attach(number) for number in range(1, 6)))
    assert sum(isinstance(one, Evidence) for one in found) == 1, found
    assert sum(isinstance(one, Refused) for one in found) == 4
    assert quota.used_by(crowded.agencies["ict"]) == 1000


def test_asked_before_the_lock_there_is_room_for_all(crowded, settings):
    """The control: the same question without the lock that the answer is acted on under."""
    settings.EVIDENCE_AGENCY_QUOTA_BYTES = 1500

    def attach(number):
        def work():
            quota.refuse_beyond(crowded.agencies["ict"], size=1000)
            return Evidence(
                entry=crowded.entry, criterion_key=f"step{number}", name="x", media_type="text/plain", size=1000,
                sha256="0" * 64, uploaded_by=crowded.arun, uploaded_at=timezone.now(),
            )  # fmt: skip

        return work

    for row in at_once(*(attach(number) for number in range(1, 6))):
        row.save(force_insert=True)
    assert quota.used_by(crowded.agencies["ict"]) == 5000
