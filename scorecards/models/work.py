"""The work of a round: scorecards, their indicators, what the agency answers."""

import datetime as dt
from collections.abc import Iterable

from django.conf import settings
from django.contrib.auth.models import AnonymousUser, User
from django.db import models
from django.db.models import Q
from django.urls import reverse
from django.utils import timezone
from django.utils.functional import cached_property
from django.utils.translation import gettext_lazy as _

from indicators.models import FiscalYear, Framework, Indicator
from scorecards.models.people import Agency, memberships_of
from scorecards.states import AGENCY_WORKS, OVERSEEING_ROLES, EntryState, Role, ScorecardState


class Round(models.Model):
    """A reporting round of a fiscal year. Moments are aware; people see them in Asia/Bangkok."""

    class Months(models.IntegerChoices):
        SIX = 6, _("6 months")
        NINE = 9, _("9 months")
        TWELVE = 12, _("12 months")

    year = models.ForeignKey(FiscalYear, on_delete=models.PROTECT, related_name="rounds")
    months = models.PositiveSmallIntegerField(choices=Months.choices)
    opens_at = models.DateTimeField()
    closes_at = models.DateTimeField()
    review_closes_at = models.DateTimeField()

    class Meta:
        ordering = ["-year__year", "months"]
        constraints = [
            models.UniqueConstraint(fields=["year", "months"], name="round_unique"),
            models.CheckConstraint(
                condition=Q(opens_at__lt=models.F("closes_at"), closes_at__lte=models.F("review_closes_at")),
                name="round_dates_in_order",
                violation_error_message=_("A round opens, closes and ends its review in that order."),
            ),
        ]

    def __str__(self) -> str:
        return f"{self.year} / {self.months}"

    @property
    def is_open(self) -> bool:
        return self.opens_at <= timezone.now() < self.closes_at

    @property
    def is_closed(self) -> bool:
        return self.closes_at <= timezone.now()


def _assigned_to(user: User | int | str) -> Q:
    whole = Scorecard.reviewers.through.objects.filter(user=user).values("scorecard")  # type: ignore[misc]
    single = Entry.objects.filter(review_assignments__reviewer=user).order_by().values("scorecard")  # type: ignore[misc]
    return Q(pk__in=whole) | Q(pk__in=single)


class ScorecardQuerySet(models.QuerySet):
    def visible_to(self, user: User | AnonymousUser) -> "ScorecardQuerySet":
        """The scorecards this person may open: those of the own agencies; those assigned for review once they were
        sent; for chiefs, administrators and observers all that were ever sent. Nobody sees another agency's draft."""
        if not user.is_authenticated:
            return self.none()
        held = memberships_of(user)
        agencies, roles = {one.agency_id for one in held}, {one.role for one in held}
        if roles & OVERSEEING_ROLES:
            return self.own_or_sent(agencies)
        if Role.REVIEWER in roles:
            return self.own_or_assigned(agencies, user.pk)
        return self.filter(agency__in=agencies)

    def own_or_sent(self, agencies: Iterable[int]) -> "ScorecardQuerySet":
        """Those of these agencies, and all that were ever sent."""
        return self.filter(Q(agency__in=agencies) | Q(submissions__isnull=False)).distinct()

    def own_or_assigned(self, agencies: Iterable[int], reviewer: int) -> "ScorecardQuerySet":
        """Those of these agencies, and of what was sent those that this person reviews."""
        assigned = Q(submissions__isnull=False) & _assigned_to(reviewer)
        return self.filter(Q(agency__in=agencies) | assigned).distinct()

    def to_compare(self, user: User) -> "ScorecardQuerySet":
        """Those which this person may compare with each other: sent, and not of an agency they belong to."""
        sent = self.visible_to(user).filter(submissions__isnull=False)
        own = {one.agency_id for one in memberships_of(user)}
        return sent.exclude(agency__in=own).distinct()

    def assigned_to(self, user: User | int | str) -> "ScorecardQuerySet":
        """Those that this person reviews, as a whole or in single indicators."""
        return self.filter(_assigned_to(user))

    def of_form(self, code: str) -> "ScorecardQuerySet":
        """Those under a form of this code, in any version, an agency's own ones too."""
        return self.filter(Q(framework__code=code) | Q(framework__variant_of__code=code))

    def open_at(self, moment: dt.datetime) -> "ScorecardQuerySet":
        """Those in which the agency may work at this moment: their round has begun and they are not closed yet."""
        returned = Q(state=ScorecardState.RETURNED)
        by_round = ~returned & Q(round__closes_at__gt=moment)
        to_correct = returned & (
            Q(correction_due_at__gt=moment) | Q(correction_due_at=None, round__review_closes_at__gt=moment)
        )
        open_ = by_round | to_correct | Q(extended_to__gt=moment)
        return self.filter(open_, round__opens_at__lte=moment, state__in=AGENCY_WORKS)

    def with_progress(self) -> "ScorecardQuerySet":
        """Each with `endorsed` and `entries_in_all`, the number of its indicators."""
        done = models.Count("entries", filter=Q(entries__state=EntryState.ENDORSED), distinct=True)
        return self.annotate(endorsed=done, entries_in_all=models.Count("entries", distinct=True))


