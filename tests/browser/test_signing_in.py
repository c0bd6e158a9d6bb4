"""An app on the telephone and a passkey, set up and used in a real browser whose passkey device is a virtual one."""

import pytest
from allauth.mfa.totp.internal.auth import format_hotp_value, hotp_value, yield_hotp_counters_from_time

from config.demo.people import PASSWORD

pytestmark = [pytest.mark.browser, pytest.mark.slow]
DEVICE = {"protocol": "ctap2", "transport": "internal", "hasResidentKey": True, "hasUserVerification": True,
          "isUserVerified": True, "automaticPresenceSimulation": True}  # fmt: skip
FACTORS = "/account/second-factor/"
SEND = "main form.panel button.btn-primary"


def code_of(secret) -> str:
    """What the app on the telephone shows now."""
    return format_hotp_value(hotp_value(secret, next(yield_hotp_counters_from_time())))


def set_up_the_app(at) -> str:
    """Scan the square, type what the app shows; the recovery codes follow. Whoever has just signed in is not asked for
    the password once more."""
    at.page.goto(f"{FACTORS}totp/activate/")
    secret = at.page.input_value("#authenticator_secret")
    square = at.page.locator(".qr")
    assert square.evaluate("picture => picture.complete && picture.naturalWidth > 0")
    at.shoot("app")
    at.page.fill("[name=code]", code_of(secret))
    at.follow(SEND)
    assert len(at.page.input_value("#recovery_codes").split()) == 10
    return secret


def add_a_passkey(at):
    at.page.goto(f"{FACTORS}webauthn/add/")
    at.page.check("[name=passwordless]")
    at.follow("#mfa_webauthn_add")
    at.shoot("passkey")


def sign_in(at):
    at.page.goto("/login/")
    at.page.fill("[name=username]", at.username)
    at.page.fill("[name=password]", PASSWORD)
    at.follow(SEND)


def remove_both(at):
    """As it was, for the other stories."""
    at.page.goto(f"{FACTORS}webauthn/")
    at.follow("main a[href*='remove']")
    at.follow("main form button[type=submit]")
    at.page.goto(f"{FACTORS}totp/deactivate/")
    at.follow("main form button[type=submit]")


def test_an_app_and_a_passkey(demo, desk):
    # a passkey needs a host name
    at = desk("observer", base_url=demo.address.replace("127.0.0.1", "localhost"))
    device = at.context.new_cdp_session(at.page)
    device.send("WebAuthn.enable")
    device.send("WebAuthn.addVirtualAuthenticator", {"options": DEVICE})
    set_up_the_app(at)
    add_a_passkey(at)

    at.sign_out()
    with at.page.expect_navigation(url="**/"):
        at.page.click("#passkey_login")  # nothing is typed
    assert "งานของฉัน" in at.page.inner_text("h1")

    at.sign_out()
    sign_in(at)
    assert at.page.url.endswith("/authenticate/")
    at.shoot("asked")
    with at.page.expect_navigation(url="**/"):
        at.page.click("#mfa_webauthn_authenticate")
    assert "งานของฉัน" in at.page.inner_text("h1")
    remove_both(at)
    at.sign_out()
    sign_in(at)
    assert at.page.url.endswith("/")
