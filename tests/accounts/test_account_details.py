"""A name or an address that is wrong is corrected by an administrator; the person learns of it, the record keeps it
masked."""

import pytest
from allauth.account.models import EmailAddress
from django.contrib.auth.models import User
from django.test import Client

from indicators.refusals import Refused
from scorecards.accounts import new_passwords
from scorecards.models import AddressMail, Event, MailChoice, Membership
from scorecards.people import account_details, address_mail
from tests.accounts.conftest import PASSWORD
from tests.pages.conftest import posted
from tests.world import walk


@pytest.fixture(autouse=True)
def _mail_is_set_up(settings):
    settings.MAIL_IS_SET_UP = True


def member(world, name="arun") -> Membership:
    return getattr(world, name).memberships.get()


def correct(world, name="arun", *, actor=None, before=None, reason="พิมพ์ผิด", **said):
    person = User.objects.get(username=name)
    stands = {one: getattr(person, one) for one in account_details.FIELDS}
    before = account_details.seen(person) if before is None else before
    return account_details.correct_person(
        member(world, name), stands | said, before=before, reason=reason, actor=actor or world.chawi
    )


def refusals(world, **said) -> str:
    """Everything that stands against it; nothing was changed by it."""
    stood = list(User.objects.order_by("pk").values("first_name", "last_name", "email"))
    with pytest.raises(Refused) as refused:
        correct(world, **said)
    assert list(User.objects.order_by("pk").values("first_name", "last_name", "email")) == stood
    assert not AddressMail.objects.exists()
    return " ".join(map(str, refused.value.reasons))


def mailed(mailoutbox) -> dict:
    address_mail.send_waiting()
    return {one.to[0]: one.body for one in mailoutbox}


def page_of(world, name="arun"):
    return f"/people/{member(world, name).agency.code}/members/{member(world, name).pk}/account"


@pytest.fixture
def desk(world):
    browser = Client()
    browser.post("/i18n/setlang/", {"language": "en"})
    browser.force_login(world.chawi)
    return browser


def test_the_person_is_told_at_the_old_address_and_at_the_new_one(world, mailoutbox):
    MailChoice.objects.create(person=world.arun, language="en")
    correct(world, email="Arun.Jaidee@Example.org")
    assert User.objects.get(pk=world.arun.pk).email == "arun.jaidee@example.org"
    told = mailed(mailoutbox)
    assert set(told) == {"arun@example.org", "arun.jaidee@example.org"}
    assert "a●●●@example.org, and no longer to this address" in told["arun@example.org"]
    assert "arun.jaidee" not in told["arun@example.org"]
    assert not AddressMail.objects.exists()


def test_a_name_is_corrected_without_a_mail(world):
    correct(world, first_name="อรุณี", last_name="ใจดี")
    assert User.objects.get(pk=world.arun.pk).get_full_name() == "อรุณี ใจดี"
    assert not AddressMail.objects.exists()


def test_the_record_holds_neither_name_nor_address(world):
    correct(world, first_name="อรุณี", email="malee@example.org")
    event = Event.objects.get(action="correct_person")
    assert (event.agency, event.actor, event.reason) == (world.agencies["ict"], world.chawi, "พิมพ์ผิด")
    assert event.before == {"person": "arun", "first_name": "●●●●", "email": "a●●●@example.org"}
    assert event.after == {"person": "arun", "first_name": "●●●●●", "email": "m●●●@example.org"}


def test_what_did_not_change_is_not_recorded(world):
    correct(world)
    assert not Event.objects.filter(action="correct_person").exists()


def test_the_person_stays_signed_in(world, signing_in):
    browser, _answer = signing_in("arun")
    correct(world, email="new@example.org")
    assert browser.get("/").status_code == 200


def test_what_was_sent_keeps_the_name_it_was_sent_with(world, whole):
    submission = walk(whole, "submitted").submissions.get()
    stood = submission.content
    correct(world, "chat", first_name="ชาติชาย")
    submission.refresh_from_db()
    assert submission.content == stood
    assert "ชาติชาย" not in str(submission.content)


