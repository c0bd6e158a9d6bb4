"""Coming and going: invitations, roles, leaving an agency, signing in anew; all of it recorded."""

import datetime as dt
import re
from urllib.parse import quote

import pytest
from allauth.mfa.models import Authenticator
from django.contrib.auth.models import User
from django.core import signing
from django.core.management import call_command
from django.test import Client
from django.utils import timezone

from indicators.refusals import Refused
from scorecards.accounts import new_passwords
from scorecards.answering.standing_in import delegate
from scorecards.delegation import roles_held
from scorecards.models import Agency, Delegation, Event, Invitation, Membership, Part, PastMembership
from scorecards.people import invitation_mail, joining, leaving
from scorecards.permissions import may
from scorecards.states import Action, Role
from tests.accounts.conftest import give_totp
from tests.pages.conftest import posted
from tests.workflow.test_delegation import away
from tests.world import walk

NEW = {"username": "malee", "first_name": "มาลี", "last_name": "ใจดี", "password": "ดอกไม้-สีแดง-๕๕"}
NEW["again"] = NEW["password"]


@pytest.fixture
def invited(world):
    return joining.invite(
        world.agencies["ict"], email="Malee@example.org", role=Role.COLLECTOR, actor=world.chawi
    )


def at(world, name) -> Membership:
    return getattr(world, name).memberships.get()


def again(person):
    return User.objects.get(pk=person.pk)


def invited_by(text: str) -> Invitation | None:
    """Whose invitation the link in a text is. A link carries the second in which it was made: compared with one made
    later, it would be another."""
    return joining.find_invitation(re.search(r"/join/([^/]+)/", text)[1])


def last_event() -> Event:
    return Event.objects.order_by("-pk").first()


# Inviting and joining


def test_who_is_invited_makes_an_account_and_is_a_member(world, invited):
    browser = Client()
    path = f"/join/{joining.token_of(invited)}/"
    assert "ศูนย์เทคโนโลยีสารสนเทศ" in browser.get(path).content.decode()
    assert browser.post(path, NEW)["Location"] == "/login/"
    person = User.objects.get(username="malee")
    assert (person.get_full_name(), person.email) == ("มาลี ใจดี", "malee@example.org")
    assert roles_held(person) == [(world.agencies["ict"].pk, Role.COLLECTOR)]
    assert (last_event().action, last_event().actor) == ("join", person)
    browser.post("/login/", {"username": "malee@example.org", "password": NEW["password"]})
    assert browser.get("/").status_code == 200


def test_a_link_is_good_once(world, invited):
    path = f"/join/{joining.token_of(invited)}/"
    Client().post(path, NEW)
    assert Client().get(path).status_code == 410
    assert Client().post(path, NEW | {"username": "other"}).status_code == 410
    assert not User.objects.filter(username="other").exists()


def test_a_link_expires(world, invited):
    Invitation.objects.update(expires_at=timezone.now())
    assert Client().get(f"/join/{joining.token_of(invited)}/").status_code == 410


def test_nobody_makes_up_a_link(world, invited):
    for token in (str(invited.pk), signing.dumps(invited.pk, salt="other"), joining.token_of(invited) + "x"):
        assert Client().get(f"/join/{token}/").status_code == 404


def test_a_withdrawn_link_holds_no_longer(world, invited):
    joining.withdraw_invitation(invited, actor=world.chawi)
    assert Client().post(f"/join/{joining.token_of(invited)}/", NEW).status_code == 410
    assert last_event().action == "withdraw_invitation"


@pytest.mark.parametrize(
    ("wrong", "field"),
    [({"username": "ARUN"}, "username"), ({"password": "12345", "again": "12345"}, "password"),
     ({"again": "x"}, "again"),
     ({"username": "a b"}, "username"), ({"first_name": ""}, "first_name")],
)  # fmt: skip
def test_what_is_wrong_is_said_and_nothing_is_made(world, invited, wrong, field):
    answer = Client().post(f"/join/{joining.token_of(invited)}/", NEW | wrong)
    assert answer.status_code == 409
    assert field in answer.context["form"].errors
    assert posted(answer)["last_name"] == "ใจดี"
    assert Membership.objects.filter(agency=world.agencies["ict"]).count() == 3


