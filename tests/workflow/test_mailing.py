"""One mail to each person and run, once; a dead server, a wrong address, and Thai as it was meant."""

import datetime as dt
import smtplib
import socket
import threading

import pytest
from django.conf import settings as configured
from django.contrib.auth.models import User
from django.core import mail
from django.core.mail import get_connection
from django.core.management import call_command
from django.db import connection
from django.utils import timezone, translation

from config.celery import app
from scorecards import workflow
from scorecards.models import Notice, Occasion
from scorecards.presenting import dates
from scorecards.rounds.deadlines import extend
from scorecards.states import ScorecardState
from scorecards.waiting import mailing
from scorecards.waiting.reminders import choose_mails, make_notices
from tests.mail_server import mail_server
from tests.workflow.test_races import at_once
from tests.world import PEOPLE, entry_in, make_world, walk

Mail = Notice.Mail
DAY = dt.timedelta(days=1)
SITE = "https://kpi.example.org"


@pytest.fixture(autouse=True)
def _set_up(settings):
    """The same on either database: with PostgreSQL the settings are production's."""
    settings.MAIL_IS_SET_UP, settings.SITE_URL = True, SITE


@pytest.fixture
def addressed(world):
    """The world, with an address for everybody."""
    return give_addresses(world)


def give_addresses(world):
    for username in PEOPLE:
        person = getattr(world, username)
        person.email = f"{username}@example.org"
        person.save()
    return world


def mails_to(person):
    return [one for one in mail.outbox if one.to == [f"{person.username}@example.org"]]


def numbers_of(person):
    return list(person.notices.values_list("pk", flat=True))


def come_due():
    """As if every pause and every lease were over."""
    Notice.objects.update(try_at=timezone.now() - DAY)


def test_one_mail_lists_all_that_is_new_and_comes_once(addressed):
    entry_in(addressed, "returned")
    for _time in range(3):
        mailing.remind()
    [only] = mails_to(addressed.arun)
    assert only.body.count(f"{SITE}/entries/") == 1
    assert f"{SITE}/scorecards/{addressed.card.pk}/" in only.body
    assert f"{SITE}/me/reminders" in only.body
    assert len(mail.outbox) == 6  # three people at each of two agencies
    assert set(Notice.objects.values_list("mail", "attempts")) == {(Mail.SENT, 1)}
    assert not Notice.objects.filter(sent_at=None).exists()


def test_what_is_new_later_comes_in_a_mail_of_its_own(addressed):
    mailing.remind()
    extend(addressed.card, until=timezone.now() + 30 * DAY, reason="น้ำท่วม", actor=addressed.khamron)
    mailing.remind()
    assert len(mails_to(addressed.arun)) == 2
    assert len(mails_to(addressed.duangjai)) == 1


def test_nothing_of_another_agency_stands_in_a_mail(addressed):
    entry_in(addressed, "returned")
    mailing.remind()
    assert {"arun", "duangjai"} <= {one.to[0].split("@")[0] for one in mail.outbox}
    for one in mail.outbox:
        own = "ict" if one.to[0].split("@")[0] in ("arun", "busaba", "chat") else "policy"
        said = "".join([one.subject, one.body, *(part.content for part in one.alternatives)])
        for key, agency in addressed.agencies.items():
            assert (agency.name_th in said) == (key == own)


def test_only_what_is_wanted_is_mailed(addressed):
    entry_in(addressed, "returned")
    wanted = [one for one in Occasion.values if one != Occasion.SENT_BACK]
    choose_mails(addressed.arun, wanted=wanted, language="th")
    choose_mails(addressed.chat, wanted=[], language="th")
    mailing.remind()
    [only] = mails_to(addressed.arun)
    assert "/entries/" not in only.body
    assert mails_to(addressed.chat) == []
    assert set(addressed.chat.notices.values_list("mail", flat=True)) == {Mail.NOT_WANTED}
    choose_mails(addressed.chat, wanted=Occasion.values, language="th")
    come_due()
    mailing.remind()
    assert mails_to(addressed.chat) == []  # a change of mind is about what is still to come


def test_the_mail_speaks_the_language_that_was_chosen(addressed):
    choose_mails(addressed.arun, wanted=Occasion.values, language="en")
    make_notices()
    with translation.override("th"):  # whatever language the worker is in
        mailing.send_waiting()
    with translation.override("en"):
        closing = dates.day_and_time(addressed.round.closes_at)
    assert mails_to(addressed.arun)[0].subject == f"The round is open: report by {closing}."
    assert "Dear อรุณ," in mails_to(addressed.arun)[0].body
    assert "ศูนย์เทคโนโลยีสารสนเทศ" in mails_to(addressed.chat)[0].body


def test_without_an_address_it_waits_until_there_is_one(world):
    mailing.remind()
    assert mail.outbox == []
    assert set(Notice.objects.values_list("mail", "attempts")) == {(Mail.WAITING, 0)}
    give_addresses(world)
    mailing.remind()
    assert len(mails_to(world.arun)) == 1