def test_the_old_address_opens_the_account_no_more(world, mailoutbox):
    EmailAddress.objects.create(user=world.arun, email="arun@example.org")  # as allauth notes it
    link = new_passwords.path_for(world.arun)
    correct(world, email="new@example.org")
    new_passwords.ask("arun@example.org", language="th")
    assert new_passwords.send_waiting() == 0
    assert "password1" not in Client().get(link, follow=True).content.decode()
    browser = Client()
    browser.post("/login/", {"username": "arun@example.org", "password": PASSWORD})
    assert "_auth_user_id" not in browser.session


@pytest.mark.parametrize(
    "said",
    [
        {"email": "busaba@example.org"}, {"email": "Busaba@Example.ORG"}, {"email": "arun"}, {"email": ""},
        {"email": f"{'a' * 250}@example.org"}, {"first_name": ""}, {"first_name": " "}, {"first_name": "ก" * 151},
        {"last_name": "ก" * 250}, {"reason": " ", "first_name": "อรุณี"},
    ],
)  # fmt: skip
def test_what_is_wrong_is_refused_and_nothing_is_changed(world, said):
    assert refusals(world, **said)


def test_the_address_of_an_account_that_is_closed_is_free(world):
    User.objects.filter(username="busaba").update(is_active=False)
    assert correct(world, email="busaba@example.org").email == "busaba@example.org"


@pytest.mark.parametrize("name", ["arun", "chat", "kamon", "khamron", "cho"])
def test_only_administrators_correct_people(world, name):
    assert refusals(world, first_name="อรุณี", actor=getattr(world, name))
    browser = Client()
    browser.force_login(getattr(world, name))
    assert browser.get(page_of(world)).status_code == 404


def test_a_name_is_kept_as_it_is_found_again(world, desk):
    """What is typed as two marks is one letter; what nobody sees is no name."""
    form = posted(desk.get(page_of(world))) | {"reason": "พิมพ์ผิด"}
    assert desk.post(page_of(world), form | {"first_name": "\u200b\u2060"}).status_code == 409
    assert desk.post(page_of(world), form | {"first_name": "น\u0e4d้\u0e32\u200b"}).status_code == 302
    assert User.objects.get(pk=world.arun.pk).first_name == "น้ำ"


def test_an_address_that_no_mail_can_bear_holds_up_nobody_elses(world, mailoutbox):
    correct(world, email=f"arun@{'ก' * 60}.ไทย")  # its name is too long for computers
    correct(world, "chat", email="new@example.org")
    assert "new@example.org" in mailed(mailoutbox)


def test_whoever_saves_an_old_page_is_shown_what_stands_there(world, desk):
    old = posted(desk.get(page_of(world))) | {"first_name": "อรุโณทัย", "reason": "พิมพ์ผิด"}
    correct(world, first_name="อรุณี")
    answer = desk.post(page_of(world), old)
    assert answer.status_code == 409
    assert "อรุณี arun@example.org" in str(answer.context["refused"])
    again = posted(answer)
    assert again["first_name"] == "อรุโณทัย"
    assert desk.post(page_of(world), again).status_code == 302
    assert User.objects.get(pk=world.arun.pk).first_name == "อรุโณทัย"


def test_a_form_that_comes_twice_is_done_once(world, desk):
    form = posted(desk.get(page_of(world))) | {"email": "new@example.org", "reason": "พิมพ์ผิด"}
    for _press in range(2):
        assert desk.post(page_of(world), form).status_code == 302
    assert Event.objects.filter(action="correct_person").count() == 1
    assert AddressMail.objects.count() == 2


def test_what_was_typed_stays_when_it_is_refused(world, desk):
    typed = {"first_name": "อรุณี", "last_name": "ใจดี", "email": "busaba@example.org", "reason": "พิมพ์ผิด"}
    answer = desk.post(page_of(world), posted(desk.get(page_of(world))) | typed)
    assert answer.status_code == 409
    assert {name: posted(answer)[name] for name in typed} == typed


def test_the_page_of_the_person_leads_there_and_the_record_tells_it(world, desk):
    assert page_of(world) in desk.get(page_of(world).removesuffix("account")).content.decode()
    correct(world, first_name="อรุณี")
    assert "name or address corrected" in desk.get("/people/ict/").content.decode()


def test_news_of_a_week_ago_is_none(world, mailoutbox):
    correct(world, email="new@example.org")
    AddressMail.objects.update(made_at="2020-01-01T00:00:00+07:00")
    assert mailed(mailoutbox) == {}
    assert not AddressMail.objects.exists()