def test_who_has_an_account_signs_in_and_joins_with_it(world, signing_in):
    both = joining.invite(
        world.agencies["policy"], email="arun@example.org", role=Role.COLLECTOR, actor=world.chawi
    )
    path = f"/join/{joining.token_of(both)}/"
    assert f"/login/?next={quote(path)}" in Client().get(path).content.decode()
    assert Client().post(path, NEW).status_code == 200  # no second account for the address
    browser, _answer = signing_in("arun")
    assert browser.post(path)["Location"] == "/"
    assert {agency for agency, _role in roles_held(again(world.arun))} == {
        world.agencies["ict"].pk, world.agencies["policy"].pk,
    }  # fmt: skip


def test_somebody_elses_invitation_is_refused(world, invited, signing_in):
    browser, _answer = signing_in("busaba")
    answer = browser.post(f"/join/{joining.token_of(invited)}/")
    assert answer.status_code == 409
    assert "malee@example.org" in answer.content.decode()


def test_roles_of_the_assessing_side_are_at_the_assessing_office_only(world):
    for agency, role in (("ict", Role.REVIEWER), ("opdc", Role.HEAD)):
        with pytest.raises(Refused):
            joining.invite(world.agencies[agency], email="x@example.org", role=role, actor=world.chawi)


@pytest.mark.parametrize("person", ["arun", "chat", "kamon", "khamron", "cho"])
def test_only_administrators_manage_people(world, person, invited):
    actor = getattr(world, person)
    for verb in (
        lambda: joining.invite(world.agencies["ict"], email="x@example.org", role=Role.HEAD, actor=actor),
        lambda: joining.withdraw_invitation(invited, actor=actor),
        lambda: leaving.leave(at(world, "ek"), reason="ย้าย", actor=actor),
        lambda: leaving.change_role(at(world, "ek"), role=Role.HEAD, reason="ย้าย", actor=actor),
        lambda: leaving.reset_sign_in(at(world, "ek"), reason="หาย", actor=actor),
        lambda: leaving.password_link(at(world, "ek"), reason="ลืม", actor=actor),
    ):
        with pytest.raises(Refused):
            verb()
    browser = Client()
    browser.force_login(actor)
    for path in ("/people/", "/people/ict/", f"/people/ict/members/{at(world, 'arun').pk}/"):
        assert browser.get(path).status_code == 404


@pytest.mark.parametrize(
    "email", [f"{'x' * 250}@example.org", f"{'İ' * 120}@{'a' * 60}.example.org", "malee", ""]
)
def test_an_address_that_no_column_holds_is_said(world, email):
    browser = Client()
    browser.force_login(world.chawi)
    typed = {"email": email, "role": "collector", "request_key": "1"}
    answer = browser.post("/people/ict/invite", typed)
    assert answer.status_code == 409
    assert answer.context["form"].errors or answer.context["refused"]
    assert posted(answer)["email"] == email
    with pytest.raises(Refused):
        joining.invite(world.agencies["ict"], email=email, role=Role.COLLECTOR, actor=world.chawi)


def test_inviting_twice_leaves_one_open_link(world, invited):
    joining.invite(world.agencies["ict"], email="malee@example.org", role=Role.COLLECTOR, actor=world.chawi)
    assert Invitation.objects.open().count() == 1


def test_the_mail_goes_once_and_carries_the_link(world, invited, settings, mailoutbox):
    settings.MAIL_IS_SET_UP = True
    assert (invitation_mail.send_waiting(), invitation_mail.send_waiting()) == (1, 0)
    assert mailoutbox[0].to == ["malee@example.org"]
    assert invited_by(mailoutbox[0].body.replace("\n", "")) == invited


def test_without_beat_the_command_mails_it_too(world, invited, settings, mailoutbox):
    settings.MAIL_IS_SET_UP = True
    new_passwords.ask("arun@example.org", language="th")
    call_command("send_reminders")
    assert {"malee@example.org", "arun@example.org"} <= {one.to[0] for one in mailoutbox}