def test_without_a_mail_server_in_production_nothing_is_said_to_be_sent(addressed, settings):
    settings.MAIL_IS_SET_UP = False
    mailing.remind()
    assert mail.outbox == []
    assert set(Notice.objects.values_list("mail", "attempts")) == {(Mail.WAITING, 0)}


def test_what_time_or_work_overtook_is_not_mailed_any_more(addressed):
    make_notices(timezone.now() + 6 * DAY)  # "opened" and "7 days before", while twelve days are left
    come_due()
    walk(addressed, ScorecardState.SUBMITTED)
    mailing.send_waiting()
    assert [len(mails_to(person)) for person in (addressed.arun, addressed.duangjai)] == [0, 1]
    assert set(addressed.arun.notices.values_list("mail", flat=True)) == {Mail.OVERTAKEN}
    assert set(addressed.duangjai.notices.values_list("occasion", "mail")) == {
        ("opened", Mail.SENT), ("closing_7", Mail.OVERTAKEN),
    }  # fmt: skip


def test_what_is_told_while_a_run_reads_is_left_to_the_next_one(addressed):
    make_notices()
    told = []

    def extend_meanwhile(execute, sql, *details):
        result = execute(sql, *details)
        if '"scorecards_event"."action"' in sql and not told:
            told.append(sql)
            extend(addressed.card, until=timezone.now() + 30 * DAY, reason="น้ำท่วม", actor=addressed.khamron)
            make_notices()
        return result

    with connection.execute_wrapper(extend_meanwhile):
        mailing.send_waiting()
    assert dict(addressed.arun.notices.values_list("occasion", "mail")) == {
        "opened": Mail.SENT, "extended": Mail.WAITING,
    }  # fmt: skip
    mailing.send_waiting()
    assert len(mails_to(addressed.arun)) == 2


# ── faults ────────────────────────────────────────────────────────────────────────────────────────────────────────


@pytest.fixture
def smtp(settings):
    """A real mail server on a port of this machine."""
    with mail_server() as server:
        settings.EMAIL_BACKEND = "django.core.mail.backends.smtp.EmailBackend"
        settings.EMAIL_HOST, settings.EMAIL_PORT = server.server_address
        yield server


@pytest.fixture
def dead(settings):
    """A port of this machine at which nobody answers."""
    with socket.socket() as taken:
        taken.bind(("127.0.0.1", 0))
        settings.EMAIL_BACKEND = "django.core.mail.backends.smtp.EmailBackend"
        settings.EMAIL_HOST, settings.EMAIL_PORT = taken.getsockname()
        yield


def test_a_dead_server_is_tried_ten_times_in_three_days_and_then_given_up(addressed, dead):
    make_notices()
    pauses = []
    for attempt in range(1, 11):
        before = timezone.now()
        mailing.send_waiting()
        mailing.send_waiting()  # during the pause nothing is tried
        assert set(Notice.objects.values_list("attempts", flat=True)) == {attempt}
        pauses.append(Notice.objects.first().try_at - before)
        come_due()
    mailing.send_waiting()
    assert set(Notice.objects.values_list("mail", "attempts")) == {(Mail.FAILED, 10)}
    assert "ConnectionRefusedError" in Notice.objects.first().last_error
    assert pauses[:9] == sorted(pauses[:9])
    assert 2 * DAY < sum(pauses[:9], dt.timedelta()) < 3 * DAY


def test_a_dead_server_is_asked_once_in_a_run_not_for_every_person(addressed, dead, caplog):
    mailing.remind()
    assert [record.message.split(",")[0] for record in caplog.records] == ["The mail server does not answer"]


def test_when_the_server_is_back_everybody_gets_their_mail_once(addressed, dead, settings):
    mailing.remind()
    settings.EMAIL_BACKEND = "django.core.mail.backends.locmem.EmailBackend"
    come_due()
    mailing.remind()
    assert len(mail.outbox) == 6
    assert set(Notice.objects.values_list("mail", "attempts")) == {(Mail.SENT, 2)}


def test_one_refused_address_does_not_hold_up_the_others(addressed, smtp):
    User.objects.filter(username="arun").update(email="nobody@example.org")
    User.objects.filter(username="busaba").update(email="busaba@example.org\nBcc: x@example.org")
    mailing.remind()
    assert {one["To"] for one in smtp.received} == {
        f"{name}@example.org" for name in ("chat", "duangjai", "ek", "fah")
    }
    assert "550" in addressed.arun.notices.get().last_error
    assert "Invalid address" in addressed.busaba.notices.get().last_error
    assert set(addressed.arun.notices.values_list("mail", "attempts")) == {(Mail.WAITING, 1)}