class Scorecard(models.Model):
    """One agency's form of one framework in one round: the unit that is sent, reviewed and published."""

    agency = models.ForeignKey(Agency, on_delete=models.PROTECT, related_name="scorecards")
    framework = models.ForeignKey(Framework, on_delete=models.PROTECT, related_name="scorecards")
    round = models.ForeignKey(Round, on_delete=models.PROTECT, related_name="scorecards")
    state = models.CharField(max_length=12, choices=ScorecardState.choices, default=ScorecardState.OPEN)
    version = models.PositiveIntegerField(default=0)
    reviewers = models.ManyToManyField(
        settings.AUTH_USER_MODEL, related_name="assigned_scorecards", blank=True
    )
    concluded_by = models.ForeignKey(
        settings.AUTH_USER_MODEL, models.PROTECT, null=True, blank=True, related_name="+"
    )
    approved_by = models.ForeignKey(
        settings.AUTH_USER_MODEL, models.PROTECT, null=True, blank=True, related_name="+"
    )
    updated_at = models.DateTimeField(auto_now=True)
    # The agency's own later closing, and until when a returned scorecard is to be corrected (rounds/deadlines.py).
    extended_to = models.DateTimeField(null=True, blank=True)
    correction_due_at = models.DateTimeField(null=True, blank=True)

    # {indicator code: [self score, official score]} as concluded, exact texts or None; "" is the whole scorecard. The
    # committee compares hundreds of agencies by it without scoring them again; publishing scores the rulings.
    concluded_scores = models.JSONField(default=dict, blank=True)

    # Given by `with_progress`.
    endorsed: int
    entries_in_all: int

    objects = ScorecardQuerySet.as_manager()

    class Meta:
        ordering = ["agency__name_th", "framework", "round"]
        constraints = [
            models.UniqueConstraint(fields=["agency", "framework", "round"], name="scorecard_unique"),
        ]

    def __str__(self) -> str:
        return f"{self.agency} · {self.framework.name} · {self.round}"

    @property
    def closes_at(self) -> dt.datetime:
        """Until when the agency may work: the round's closing, or in a returned scorecard the date set for correcting
        it (without one: the end of the review); later where the agency was given an extension."""
        if self.state == ScorecardState.RETURNED:
            due = self.correction_due_at or self.round.review_closes_at
        else:
            due = self.round.closes_at
        return max(due, self.extended_to) if self.extended_to else due


# Form 001's prose of one indicator: fields of Entry.
NARRATIVE = ("actions_taken", "supporting_factors", "obstacles", "remedies")


class Entry(models.Model):
    """One indicator's work inside a scorecard: its state, its narrative, its version for stale-save checks."""

    scorecard = models.ForeignKey(Scorecard, on_delete=models.PROTECT, related_name="entries")
    indicator = models.ForeignKey(Indicator, on_delete=models.PROTECT, related_name="entries")
    state = models.CharField(max_length=12, choices=EntryState.choices, default=EntryState.DRAFT)
    version = models.PositiveIntegerField(default=0)
    # Form 001: คำชี้แจงการปฏิบัติงาน/มาตรการที่ได้ดำเนินการ, ปัจจัยสนับสนุน, อุปสรรค, and remedies.
    actions_taken = models.TextField(_("explanation of work / measures taken"), blank=True)
    supporting_factors = models.TextField(_("supporting factors"), blank=True)
    obstacles = models.TextField(_("obstacles"), blank=True)
    remedies = models.TextField(_("remedies"), blank=True)
    remark = models.TextField(_("remark of the person who sent it back"), blank=True)
    proposed_by = models.ForeignKey(
        settings.AUTH_USER_MODEL, models.PROTECT, null=True, blank=True, related_name="+"
    )
    endorsed_by = models.ForeignKey(
        settings.AUTH_USER_MODEL, models.PROTECT, null=True, blank=True, related_name="+"
    )
    # Planned and done of the plan's activities (plans.py).
    plan = models.JSONField(default=dict, blank=True)
    updated_by = models.ForeignKey(
        settings.AUTH_USER_MODEL, models.PROTECT, null=True, blank=True, related_name="+"
    )
    updated_at = models.DateTimeField(auto_now=True)
    # Whose result this is, where the indicator is shared (sharing.py).
    host = models.ForeignKey(Agency, models.PROTECT, null=True, blank=True, related_name="hosted_entries")

    class Meta:
        # By the column of the scorecard: its own order would join six tables.
        ordering = ["scorecard_id", "indicator__position"]
        verbose_name_plural = "entries"
        constraints = [models.UniqueConstraint(fields=["scorecard", "indicator"], name="entry_unique")]

    def __str__(self) -> str:
        return f"{self.indicator} · {self.scorecard}"

    def get_absolute_url(self) -> str:
        return self._address

    @cached_property
    def _address(self) -> str:
        return reverse("entry", args=[self.pk])

    def get_state_display(self) -> str:  # type: ignore[no-redef]
        """As Django's, which looks through all labels each time; a scorecard asks once a line."""
        return str(EntryState(self.state).label)


class Answer(models.Model):
    """What the agency says of one criterion. `content` is the long form of an answer (indicators.scoring): numbers
    are decimal text as understood; `typed` keeps them exactly as typed."""

    entry = models.ForeignKey(Entry, on_delete=models.PROTECT, related_name="answers")
    criterion_key = models.CharField(max_length=40)
    content = models.JSONField(default=dict, blank=True)
    typed = models.JSONField(default=dict, blank=True)
    note = models.TextField(_("detail"), blank=True)
    # The months of the earlier round from which it was taken over (answering/prefilling.py); empty once somebody saved
    # it.
    taken_from = models.PositiveSmallIntegerField(null=True, blank=True)
    version = models.PositiveIntegerField(default=0)
    updated_by = models.ForeignKey(
        settings.AUTH_USER_MODEL, models.PROTECT, null=True, blank=True, related_name="+"
    )
    updated_at = models.DateTimeField(auto_now=True)

    class Meta:
        constraints = [models.UniqueConstraint(fields=["entry", "criterion_key"], name="answer_unique")]

    def __str__(self) -> str:
        return f"{self.entry_id}/{self.criterion_key}"
