"""The journey of a scorecard: agencies and people, rounds, answers, submissions, rulings, publications, events."""

from django.conf import settings
from django.db import models
from django.db.models import Q
from django.utils import timezone
from django.utils.translation import gettext_lazy as _

from indicators.models import FiscalYear, Framework, Indicator, in_language
from scorecards.states import OVERSEEING_ROLES, Decision, EntryState, Role, ScorecardState


class Ministry(models.Model):
    code = models.SlugField(max_length=40, unique=True)
    name_th = models.CharField(max_length=300)
    name_en = models.CharField(max_length=300, blank=True)

    class Meta:
        ordering = ["name_th"]
        verbose_name_plural = "ministries"

    def __str__(self):
        return in_language(self.name_th, self.name_en)


class Agency(models.Model):
    class Kind(models.TextChoices):
        DEPARTMENT = "department", _("Department")
        PROVINCE = "province", _("Province")
        PUBLIC_ORGANISATION = "public_organisation", _("Public organisation")
        OFFICE = "office", _("Office within a ministry")
        STATE_ENTERPRISE = "state_enterprise", _("State enterprise")
        CENTRAL = "central", _("Central assessing office")

    code = models.SlugField(max_length=40, unique=True)
    name_th = models.CharField(max_length=300)
    name_en = models.CharField(max_length=300, blank=True)
    kind = models.CharField(max_length=24, choices=Kind.choices)
    ministry = models.ForeignKey(Ministry, on_delete=models.PROTECT, related_name="agencies")

    class Meta:
        ordering = ["name_th"]
        verbose_name_plural = "agencies"

    def __str__(self):
        return self.name

    @property
    def name(self) -> str:
        return in_language(self.name_th, self.name_en)


class Membership(models.Model):
    """Who somebody is where. Roles of the assessing side (reviewer … observer) are memberships of OPDC."""

    user = models.ForeignKey(settings.AUTH_USER_MODEL, on_delete=models.PROTECT, related_name="memberships")
    agency = models.ForeignKey(Agency, on_delete=models.PROTECT, related_name="memberships")
    role = models.CharField(max_length=16, choices=Role.choices)

    class Meta:
        constraints = [models.UniqueConstraint(fields=["user", "agency", "role"], name="membership_unique")]

    def __str__(self):
        return f"{self.user} · {self.get_role_display()} · {self.agency}"


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

    def __str__(self):
        return f"{self.year} / {self.months}"

    @property
    def is_open(self) -> bool:
        return self.opens_at <= timezone.now() < self.closes_at


def _seen_by_the_assessing_side(user) -> Q:
    roles = set(user.memberships.values_list("role", flat=True))
    if roles & OVERSEEING_ROLES:
        return Q()
    return Q(reviewers=user) if Role.REVIEWER in roles else Q(pk__in=[])


class ScorecardQuerySet(models.QuerySet):
    def visible_to(self, user):
        """The scorecards this person may open: those of the own agencies; those assigned for review once they were
        sent; for chiefs, administrators and observers all that were ever sent. Nobody sees another agency's draft."""
        if not user.is_authenticated:
            return self.none()
        own = Q(agency__memberships__user=user)
        sent = Q(submissions__isnull=False)
        return self.filter(own | (sent & _seen_by_the_assessing_side(user))).distinct()

    def of_form(self, code: str):
        """Those under a form of this code, in any version, an agency's own ones too."""
        return self.filter(Q(framework__code=code) | Q(framework__variant_of__code=code))

    def with_progress(self):
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

    objects = ScorecardQuerySet.as_manager()

    class Meta:
        ordering = ["agency__name_th", "framework", "round"]
        constraints = [
            models.UniqueConstraint(fields=["agency", "framework", "round"], name="scorecard_unique"),
        ]

    def __str__(self):
        return f"{self.agency} · {self.framework.name} · {self.round}"


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
    updated_by = models.ForeignKey(
        settings.AUTH_USER_MODEL, models.PROTECT, null=True, blank=True, related_name="+"
    )
    updated_at = models.DateTimeField(auto_now=True)
    # Whose result this is, where the indicator is shared (sharing.py).
    host = models.ForeignKey(Agency, models.PROTECT, null=True, blank=True, related_name="hosted_entries")

    class Meta:
        ordering = ["scorecard", "indicator__position"]
        verbose_name_plural = "entries"
        constraints = [models.UniqueConstraint(fields=["scorecard", "indicator"], name="entry_unique")]

    def __str__(self):
        return f"{self.indicator} · {self.scorecard}"


