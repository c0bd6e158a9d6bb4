"""A second reviewer gets the files of the drawn indicator, and no others."""

import pytest
from django.urls import reverse
from django.utils import timezone

from evidence.intake import receive
from indicators.models import Indicator
from scorecards.models import Entry, Sample, SampleLine, Scorecard


@pytest.fixture
def files(place, upload, attached, submitted):
    """A file of the indicator and one of its neighbour, both sent, the review concluded."""
    neighbour = Indicator.objects.create(
        framework=place.indicator.framework, position=1, kind="indicator", code="1.2", name_th="อีกตัวชี้วัด",
        rubric=place.indicator.rubric,
    )  # fmt: skip
    entry = Entry.objects.create(scorecard=place.scorecard, indicator=neighbour)
    other = receive(entry, "s1", actor=place.collector, upload=upload("อื่น.pdf"))
    submitted(place.scorecard, attached, other, by=place.head)
    Scorecard.objects.update(state="concluded")
    return attached, other


def draw(place):
    sample = Sample.objects.create(
        framework=place.indicator.framework, round=place.round, number=1, seed="ก", drawn_from=[],
        drawn_by=place.chief, drawn_at=timezone.now(),
    )  # fmt: skip
    submission = place.scorecard.submissions.get()
    return SampleLine.objects.create(sample=sample, submission=submission, indicator=place.indicator)


def statuses(client, files):
    found = []
    for one in files:
        answer = client.get(reverse("evidence_download", args=[one.pk]))
        found.append(answer.status_code)
        if answer.streaming:
            list(answer.streaming_content)  # read to its end, so that the file is closed
    return found


def test_what_is_not_drawn_is_not_found(place, files, as_person):
    assert statuses(as_person("other_reviewer"), files) == [404, 404]


def test_the_files_of_the_drawn_indicator_only(place, files, as_person):
    draw(place)
    assert statuses(as_person("other_reviewer"), files) == [200, 404]
    assert statuses(as_person("stranger"), files) == [404, 404]


def test_a_file_attached_since_is_still_the_agencys_own(place, files, upload, as_person):
    draw(place)
    Scorecard.objects.update(state="open")
    place.entry.refresh_from_db()
    later = receive(place.entry, "s2", actor=place.collector, upload=upload("ภายหลัง.pdf"))
    Scorecard.objects.update(state="concluded")
    assert statuses(as_person("other_reviewer"), [later]) == [404]
