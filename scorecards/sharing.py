"""Shared indicators: one host agency reports the result, the others take it over as soon as it is endorsed there."""

from django.contrib.auth.models import User
from django.db import transaction
from django.utils.translation import gettext as _

from indicators.frozen import rubric_tree
from indicators.models import Framework
from indicators.permissions import require_configurer
from indicators.refusals import Refused
from indicators.scoring import fits
from scorecards.events import record, record_entry
from scorecards.models import NARRATIVE, Answer, Assignment, Entry
from scorecards.states import AGENCY_WORKS, EntryState


@transaction.atomic
def share(assignment: Assignment, hosts: dict[str, str], *, actor: User) -> Assignment:
    """Let these indicators of an agency take their result from a host: {indicator code: code of the host agency}.
    Running work follows at once. Refused for a host without this form, for itself, and for a guest as host."""
    require_configurer(actor)
    assignment = Assignment.objects.select_for_update().get(pk=assignment.pk)
    if assignment.hosts == hosts:
        return assignment
    others = {one.agency.code: one for one in assignment.framework.assignments.select_related("agency")}
    if reasons := [
        reason for code, host in hosts.items() if (reason := _why_not(assignment, others.get(host), code))
    ]:
        raise Refused(reasons)
    before, assignment.hosts = assignment.hosts, hosts
    assignment.save(update_fields=["hosts"])
    subject = f"framework:{assignment.framework.code}"
    record(assignment.agency, actor=actor, action="share", subject=subject, before=before, after=hosts)
    entries = Entry.objects.filter(
        scorecard__agency=assignment.agency,
        scorecard__framework=assignment.form,
        scorecard__state__in=AGENCY_WORKS,
    )
    for entry in entries.select_related("indicator", "scorecard__round", "scorecard__framework"):
        follow(entry, assignment)
    return assignment


def _why_not(assignment: Assignment, host: Assignment | None, code: str) -> str:
    if host is None or host.agency_id == assignment.agency_id:
        return _("Indicator %(code)s: the host must be another agency with this form.") % {"code": code}
    if code in host.hosts:
        return _("Indicator %(code)s: %(host)s takes its result from elsewhere itself.") % {
            "code": code,
            "host": host.agency,
        }
    return ""


def follow(entry: Entry, assignment: Assignment) -> None:
    """Set or clear the host of one entry by its agency's assignment, and take over what is endorsed there already."""
    code = assignment.hosts.get(entry.indicator.code)
    others = assignment.framework.assignments.select_related("agency")
    entry.host = others.get(agency__code=code).agency if code else None
    entry.save(update_fields=["host"])
    source = Entry.objects.filter(
        scorecard__agency=entry.host,
        scorecard__round=entry.scorecard.round,
        indicator__code=entry.indicator.code,
        scorecard__framework__in=_forms(entry.scorecard.framework),
        state=EntryState.ENDORSED,
    ).first()
    if entry.host and source:
        _take_over(entry, source, actor=source.endorsed_by)


def give_to_guests(source: Entry, *, actor: User | None) -> None:
    """After the host's supervisor endorsed: every guest of this indicator and round takes the result over."""
    guests = Entry.objects.select_for_update().filter(
        host=source.scorecard.agency_id,
        indicator__code=source.indicator.code,
        scorecard__round=source.scorecard.round,
        scorecard__framework__in=_forms(source.scorecard.framework),
        scorecard__state__in=AGENCY_WORKS,
    )
    for guest in guests:
        _take_over(guest, source, actor=actor)


def _forms(framework: Framework) -> list[int]:
    base = framework.variant_of or framework
    return [base.pk, *base.variants.values_list("pk", flat=True)]


def _take_over(guest: Entry, source: Entry, *, actor: User | None) -> None:
    rubric = rubric_tree(guest.indicator)
    answers = [one for one in source.answers.all() if fits(rubric, one.criterion_key, one.content)]
    before = {answer.criterion_key: answer.content for answer in guest.answers.all()}
    guest.answers.all().delete()
    Answer.objects.bulk_create(
        Answer(
            entry=guest,
            criterion_key=one.criterion_key,
            content=one.content,
            typed=one.typed,
            note=one.note,
            updated_by=one.updated_by,
        )
        for one in answers
    )
    for name in NARRATIVE:
        setattr(guest, name, getattr(source, name))
    guest.state, guest.endorsed_by, guest.version = EntryState.ENDORSED, actor, guest.version + 1
    guest.save(update_fields=[*NARRATIVE, "state", "endorsed_by", "version", "updated_at"])
    record_entry(
        guest,
        actor=actor,
        action="take_over",
        before=before,
        after={one.criterion_key: one.content for one in answers},
        reason=str(source.scorecard.agency),
    )