class Answer(models.Model):
    """What the agency says of one criterion. `content` is the long form of an answer (indicators.scoring): numbers
    are decimal text as understood; `typed` keeps them exactly as typed."""

    entry = models.ForeignKey(Entry, on_delete=models.PROTECT, related_name="answers")
    criterion_key = models.CharField(max_length=40)
    content = models.JSONField(default=dict, blank=True)
    typed = models.JSONField(default=dict, blank=True)
    note = models.TextField(_("detail"), blank=True)
    version = models.PositiveIntegerField(default=0)
    updated_by = models.ForeignKey(
        settings.AUTH_USER_MODEL, models.PROTECT, null=True, blank=True, related_name="+"
    )
    updated_at = models.DateTimeField(auto_now=True)

    class Meta:
        constraints = [models.UniqueConstraint(fields=["entry", "criterion_key"], name="answer_unique")]

    def __str__(self):
        return f"{self.entry_id}/{self.criterion_key}"


class Submission(models.Model):
    """The frozen snapshot of what an agency sent: framework hash, answers, narrative, evidence hashes, scored tree."""

    scorecard = models.ForeignKey(Scorecard, on_delete=models.PROTECT, related_name="submissions")
    number = models.PositiveSmallIntegerField()
    framework_hash = models.CharField(max_length=64)
    # {"answers": {indicator code: {...}}, "narrative": {...}, "notes": {...}, "evidence": [...], "people": {...}}
    content = models.JSONField()
    scored = models.JSONField(_("derivation of the whole scorecard (node document)"))
    content_hash = models.CharField(max_length=64)
    submitted_by = models.ForeignKey(settings.AUTH_USER_MODEL, models.PROTECT, related_name="+")
    submitted_at = models.DateTimeField()

    class Meta:
        ordering = ["scorecard", "-number"]
        constraints = [
            models.UniqueConstraint(fields=["scorecard", "number"], name="submission_number_unique")
        ]

    def __str__(self):
        return f"{self.scorecard} #{self.number}"


class Ruling(models.Model):
    """A reviewer's decision on one criterion of one submission. `content` is the answer that then holds."""

    submission = models.ForeignKey(Submission, on_delete=models.PROTECT, related_name="rulings")
    indicator = models.ForeignKey(Indicator, on_delete=models.PROTECT, related_name="+")
    criterion_key = models.CharField(max_length=40)
    decision = models.CharField(max_length=8, choices=Decision.choices)
    content = models.JSONField(default=dict, blank=True)
    reason = models.TextField(blank=True)
    reviewer = models.ForeignKey(settings.AUTH_USER_MODEL, models.PROTECT, related_name="+")
    version = models.PositiveIntegerField(default=0)
    updated_at = models.DateTimeField(auto_now=True)

    class Meta:
        constraints = [
            models.UniqueConstraint(
                fields=["submission", "indicator", "criterion_key"], name="ruling_unique"
            ),
            models.CheckConstraint(
                condition=Q(decision="agree") | ~Q(reason=""),
                name="ruling_that_differs_has_a_reason",
                violation_error_message=_(
                    "Say why: a ruling that differs from the agency's answer needs a reason."
                ),
            ),
        ]

    def __str__(self):
        return f"{self.submission_id}/{self.criterion_key}: {self.decision}"


class Publication(models.Model):
    """The frozen official record of a scorecard: the rulings, the answers that hold, the official scored tree."""

    scorecard = models.ForeignKey(Scorecard, on_delete=models.PROTECT, related_name="publications")
    submission = models.ForeignKey(Submission, on_delete=models.PROTECT, related_name="publications")
    number = models.PositiveSmallIntegerField()
    content = models.JSONField()  # {"answers": …, "rulings": {code: {key: {decision, reason, content}}}}
    scored = models.JSONField()
    content_hash = models.CharField(max_length=64)
    approved_by = models.ForeignKey(settings.AUTH_USER_MODEL, models.PROTECT, related_name="+")
    published_by = models.ForeignKey(settings.AUTH_USER_MODEL, models.PROTECT, related_name="+")
    published_at = models.DateTimeField()

    class Meta:
        ordering = ["scorecard", "-number"]
        constraints = [
            models.UniqueConstraint(fields=["scorecard", "number"], name="publication_number_unique"),
            models.CheckConstraint(
                condition=~Q(approved_by=models.F("published_by")), name="publishing_takes_two_people"
            ),
        ]

    def __str__(self):
        return f"{self.scorecard} · publication {self.number}"


