"""While people save, attach and send: a backup is one moment, and holds all that was acknowledged before it."""

import threading

import pytest
from django.core.files.uploadedfile import SimpleUploadedFile
from django.core.management import call_command
from django.db import connections

from config.backup.reading import read_backup
from config.backup.restoring import restore
from config.backup.tables import rows_of, snapshot, tables_of
from config.backup.taking import take_backup
from evidence.intake import receive
from evidence.models import Evidence
from indicators.refusals import Refused
from scorecards import workflow
from scorecards.models import Answer, Event, Ministry, Submission
from tests.world import fill, make_world

pytestmark = pytest.mark.django_db(transaction=True)


class Crowd:
    """Three who work without a pause until they are told to stop; `saved` and `files` are what was acknowledged."""

    def __init__(self, world):
        self.world, self.stop = world, threading.Event()
        self.saved, self.files, self.wrong = [], [], []

    def __enter__(self):
        works = (self.save, self.attach, self.send)
        self.threads = [threading.Thread(target=self.repeat, args=(work,)) for work in works]
        for thread in self.threads:
            thread.start()
        return self

    def __exit__(self, *_details):
        self.stop.set()
        for thread in self.threads:
            thread.join(60)

    def repeat(self, work):
        number = 0
        try:
            while not self.stop.is_set():
                work(number)
                number += 1
        except Exception as error:
            self.wrong.append(error)
        finally:
            connections.close_all()

    def save(self, number):
        note = f"ครั้งที่ {number}"
        change = workflow.AnswerChange({"value": "yes"}, note=note, version=number)
        workflow.save_entry(
            self.world.entry, actor=self.world.arun, changes=workflow.EntryChanges(answers={"step1": change})
        )
        self.saved.append(number)

    def attach(self, number):
        file = SimpleUploadedFile(f"{number}.txt", f"ผลงานครั้งที่ {number}".encode() * 4000)
        self.files.append(receive(self.world.entry, "step1", actor=self.world.arun, upload=file).pk)

    def send(self, number):
        card = self.world.other
        if number == 0:
            fill(self.world, card, collector=self.world.duangjai)
        else:
            workflow.propose(card.entries.get(), actor=self.world.duangjai)
            workflow.send_back(card.entries.get(), actor=self.world.ek, remark=f"ครั้งที่ {number}")

    def wait_for_another(self):
        saved, files = len(self.saved), len(self.files)
        while not self.wrong and (len(self.saved) == saved or len(self.files) == files):
            self.stop.wait(0.01)


@pytest.fixture
def crowd(fresh):
    return Crowd(make_world())


def test_a_backup_under_load_is_whole(fresh, crowd, tmp_path):
    with crowd:
        crowd.wait_for_another()
        during = 0
        while during < 4 and not crowd.wrong:
            saved, files, path = crowd.saved[-1], list(crowd.files), tmp_path / f"{len(crowd.saved)}.tar"
            take_backup(path)
            during += len(crowd.saved) - 1 - saved + len(crowd.files) - len(files)
            assert read_backup(path).faults == []
            crowd.wait_for_another()
    assert crowd.wrong == []
    with fresh():
        restore(path)
        call_command("verify_audit")
        call_command("verify_evidence")
        assert Answer.objects.get(entry=crowd.world.entry, criterion_key="step1").version >= saved
        assert set(files) <= set(Evidence.objects.values_list("pk", flat=True))
        kept = Event.objects.count()
    assert Event.objects.count() > kept  # what came later is not in it


def test_a_moment_is_one_moment(fresh):
    ministries = tables_of()["scorecards_ministry"]
    with snapshot() as moment:
        Ministry.objects.create(code="later", name_th="ภายหลัง")
        assert list(rows_of(ministries, using=moment)) == []
        assert len(list(rows_of(ministries))) == 1  # the control: a reader without the snapshot
    assert not Submission.objects.exists()


def test_a_database_behind_the_release_is_not_backed_up(fresh, tmp_path):
    with fresh() as connection:
        with connection.cursor() as cursor:
            cursor.execute("DELETE FROM django_migrations WHERE app = 'reports' AND name > '0005'")
        with pytest.raises(Refused, match="migrate"):
            take_backup(tmp_path / "backup.tar")
    assert list(tmp_path.glob("*backup*")) == []
