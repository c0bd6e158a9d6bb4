"""A document of a batch that is being set gives way to a report that somebody waits for by itself."""

from types import SimpleNamespace

import pytest

from reports import jobs
from reports.models import Job
from reports.pdf import Printed
from reports.record import record_hash
from tests.reports import samples


@pytest.fixture
def office(sample, queue, monkeypatch):
    """A document of a batch, and a person who asks for another report once `begun` sections of it are set."""
    monkeypatch.setattr(jobs, "RENEW_SECONDS", 0.0)
    others, people = samples.office("other")
    card = samples.blank_scorecard(others, sample.scorecard.framework)
    samples.sent(card, sample.document, people)
    office = SimpleNamespace(printed=[], begun=None, card=card, head=people["head"], queue=queue)

    def print_record(record, *, on_step):
        sections = len(record["indicators"])
        for section in range(sections):
            if section == office.begun:
                office.begun = None
                jobs.request_report(card, actor=office.head)
            on_step(section)
        office.printed.append(record["head"]["agency"])
        return Printed(b"%PDF-1.7", record_hash(record), 1)

    monkeypatch.setattr(jobs, "print_record", print_record)
    asked = {"kind": "scorecard_pdf", "scorecard": sample.scorecard, "record_hash": "a" * 64}
    office.of_batch = jobs.put_in(asked, actor=sample.people["head"], background=True)
    return office


def test_it_is_set_after_the_report_that_somebody_waits_for(office):
    office.begun = 0
    jobs.run(office.of_batch.pk, worker="w@1")
    job = Job.objects.get(pk=office.of_batch.pk)
    assert office.printed == [office.card.agency.name]
    assert (job.state, job.attempts, job.token, job.progress) == ("queued", 0, None, 0)
    jobs.run(job.pk, worker="w@1")
    assert (len(office.printed), Job.objects.filter(state="done").count()) == (2, 2)


def test_its_message_is_sent_again_after_the_others(office):
    office.begun = 0
    jobs.run(office.of_batch.pk, worker="w@1")
    assert office.queue[-1] == str(office.of_batch.pk)


def test_what_is_set_by_more_than_half_is_finished_first(office):
    job = jobs.claim(office.of_batch.pk, worker="w@1")
    jobs.request_report(office.card, actor=office.head)
    jobs.steps_of(job, total=3)(2)
    with pytest.raises(jobs.GivesWay):
        jobs.steps_of(job, total=3)(1)


def test_a_report_that_somebody_waits_for_gives_way_to_none(office, sample):
    office.begun = 0
    Job.objects.filter(pk=office.of_batch.pk).update(background=False)
    jobs.run(office.of_batch.pk, worker="w@1")
    assert office.printed == [sample.agency.name]