def test_a_mail_that_fails_goes_later(world, invited, settings, mailoutbox):
    settings.MAIL_IS_SET_UP, backend = True, settings.EMAIL_BACKEND
    settings.EMAIL_BACKEND = "django.core.mail.backends.smtp.EmailBackend"
    settings.EMAIL_HOST, settings.EMAIL_PORT = "127.0.0.1", 9
    assert invitation_mail.send_waiting() == 0
    settings.EMAIL_BACKEND = backend
    assert invitation_mail.send_waiting() == 1


def test_an_address_that_no_mail_can_bear_holds_up_nobody_elses(world, settings, mailoutbox):
    settings.MAIL_IS_SET_UP = True
    for email in (
        f"malee@{'ก' * 60}.ไทย",
        "mana@example.org",
    ):  # the first one's host name is too long for computers
        joining.invite(world.agencies["ict"], email=email, role=Role.COLLECTOR, actor=world.chawi)
    assert invitation_mail.send_waiting() == 1
    assert mailoutbox[0].to == ["mana@example.org"]
    assert Invitation.objects.filter(mailed_at=None).count() == 1


def test_without_a_mail_server_the_link_is_on_the_page(world, invited, settings):
    settings.MAIL_IS_SET_UP = False
    assert invitation_mail.send_waiting() == 0
    browser = Client()
    browser.force_login(world.chawi)
    assert invited_by(browser.get("/people/ict/").content.decode()) == invited


# Leaving, another role


def test_who_left_sees_nothing_and_is_signed_out_and_the_record_keeps_why(world, whole, signing_in):
    browser, _answer = signing_in("arun")
    leaving.leave(at(world, "arun"), reason="โอนไปกรมอื่น", actor=world.chawi)
    assert browser.get("/").status_code == 302
    assert signing_in("arun")[1]["Location"] == "/account/inactive/"
    past = PastMembership.objects.get()
    assert (past.user, past.role, past.reason, past.ended_by) == (
        world.arun, Role.COLLECTOR, "โอนไปกรมอื่น", world.chawi,
    )  # fmt: skip
    event = last_event()
    assert (event.action, event.before, event.reason) == (
        "leave", {"person": "arun", "role": "collector"}, "โอนไปกรมอื่น",
    )  # fmt: skip
    assert not may(again(world.arun), Action.ANSWER, world.entry)


def test_who_has_another_place_keeps_the_account(world):
    Membership.objects.create(user=world.arun, agency=world.agencies["policy"], role=Role.HEAD)
    leaving.leave(world.arun.memberships.get(agency=world.agencies["ict"]), reason="ย้าย", actor=world.chawi)
    assert again(world.arun).is_active


def test_who_left_comes_back_with_an_invitation(world):
    leaving.leave(at(world, "arun"), reason="ย้าย", actor=world.chawi)
    back = joining.invite(world.agencies["ict"], email="arun@example.org", role=Role.HEAD, actor=world.chawi)
    answer = Client().post(f"/join/{joining.token_of(back)}/", {k: NEW[k] for k in ("password", "again")})
    assert answer["Location"] == "/login/"
    assert again(world.arun).is_active
    assert again(world.arun).check_password(NEW["password"])


def test_it_takes_a_reason(world):
    for verb in (leaving.leave, leaving.reset_sign_in, leaving.password_link):
        with pytest.raises(Refused):
            verb(at(world, "arun"), reason=" ", actor=world.chawi)


def test_the_last_administrator_stays(world):
    with pytest.raises(Refused):
        leaving.leave(at(world, "chawi"), reason="เกษียณ", actor=world.chawi)
    with pytest.raises(Refused):
        leaving.change_role(at(world, "chawi"), role=Role.CHIEF, reason="ย้าย", actor=world.chawi)
    Membership.objects.create(user=world.cho, agency=world.agencies["opdc"], role=Role.ADMINISTRATOR)
    leaving.leave(at(world, "chawi"), reason="เกษียณ", actor=again(world.chawi))


