"""Opening, saving and checking a form of 301 indicators with 1,505 levels, against one with 30: ratios in one run.

    .venv/bin/python -m benchmarks.framework_editor

Everything goes through Django's test client on a database of its own; the median of nine tries each.
"""

import os
import statistics
import time

os.environ.setdefault("DJANGO_SETTINGS_MODULE", "tests.settings")

import django

django.setup()

from django.conf import settings
from django.contrib.auth.models import User
from django.test import Client
from django.test.utils import get_runner, setup_test_environment

from indicators.draft_problems import problems_of_draft
from indicators.editing import Place
from indicators.editor_pages import part_form, place_url
from indicators.publishing import load_framework
from scorecards.models import Agency, Membership, Ministry
from tests.editor.forms import posted

TRIES = 9


def form_of(count: int) -> dict:
    """A form with this many indicators, thirty to a component, five levels each."""
    levels = [{"at": str(60 + 10 * n), "score": str(n + 1), "rule": "linear"} for n in range(5)]
    components = []
    for first in range(0, count, 30):
        number = first // 30 + 1
        indicators = [
            {
                "code": f"{number}.{n + 1}",
                "name": {"th": f"ร้อยละความสำเร็จของการดำเนินงานตามแผนปฏิบัติราชการ ลำดับที่ {first + n + 1}"},
                "unit": {"th": "ร้อยละ"},
                "weight": "0.1",
                "definition": {"th": "คำอธิบายตัวชี้วัด " * 20},
                "rubric": {
                    "key": "r",
                    "kind": "measure",
                    "title": {"th": "ร้อยละ"},
                    "floor": "1",
                    "levels": levels,
                },
            }
            for n in range(min(30, count - first))
        ]
        components.append(
            {"code": str(number), "name": {"th": f"องค์ประกอบ {number}"}, "indicators": indicators}
        )
    return {
        "format": "kpi-framework/1", "code": f"big-{count}", "version": 1, "year": 2570, "name": {"th": "แบบใหญ่"},
        "extract": True, "scale": {"min": "1", "max": "5"}, "rounds": [6, 12], "components": components,
    }  # fmt: skip


def median(action) -> float:
    """Milliseconds."""
    tries = []
    for number in range(TRIES):
        start = time.perf_counter()
        action(number)
        tries.append((time.perf_counter() - start) * 1000)
    return statistics.median(tries)


def measure(count: int, browser: Client) -> dict[str, float]:
    draft = load_framework(form_of(count))
    place = Place(draft.indicators.filter(kind="indicator").first().pk)
    url = place_url(draft, place)

    def save(number):
        data = posted(part_form(draft, place))
        data["weight"] = f"0.{number + 2}"
        start = time.perf_counter()
        assert browser.post(url, data, headers={"hx-request": "true"}).status_code == 200
        return time.perf_counter() - start

    browser.get(url)
    saves = statistics.median(save(number) * 1000 for number in range(TRIES))
    return {"open": median(lambda _n: browser.get(url)), "save": saves,
            "check": median(lambda _n: problems_of_draft(draft))}  # fmt: skip


def main():
    setup_test_environment()
    runner = get_runner(settings)(verbosity=0, interactive=False)
    database = runner.setup_databases()
    try:
        ministry = Ministry.objects.create(code="m", name_th="กระทรวง")
        agency = Agency.objects.create(code="a", name_th="หน่วยงาน", ministry=ministry, kind="central")
        user = User.objects.create_user("administrator")
        Membership.objects.create(user=user, agency=agency, role="administrator")
        browser = Client()
        browser.force_login(user)
        small, large = measure(30, browser), measure(301, browser)
        for name, took in small.items():
            print(
                f"{name:6} 30: {took:6.1f} ms   301: {large[name]:6.1f} ms   ratio {large[name] / took:4.2f}"
            )
    finally:
        runner.teardown_databases(database)


if __name__ == "__main__":
    main()
