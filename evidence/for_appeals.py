"""Files and public pages brought with an appeal: they come in like all evidence, and are frozen when it is sent. Reads
only."""

from evidence.criteria import APPEAL
from evidence.models import Evidence, Link
from evidence.permissions import sent_with_appeals
from evidence.reading import sent_file, sent_link, with_versions
from scorecards.models import Entry


def brought(entry: Entry) -> list[dict]:
    """What stands ready to be sent with an appeal on this indicator, as rows of a submission's evidence."""
    place = {"entry": entry, "criterion_key": APPEAL}
    gone = sent_with_appeals(entry.scorecard_id)
    rows = Evidence.objects.filter(**place, withdrawn_at__isnull=True).select_related("entry__indicator")
    links = Link.objects.live().filter(**place).select_related("entry__indicator")
    files = [one for one in with_versions(rows) if not one.is_held]
    found = [*map(sent_file, files), *map(sent_link, links)]
    return [one for one in found if one["id"] not in gone]
