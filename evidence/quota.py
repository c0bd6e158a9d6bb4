"""How much an agency may keep here. Withdrawn files and earlier versions count: their bytes stay."""

from django.conf import settings
from django.db.models import QuerySet, Sum
from django.template.defaultfilters import filesizeformat
from django.utils.translation import gettext as _

from evidence.models import Evidence, Upload
from indicators.refusals import Refused
from scorecards.models import Agency
from scorecards.prepared import prepared

WORTH_SAYING = 80  # percent


def used_by(agency: Agency) -> int:
    """The bytes that an agency has in the store; a file used at several criteria counts once."""
    return sum(_sizes_at(agency=agency.pk))


@prepared
def _sizes_at(agency: int) -> QuerySet[Evidence, int]:
    rows = Evidence.objects.first_uses().filter(entry__scorecard__agency=agency).order_by()
    of_agency = rows.values("entry__scorecard__agency").annotate(total=Sum("size"))
    return of_agency.values_list("total", flat=True)


def arriving_at(agency: Agency) -> int:
    """The bytes of an agency's uploads that lie aside and are not evidence yet."""
    rows = Upload.objects.filter(entry__scorecard__agency=agency, evidence=None)
    return rows.aggregate(total=Sum("received"))["total"] or 0


def refuse_beyond(agency: Agency, *, size: int) -> None:
    """Refused where `size` more bytes would be more than the agency may keep."""
    used, limit = used_by(agency), settings.EVIDENCE_AGENCY_QUOTA_BYTES
    if used + size > limit:
        raise Refused(
            [
                _(
                    "The agency has used %(used)s of its %(limit)s for evidence: %(size)s more does not fit. Use a "
                    "file that is here already, make the file smaller, or ask OPDC for more room."
                )
                % {
                    "used": filesizeformat(used),
                    "limit": filesizeformat(limit),
                    "size": filesizeformat(size),
                }
            ]
        )


def nearly_full(agency: Agency) -> str:
    """ "Used 4.2 GB of 5.0 GB" from 80 % on; "" before."""
    used, limit = used_by(agency), settings.EVIDENCE_AGENCY_QUOTA_BYTES
    if used * 100 < limit * WORTH_SAYING:
        return ""
    return _("Used %(used)s of %(limit)s") % {"used": filesizeformat(used), "limit": filesizeformat(limit)}