def test_thai_arrives_as_it_was_meant(addressed, smtp):
    name = "ศูนย์ “น้ำ” & <เทคโนโลยี>"
    addressed.agencies["ict"].name_th = name
    addressed.agencies["ict"].save()
    make_notices()
    mailing.send_waiting()
    received = next(one for one in smtp.received if one["To"] == "chat@example.org")
    with translation.override("th"):
        [notice] = addressed.chat.notices.with_subject()
        expected = mailing.sentence(notice)
    assert received["Subject"].strip() == expected  # a folded header begins on a line of its own
    text = received.get_body(["plain"]).get_content()
    assert name in text
    assert expected in text
    page = received.get_body(["html"]).get_content()
    assert "ศูนย์ “น้ำ” &amp; &lt;เทคโนโลยี&gt;" in page
    assert received["From"] == configured.DEFAULT_FROM_EMAIL
    assert received["Message-ID"].endswith("@kpi.example.org>")


def test_what_a_dead_process_held_is_taken_up_when_its_lease_is_over(addressed):
    make_notices()
    mailing.claim(numbers_of(addressed.arun))  # and then the process died
    mailing.send_waiting()
    assert mails_to(addressed.arun) == []
    come_due()
    mailing.send_waiting()
    assert len(mails_to(addressed.arun)) == 1


def test_a_process_that_lost_its_lease_writes_nothing(addressed):
    make_notices()
    late = mailing.claim(numbers_of(addressed.arun))
    come_due()
    mailing.send_waiting()
    mailing.put_back(late, reason="too late")
    mailing.finish(late, mail=Mail.NOT_WANTED)
    assert set(addressed.arun.notices.values_list("mail", "last_error")) == {(Mail.SENT, "")}


@pytest.mark.parametrize(
    ("fault", "down"),
    [
        (ConnectionRefusedError(), True),
        (TimeoutError(), True),
        (smtplib.SMTPServerDisconnected(), True),
        (smtplib.SMTPAuthenticationError(535, b"no"), True),
        (smtplib.SMTPRecipientsRefused({}), False),
        (smtplib.SMTPDataError(554, b"spam"), False),
        (ValueError(), False),
    ],
)
def test_a_fault_of_the_server_and_a_fault_of_one_mail_are_told_apart(fault, down):
    assert mailing.is_server_down(fault) == down


# ── at once ───────────────────────────────────────────────────────────────────────────────────────────────────────


@pytest.mark.slow
@pytest.mark.django_db(transaction=True)
def test_many_processes_at_once_send_each_mail_once():
    world = give_addresses(make_world())
    found = at_once(*[mailing.remind] * 6)
    assert found == [None] * 6, found
    assert len(mail.outbox) == 6
    assert [len(mails_to(getattr(world, name))) for name in ("arun", "chat", "ek")] == [1, 1, 1]
    assert Notice.objects.count() == Notice.objects.filter(mail=Mail.SENT, attempts=1).count() == 6


@pytest.mark.slow
@pytest.mark.django_db(transaction=True)
def test_without_the_claim_each_mail_is_sent_by_everybody():
    """The control: the same crowd, each taking what waits without saying so."""
    world = give_addresses(make_world())
    make_notices()
    everybody_read = threading.Barrier(6)

    def send_unclaimed():
        waiting = list(Notice.objects.filter(person=world.arun, mail=Mail.WAITING).with_subject())
        helpful = {(notice.person_id, notice.key) for notice in waiting}
        everybody_read.wait(20)
        return mailing.send(world.arun, waiting, helpful=helpful, connection=get_connection())

    assert at_once(*[send_unclaimed] * 6) == [True] * 6
    assert len(mails_to(world.arun)) == 6


def test_beat_rings_for_them_and_the_command_says_how_they_stand(addressed, capsys):
    ring = app.conf.beat_schedule["send-reminders"]
    assert ring["schedule"] == 15 * 60
    app.loader.import_default_modules()
    app.tasks[ring["task"]].run()
    assert len(mail.outbox) == 6
    call_command("send_reminders")
    said = capsys.readouterr().out
    assert "waiting: 0, sent: 6, not_wanted: 0, overtaken: 0, failed: 0" in said
    assert f"{Notice.Mail.SENT.label}: 6" in said
    assert "EMAIL_URL" not in said


def test_the_command_says_when_no_mail_server_is_set(addressed, settings, capsys):
    settings.MAIL_IS_SET_UP = False
    call_command("send_reminders")
    assert capsys.readouterr().out.count("EMAIL_URL") == 2  # in both languages


def test_a_return_is_mailed_with_its_sentence(addressed):
    walk(addressed, ScorecardState.RETURNED)
    choose_mails(addressed.arun, wanted=Occasion.values, language="en")
    mailing.remind()
    assert mails_to(addressed.arun)[0].subject.startswith("The report was returned for correction")
    with pytest.raises(workflow.Refused):  # the control: reading and mailing gave nobody a right
        workflow.propose(addressed.entry, actor=addressed.duangjai)
