"""Dates as they are typed here, and the warning where a period is not within the fiscal year."""

import datetime as dt

import pytest
from django.core.exceptions import ValidationError
from django.utils import translation

from evidence.forms import ParticularsForm
from evidence.intake import receive
from evidence.particulars import Particulars
from evidence.periods import outside, period_of
from indicators.models import FiscalYear
from indicators.refusals import Refused
from scorecards.presenting.date_fields import DayField, parse_day
from scorecards.presenting.dates import day_of

DAY = dt.date(2019, 3, 21)
MONTHS = "มกราคม กุมภาพันธ์ มีนาคม เมษายน พฤษภาคม มิถุนายน กรกฎาคม สิงหาคม กันยายน ตุลาคม พฤศจิกายน ธันวาคม"
SHORT = "ม.ค. ก.พ. มี.ค. เม.ย. พ.ค. มิ.ย. ก.ค. ส.ค. ก.ย. ต.ค. พ.ย. ธ.ค."


@pytest.mark.parametrize(
    "text",
    ["21/3/2562", "21-03-2562", "21.3.2562", "21 3 2562", "๒๑/๓/๒๕๖๒", "21 มี.ค. 2562", "21มีค2562", "๒๑ มีนาคม ๒๕๖๒",
     "21 มีนาคม พ.ศ. 2562", "21 Mar 2019", "21 march 2019", "21/3/2019", "2019-03-21", "2562-03-21", " 21/3/2562 "],
)  # fmt: skip
def test_a_date_is_understood(text):
    assert parse_day(text) == DAY
    assert parse_day(day_of(DAY)) == DAY


@pytest.mark.parametrize(
    "text",
    ["31/2/2562", "0/1/2562", "32/1/2562", "1/13/2562", "21/3/62", "21/3", "มีนาคม 2562", "21 กันยา 2562", "x",
     "21/3/25622", "21//2562", "-1/3/2562", "1e1/3/2562", "21/3/0000", "๒๑/๓/๐๐๐๐", "21 3", "٢١/٣/٢٥٦٢", "NaN"],
)  # fmt: skip
def test_what_is_no_date_is_refused_with_how_to_type_one(text):
    with pytest.raises(ValidationError, match="21/3/2562"):
        DayField().clean(text)


@pytest.mark.parametrize("month", range(1, 13))
def test_every_thai_month_in_full_and_short(month):
    full, short = MONTHS.split()[month - 1], SHORT.split()[month - 1]
    for name in (full, short, short.replace(".", "")):
        assert parse_day(f"1 {name} 2562") == dt.date(2019, month, 1)


def test_a_period_is_shown_in_the_buddhist_era():
    with translation.override("th"):
        assert period_of(dt.date(2018, 10, 1), DAY) == "1 ต.ค. 2561 – 21 มี.ค. 2562"
        assert period_of(DAY, DAY) == "21 มี.ค. 2562"
    assert period_of(None, None) == ""


@pytest.mark.parametrize(
    ("first", "last", "warned"),
    [
        (None, None, False),
        (dt.date(2018, 10, 1), dt.date(2019, 9, 30), False),
        (dt.date(2018, 9, 30), dt.date(2019, 3, 1), True),
        (dt.date(2019, 3, 1), dt.date(2019, 10, 1), True),
        (dt.date(2017, 3, 1), dt.date(2017, 4, 1), True),
        (dt.date(2020, 3, 1), None, True),
        (None, dt.date(2018, 10, 1), False),
    ],
)
def test_a_period_outside_the_year_is_said(first, last, warned):
    assert bool(outside(first, last, year=FiscalYear(year=2562))) == warned


@pytest.mark.django_db
def test_a_period_outside_the_year_never_stops_anybody(place, upload):
    said = Particulars(covers_from=dt.date(2001, 1, 1), covers_to=dt.date(2001, 2, 1))
    found = receive(place.entry, "s1", actor=place.collector, upload=upload(), said=said)
    assert (found.covers_from, found.covers_to) == (said.covers_from, said.covers_to)


@pytest.mark.django_db
def test_a_period_that_ends_before_it_begins_is_refused(place, upload):
    said = Particulars(covers_from=DAY, covers_to=dt.date(2019, 3, 20))
    with pytest.raises(Refused):
        receive(place.entry, "s1", actor=place.collector, upload=upload(), said=said)


def test_the_form_reads_and_shows_back_what_was_understood():
    form = ParticularsForm({"covers_from": "๒๑ มี.ค. ๒๕๖๒", "covers_to": "", "pages": "", "secrecy": ""})
    assert form.is_valid()
    assert form.said == Particulars(covers_from=DAY)
    assert 'value="21 มี.ค. 2562"' in str(ParticularsForm(initial={"covers_from": DAY})["covers_from"])
    assert not ParticularsForm({"covers_from": "เมื่อวาน"}).is_valid()


@pytest.mark.parametrize("said", [Particulars(), Particulars("3", DAY, None, "confidential")])
def test_particulars_survive_as_json(said):
    assert Particulars.from_json(said.as_json()) == said