class History(models.Model):
    """A result of an earlier year of an indicator at an agency, as known before this system or from a publication."""

    agency = models.ForeignKey(Agency, on_delete=models.PROTECT, related_name="history")
    indicator = models.ForeignKey(Indicator, on_delete=models.PROTECT, related_name="history")
    year = models.PositiveSmallIntegerField(_("fiscal year (B.E.)"))
    value = models.CharField(max_length=200)

    class Meta:
        ordering = ["year"]
        verbose_name_plural = "history"
        constraints = [
            models.UniqueConstraint(fields=["agency", "indicator", "year"], name="history_unique"),
            models.CheckConstraint(
                condition=Q(year__gte=2500, year__lte=2700), name="history_year_is_buddhist"
            ),
        ]

    def __str__(self):
        return f"{self.year}: {self.value}"


class Event(models.Model):
    """What happened, append-only, chained by hash within an agency (scorecards/events.py writes and verifies)."""

    agency = models.ForeignKey(Agency, on_delete=models.PROTECT, related_name="events")
    number = models.PositiveIntegerField()
    at = models.DateTimeField()
    actor = models.ForeignKey(
        settings.AUTH_USER_MODEL, models.PROTECT, null=True, blank=True, related_name="+"
    )
    action = models.CharField(max_length=40)
    subject = models.CharField(max_length=120)  # "scorecard:12", "entry:7/step4"
    scorecard = models.ForeignKey(Scorecard, models.PROTECT, null=True, related_name="events")
    before = models.JSONField(default=dict, blank=True)
    after = models.JSONField(default=dict, blank=True)
    reason = models.TextField(blank=True)
    request_key = models.CharField(_("idempotency key"), max_length=64, null=True, blank=True, unique=True)
    previous_hash = models.CharField(max_length=64, blank=True)
    hash = models.CharField(max_length=64)

    class Meta:
        ordering = ["agency", "number"]
        constraints = [models.UniqueConstraint(fields=["agency", "number"], name="event_number_unique")]

    def __str__(self):
        return f"{self.agency_id}#{self.number} {self.action}"


class Assignment(models.Model):
    """A year's form given to an agency: `tailoring` is what is the agency's own (indicators/tailoring.py), `form` the
    published framework that its scorecards are opened with."""

    agency = models.ForeignKey(Agency, on_delete=models.PROTECT, related_name="assignments")
    framework = models.ForeignKey(Framework, on_delete=models.PROTECT, related_name="assignments")
    form = models.ForeignKey(Framework, on_delete=models.PROTECT, related_name="+")
    tailoring = models.JSONField(default=dict, blank=True)
    hosts = models.JSONField(default=dict, blank=True)
    version = models.PositiveIntegerField(default=0)

    class Meta:
        ordering = ["agency__name_th"]
        constraints = [models.UniqueConstraint(fields=["agency", "framework"], name="assignment_unique")]

    def __str__(self):
        return f"{self.agency} · {self.framework}"


class Owner(models.Model):
    """Who at the agency is responsible for an indicator: shown to the agency, its reviewers and administrators only."""

    class Duty(models.TextChoices):
        SUPERVISOR = "supervisor", _("KPI supervisor")
        COLLECTOR = "collector", _("Data collector")

    assignment = models.ForeignKey(Assignment, on_delete=models.CASCADE, related_name="owners")
    indicator_code = models.CharField(max_length=40)
    duty = models.CharField(max_length=12, choices=Duty.choices)
    name = models.CharField(max_length=300)
    telephone = models.CharField(max_length=60, blank=True)
    email = models.EmailField(blank=True)

    class Meta:
        ordering = ["assignment", "indicator_code", "-duty", "pk"]

    def __str__(self):
        return f"{self.indicator_code} · {self.name}"
