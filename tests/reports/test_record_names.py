"""The name of a record that is not built again: whatever would change the record changes the key of its name."""

import re

import pytest
from django.contrib.auth.models import User
from django.core.cache import cache
from django.db import DatabaseError, connection, models, transaction
from django.test.utils import CaptureQueriesContext

from indicators.models import FiscalYear, Framework, Indicator
from reports import record_names
from reports.record import NothingToPrint, build_record, record_hash, rows_of
from scorecards.models import Agency, History, Ministry, Publication, Round, Scorecard, Submission
from tests.reports import samples

READ = (
    Agency, FiscalYear, Framework, History, Indicator, Ministry, Publication, Round, Scorecard, Submission, User,
)  # fmt: skip
CHOICES = [("th", "arabic"), ("th", "thai"), ("en", "arabic")]


def fresh(sample):
    return Scorecard.objects.get(pk=sample.scorecard.pk)


def built(sample, language="th", digits="arabic"):
    return record_hash(build_record(fresh(sample), language=language, digits=digits))


def named(sample, language="th", digits="arabic"):
    return record_names.record_hash_of(fresh(sample), language=language, digits=digits)


def key(sample, language="th", digits="arabic"):
    return record_names.key_of(rows_of(fresh(sample), language=language, light=True), digits=digits)


def queries_of(work):
    with CaptureQueriesContext(connection) as found:
        work()
    return [one["sql"] for one in found]


def other_value(field, row):
    """Another value of a field of the same type; None for a field that this test leaves alone."""
    value = getattr(row, field.attname)
    if isinstance(field, models.CharField | models.TextField):
        return f"{value}ก"[-field.max_length :] if field.max_length else f"{value}ก"
    if isinstance(field, models.IntegerField) and not field.primary_key:
        return (value or 0) + 1
    return None


def changed_fields(row):
    """Change each field of a row by itself, as far as the database lets it; what was changed is undone again."""
    for field in row._meta.concrete_fields:
        value = other_value(field, row)
        if value is None:
            continue
        try:
            with transaction.atomic():
                type(row).objects.filter(pk=row.pk).update(**{field.attname: value})
                yield field.name
                raise Undone
        except (Undone, DatabaseError):
            continue


class Undone(Exception):
    """Ends a savepoint."""


def test_it_is_the_name_that_the_built_record_has(sample):
    for choice in CHOICES:
        assert named(sample, *choice) == built(sample, *choice) == named(sample, *choice)
    assert len({named(sample, *choice) for choice in CHOICES}) == 3


def test_before_any_submission_it_is_refused(db):
    agency, _people = samples.office("early")
    framework, _document = samples.form("moi-ict-2556")
    with pytest.raises(NothingToPrint):
        record_names.record_hash_of(
            samples.blank_scorecard(agency, framework), language="th", digits="arabic"
        )


def test_no_field_that_a_record_reads_changes_it_without_its_key(sample):
    before, touched = built(sample), set()
    names = {key(sample): before}
    for row in [row for model in READ for row in model.objects.all()]:
        for field in changed_fields(row):
            name, place = built(sample), f"{type(row).__name__}.{field}"
            assert names.setdefault(key(sample), name) == name, place
            if name != before:
                touched.add(place)
    assert {
        "Agency.name_th",
        "Ministry.name_th",
        "User.first_name",
        "History.value",
        "Round.months",
    } <= touched


def test_a_record_reads_no_other_table_than_those_that_the_key_knows(sample):
    known = {model._meta.db_table for model in READ}
    read = {
        name
        for sql in queries_of(lambda: built(sample))
        for name in re.findall(r'(?:FROM|JOIN) "(\w+)"', sql)
    }
    assert read <= known


def test_a_new_submission_and_a_new_publication_have_their_own_names(sample):
    first = named(sample)
    submission = samples.sent(sample.scorecard, sample.document, sample.people, number=2)
    second = named(sample)
    samples.published(submission, sample.document, number=2)
    assert len({first, second, named(sample)}) == 3
    assert named(sample) == built(sample)


def test_the_address_and_the_program_are_part_of_it(sample, settings, monkeypatch):
    before = key(sample)
    settings.SITE_URL = "https://kpi.example"
    there = key(sample)
    monkeypatch.setattr(record_names, "program", lambda: "another edition")
    assert len({before, there, key(sample)}) == 3


def test_a_record_whose_name_is_known_is_not_read_again(sample):
    first = named(sample)
    again = queries_of(lambda: named(sample))
    assert not any('"scored"' in sql or '"document"' in sql for sql in again)
    cache.clear()
    assert any('"scored"' in sql for sql in queries_of(lambda: named(sample)))
    assert named(sample) == first
