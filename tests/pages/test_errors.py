"""What goes wrong is said in a sentence, in Thai, with a way on."""

import pytest
from django.test import Client, RequestFactory
from django.views import defaults
from django.views.csrf import csrf_failure


def text(answer) -> str:
    return answer.content.decode()


def test_an_address_that_is_not_there(world, sit):
    answer = sit("arun").get("/scorecards/999999/")
    assert answer.status_code == 404
    assert "ไม่มีหน้านี้" in text(answer)
    assert "ไปยังงานของฉัน" in text(answer)


def test_a_form_that_was_open_for_too_long(world):
    client = Client(enforce_csrf_checks=True)
    client.force_login(world.arun)
    answer = client.post(f"/entries/{world.entry.pk}/", {})
    assert answer.status_code == 403
    assert "เปิดแบบฟอร์มไว้นานเกินไป" in text(answer)


@pytest.mark.parametrize("number", [400, 403, 500])
def test_the_other_error_pages(number):
    request = RequestFactory().get("/")
    views = {
        400: lambda: defaults.bad_request(request, ValueError()),
        403: lambda: defaults.permission_denied(request, ValueError()),
        500: lambda: defaults.server_error(request),
    }
    answer = views[number]()
    assert answer.status_code == number
    assert "ไปยังงานของฉัน" in text(answer)
    assert csrf_failure(request).status_code == 403