def test_leaving_ends_standing_in_both_ways(world):
    given = delegate(away(world), actor=world.busaba)  # ชาติ acts for บุษบา
    held = delegate(away(world, giver=world.chat, deputy=world.busaba, role=Role.HEAD), actor=world.chat)
    leaving.leave(at(world, "busaba"), reason="ย้าย", actor=world.chawi)
    now = timezone.now() + dt.timedelta(seconds=1)
    assert not Delegation.objects.filter(pk__in=[given.pk, held.pk], ends_at__gt=now).exists()
    assert roles_held(again(world.busaba)) == []


def test_open_parts_go_to_the_successor_or_to_everybody(world, whole):
    Part.objects.create(entry=world.entry, criterion_key="step1", collector=world.arun)
    second = User.objects.create_user("malee")
    Membership.objects.create(user=second, agency=world.agencies["ict"], role=Role.COLLECTOR)
    leaving.leave(at(world, "arun"), reason="ย้าย", actor=world.chawi, successor=second)
    assert Part.objects.get().collector == second
    assert last_event().after == {"parts": 1, "successor": "malee"}
    leaving.leave(second.memberships.get(), reason="ย้าย", actor=world.chawi)
    assert not Part.objects.exists()


def test_open_reviews_go_to_the_successor(world, whole):
    walk(world, "in_review")
    leaving.leave(at(world, "kamon"), reason="ย้าย", actor=world.chawi, successor=world.khwan)
    assert list(world.card.reviewers.all()) == [world.khwan]
    assert Event.objects.filter(action=Action.ASSIGN, scorecard=world.card).exists()


def test_a_successor_has_the_same_role_here(world):
    for one in (world.busaba, world.ek):
        with pytest.raises(Refused):
            leaving.leave(at(world, "arun"), reason="ย้าย", actor=world.chawi, successor=one)


def test_another_role_keeps_the_one_before_as_past(world):
    changed = leaving.change_role(
        at(world, "arun"), role=Role.SUPERVISOR, reason="เลื่อนตำแหน่ง", actor=world.chawi
    )
    assert (changed.role, PastMembership.objects.get().role) == (Role.SUPERVISOR, Role.COLLECTOR)
    assert last_event().action == "change_role"
    assert again(world.arun).is_active
    with pytest.raises(Refused):
        leaving.change_role(changed, role=Role.REVIEWER, reason="ย้าย", actor=world.chawi)


def test_a_membership_ends_once(world):
    membership = at(world, "arun")
    stale = Membership.objects.get(pk=membership.pk)
    leaving.leave(membership, reason="ย้าย", actor=world.chawi)
    with pytest.raises(Refused):
        leaving.leave(stale, reason="ย้าย", actor=world.chawi)


def test_asking_again_with_the_same_key_does_nothing_twice(world):
    membership = at(world, "kamon")
    for _time in range(2):
        leaving.reset_sign_in(membership, reason="หาย", actor=world.chawi, request_key="k")
    assert Event.objects.filter(action="reset_sign_in").count() == 1


@pytest.mark.parametrize("form", [{"do": "leave"}, {"do": "change_role", "role": "supervisor"}])
def test_a_form_that_ends_a_membership_may_come_twice(world, form):
    browser = Client()
    browser.force_login(world.chawi)
    page = f"/people/ict/members/{at(world, 'arun').pk}/"
    typed = posted(browser.get(page)) | form | {"reason": "ย้าย"}
    first, second = (browser.post(page, typed) for _press in range(2))
    assert (first["Location"], second["Location"]) == ("/people/ict/", "/people/ict/")
    assert [one.level_tag for one in browser.get("/people/ict/").context["messages"]] == ["success"]
    assert PastMembership.objects.count() == 1


