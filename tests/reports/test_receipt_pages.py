"""Asking for the receipt of a submission: each keeps its own, and only who may see the scorecard gets one."""

from urllib.parse import unquote

import pytest
from django.db import IntegrityError, transaction
from django.template import Context, Template
from django.urls import reverse

from reports import jobs
from reports.models import Document, Job
from reports.pdf import Printed
from reports.record import record_hash
from scorecards import workflow
from scorecards.states import ScorecardState
from tests.world import walk


@pytest.fixture
def press(monkeypatch):
    """A printing press that is quick and prints what tells submissions apart."""

    def print_record(record, *, on_step):
        on_step(0)
        return Printed(record["head"]["code"].encode(), record_hash(record), 1)

    monkeypatch.setattr(jobs, "print_record", print_record)


@pytest.fixture
def first(world, queue):
    walk(world, ScorecardState.SUBMITTED)
    return world.card.submissions.get()


def ask(client, user, submission, **facts):
    client.force_login(user)
    return client.post(reverse("receipt_request", args=[submission.pk]), facts)


def received(client, user, submission):
    """The receipt's bytes, asked for, made and downloaded."""
    ask(client, user, submission)
    jobs.run(Job.objects.get(submission=submission, requested_by=user).pk, worker="w@1")
    return b"".join(client.get(ask(client, user, submission)["Location"]).streaming_content)


def test_asking_leads_to_the_progress_and_later_to_the_file(client, world, first, press):
    answer = ask(client, world.arun, first, language="en")
    job = Job.objects.get()
    assert answer["Location"] == reverse("job", args=[job.pk])
    assert (job.kind, job.language, job.submission) == (Job.Kind.RECEIPT, "en", first)
    jobs.run(job.pk, worker="w@1")
    document = Document.objects.get()
    assert document.submission == first
    answer = ask(client, world.arun, first, language="en")
    assert answer["Location"] == reverse("document", args=[document.pk])


def test_asking_by_a_link_does_nothing(client, world, first):
    client.force_login(world.arun)
    assert client.get(reverse("receipt_request", args=[first.pk])).status_code == 405
    assert not Job.objects.exists()


def test_a_second_submission_has_its_own_and_the_first_keeps_its(client, world, first, press):
    before = received(client, world.chat, first)
    workflow.recall(world.card, actor=world.chat)
    workflow.submit(world.card, actor=world.chat, declared=True)
    second = world.card.submissions.get(number=2)
    assert second.content_hash == first.content_hash  # the same answers: only number and moment differ
    assert received(client, world.chat, second) == b"2556-ICT-12-2"
    assert received(client, world.chat, first) == before == b"2556-ICT-12-1"


def test_the_report_is_another_document(client, world, first, press):
    received(client, world.chat, first)
    client.post(reverse("report_request", args=[world.card.pk]))
    assert Job.objects.filter(kind=Job.Kind.SCORECARD_PDF, submission=None).count() == 1
    assert Document.objects.get().submission == first


@pytest.mark.parametrize("reader", ["arun", "busaba", "chat", "kamon", "khamron", "chawi", "cho"])
def test_the_agency_and_who_may_see_what_was_sent_can_have_it(client, world, first, reader):
    assert ask(client, getattr(world, reader), first).status_code == 302


@pytest.mark.parametrize("stranger", ["duangjai", "ek", "fah", "khwan"])
def test_strangers_find_neither_receipt_nor_progress_nor_file(client, world, first, press, stranger):
    received(client, world.chat, first)
    assert ask(client, getattr(world, stranger), first).status_code == 404
    for name, subject in (("job", Job.objects.first()), ("document", Document.objects.get())):
        assert client.get(reverse(name, args=[subject.pk])).status_code == 404
    assert Job.objects.filter(requested_by=getattr(world, stranger)).count() == 0


def test_a_failed_one_is_asked_for_again_as_a_receipt(client, world, first):
    ask(client, world.arun, first, digits="thai")
    job = Job.objects.get()
    Job.objects.update(state=Job.State.FAILED)
    page = client.get(reverse("job", args=[job.pk])).content.decode()
    assert 'name="digits" value="thai"' in page
    assert reverse("receipt_request", args=[first.pk]) in page
    assert reverse("report_request", args=[world.card.pk]) not in page


def test_the_downloads_name_says_which_submission(client, world, first, press):
    received(client, world.chat, first)
    answer = ask(client, world.chat, first)
    name = unquote(client.get(answer["Location"])["Content-Disposition"])
    assert world.card.agency.name_th in name
    assert name.endswith(" 1.pdf")


@pytest.mark.parametrize("kind", [Job.Kind.RECEIPT, Job.Kind.SCORECARD_PDF])
def test_a_job_for_a_receipt_and_only_that_names_its_submission(world, first, kind):
    submission = None if kind == Job.Kind.RECEIPT else first
    with pytest.raises(IntegrityError, match="receipt_names_its_submission"), transaction.atomic():
        Job.objects.create(kind=kind, scorecard=world.card, submission=submission, record_hash="a" * 64)


def panel(scorecard):
    return Template("{% load report_tags %}{% report_panel scorecard %}").render(
        Context({"scorecard": scorecard})
    )


def test_the_panel_has_a_line_for_each_submission_with_its_hash(world, first):
    workflow.recall(world.card, actor=world.chat)
    world.chat.first_name = "ชื่อใหม่"
    world.chat.save()
    workflow.submit(world.card, actor=world.chat, declared=True)
    page = panel(world.card)
    for one in world.card.submissions.all():
        assert reverse("receipt_request", args=[one.pk]) in page
        assert one.content_hash[:8] in page
    assert "ชาติ" in page  # the first was sent under this name
    assert "ชื่อใหม่" in page


def test_the_panels_queries_do_not_grow_with_the_submissions(world, first, django_assert_num_queries):
    with django_assert_num_queries(3):
        panel(world.card)
    workflow.recall(world.card, actor=world.chat)
    workflow.submit(world.card, actor=world.chat, declared=True)
    with django_assert_num_queries(3):
        panel(world.card)


def test_a_receipt_never_stands_where_the_report_is_offered(client, world, first, press):
    received(client, world.chat, first)
    page = panel(world.card)
    assert reverse("document", args=[Document.objects.get().pk]) not in page
