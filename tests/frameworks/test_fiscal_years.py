"""Fiscal years: counted in the Buddhist era, from October to September."""

import datetime as dt

from indicators.models import FiscalYear, fiscal_year_at


def test_a_fiscal_year_turns_at_midnight_of_the_first_of_october_in_bangkok():
    year, instant = FiscalYear(year=2562), dt.timedelta(microseconds=1)
    starts, ends = (moment.astimezone(dt.UTC) for moment in (year.starts_at, year.ends_at))
    assert starts == dt.datetime(2018, 9, 30, 17, tzinfo=dt.UTC)
    assert fiscal_year_at(starts) == fiscal_year_at(ends - instant) == 2562
    assert (fiscal_year_at(starts - instant), fiscal_year_at(ends)) == (2561, 2563)