@pytest.mark.parametrize("tail", ["", "account"])
def test_who_sends_the_form_of_a_membership_that_has_ended_is_told(world, tail):
    browser = Client()
    browser.force_login(world.chawi)
    page = f"/people/ict/members/{at(world, 'arun').pk}/{tail}"
    typed = posted(browser.get(page)) | {"do": "leave", "reason": "ย้าย"}
    leaving.leave(at(world, "arun"), reason="ย้าย", actor=world.chawi)
    assert browser.post(page, typed)["Location"] == "/people/ict/"
    assert [one.level_tag for one in browser.get("/people/ict/").context["messages"]] == ["error"]
    assert browser.get(page).status_code == 404


# Lost telephone, forgotten password


def test_a_lost_second_factor_is_removed_by_somebody_else_with_a_reason(world, signing_in):
    give_totp(world.kamon)
    leaving.reset_sign_in(at(world, "kamon"), reason="โทรศัพท์หาย", actor=world.chawi)
    assert not Authenticator.objects.filter(user=world.kamon).exists()
    assert last_event().before == {"person": "kamon", "factors": ["recovery_codes", "totp"]}
    with pytest.raises(Refused):
        leaving.reset_sign_in(at(world, "chawi"), reason="หาย", actor=world.chawi)


def test_a_link_for_a_new_password_works_once_and_is_recorded(world):
    path = leaving.password_link(at(world, "arun"), reason="ลืมรหัสผ่าน", actor=world.chawi)
    assert last_event().action == "password_link"
    browser = Client()
    page = browser.get(path, follow=True)
    browser.post(page.redirect_chain[-1][0], {"password1": NEW["password"], "password2": NEW["password"]})
    assert again(world.arun).check_password(NEW["password"])
    assert "password1" not in Client().get(path, follow=True).content.decode()


# The pages


def test_the_pages_do_it(world):
    browser = Client()
    browser.force_login(world.chawi)
    browser.post("/people/ict/invite", {"email": "x@example.org", "role": "head", "request_key": "1"})
    assert "x@example.org" in browser.get("/people/ict/").content.decode()
    page = f"/people/ict/members/{at(world, 'arun').pk}/"
    assert browser.post(page, {"do": "leave", "reason": ""}).status_code == 409
    refused = browser.post(page, {"do": "change_role", "role": "collector", "reason": "x"})
    assert refused.status_code == 409
    hasty = posted(browser.get(page)) | {"do": "change_role", "reason": "ย้าย"}  # the Enter key in the reason
    assert browser.post(page, hasty).status_code == 409
    browser.post(page, {"do": "change_role", "role": "supervisor", "reason": "เลื่อน"})
    page = f"/people/ict/members/{at(world, 'arun').pk}/"
    link = browser.post(page, {"do": "password_link", "role": "collector", "reason": "ลืม"}, follow=True)
    assert "/account/password/reset/" in link.content.decode()
    browser.post(page, {"do": "leave", "role": "collector", "reason": "ย้าย"})
    assert not world.arun.memberships.exists()
    pk = Invitation.objects.get().pk
    browser.post(f"/people/ict/invitations/{pk}/withdraw")
    assert not Invitation.objects.open().exists()


def test_the_page_of_many_asks_no_more_questions(world, django_assert_max_num_queries):
    browser = Client()
    browser.force_login(world.chawi)
    for number in range(5):
        person = User.objects.create_user(f"p{number}")
        Membership.objects.create(user=person, agency=world.agencies["ict"], role=Role.COLLECTOR)
        joining.invite(
            world.agencies["ict"], email=f"n{number}@example.org", role=Role.HEAD, actor=world.chawi
        )
    browser.get("/people/ict/")  # that somebody looks is recorded once a day
    with django_assert_max_num_queries(12):
        browser.get("/people/ict/")
    with django_assert_max_num_queries(6):
        browser.get("/people/")


def test_a_superuser_without_a_place_invites_the_first_administrator(world):
    root = User.objects.create_superuser("root")
    browser = Client()
    browser.force_login(root)
    assert browser.get("/people/").status_code == 200
    opdc = Agency.objects.get(code="opdc")
    assert joining.invite(opdc, email="first@example.org", role=Role.ADMINISTRATOR, actor=root)
