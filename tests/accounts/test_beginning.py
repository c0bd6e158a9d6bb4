"""A fresh production installation: no account, no demo, and the way to the first people."""

import pytest
from django.contrib.auth.models import User
from django.core.management import CommandError, call_command

from scorecards.models import Agency, Ministry


def test_production_begins_without_an_account_and_refuses_the_demo(db, settings):
    assert not User.objects.exists()
    settings.PRODUCTION = True
    with pytest.raises(CommandError, match="production"):
        call_command("load_demo")
    assert not User.objects.exists()
    assert not Agency.objects.exists()


def test_the_first_account_makes_the_office_and_invites(db, client, settings):
    settings.SECOND_FACTOR = True
    call_command("createsuperuser", username="root", email="root@example.org", interactive=False, verbosity=0)
    client.force_login(User.objects.get())
    assert client.get("/admin/")["Location"] == "/account/second-factor/"
    settings.SECOND_FACTOR = False
    ministry = {"code": "pm", "name_th": "สำนักนายกรัฐมนตรี"}
    client.post("/admin/scorecards/ministry/add/", ministry)
    office = {"code": "opdc", "name_th": "สำนักงาน ก.พ.ร.", "kind": "central", "ministry": Ministry.objects.get().pk,
              "memberships-TOTAL_FORMS": "0", "memberships-INITIAL_FORMS": "0"}  # fmt: skip
    client.post("/admin/scorecards/agency/add/", office)
    asked = {"email": "first@example.org", "role": "administrator", "request_key": "1"}
    assert client.post("/people/opdc/invite", asked).status_code == 302
    assert "first@example.org" in client.get("/people/opdc/").content.decode()
