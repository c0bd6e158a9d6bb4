"""What is measured: fiscal years, yearly frameworks and the tree of components and indicators in them."""

import datetime as dt
from zoneinfo import ZoneInfo

from django.conf import settings
from django.db import models
from django.db.models import Q
from django.utils.translation import get_language, pgettext_lazy
from django.utils.translation import gettext_lazy as _

BANGKOK = ZoneInfo("Asia/Bangkok")


def in_language(thai: str, english: str) -> str:
    """The text for the reader's language; Thai when there is no English."""
    return english if english and (get_language() or "th").startswith("en") else thai


class FiscalYear(models.Model):
    """A Thai fiscal year, stored as the Buddhist year people say (พ.ศ.): 2562 is 1 Oct 2018 – 30 Sep 2019."""

    year = models.PositiveSmallIntegerField(_("fiscal year (B.E.)"), unique=True)

    class Meta:
        ordering = ["-year"]
        constraints = [
            models.CheckConstraint(
                condition=Q(year__gte=2500, year__lte=2700),
                name="fiscal_year_is_buddhist",
                violation_error_message=_("A fiscal year is a Buddhist year between 2500 and 2700."),
            )
        ]

    def __str__(self) -> str:
        return str(self.year)

    @property
    def starts_at(self) -> dt.datetime:
        """Midnight of 1 October in Bangkok."""
        return dt.datetime(self.year - 544, 10, 1, tzinfo=BANGKOK)

    @property
    def ends_at(self) -> dt.datetime:
        """The first moment after the year."""
        return dt.datetime(self.year - 543, 10, 1, tzinfo=BANGKOK)


def fiscal_year_at(moment: dt.datetime) -> int:
    """The fiscal year that runs at a moment; it turns at midnight of 1 October in Bangkok."""
    day = moment.astimezone(BANGKOK)
    return day.year + 543 + (day.month >= 10)


class Framework(models.Model):
    """One year's form for a kind of agency. A draft lives in its rows; once published, `document` is the frozen
    canonical text and `content_hash` its SHA-256 (docs/decisions)."""

    class State(models.TextChoices):
        DRAFT = "draft", _("Draft")
        PUBLISHED = "published", pgettext_lazy("form", "Published")

    code = models.CharField(_("code"), max_length=60)
    version = models.PositiveSmallIntegerField(_("version"), default=1)
    year = models.ForeignKey(FiscalYear, on_delete=models.PROTECT, related_name="frameworks")
    name_th = models.CharField(_("name (Thai)"), max_length=500)
    name_en = models.CharField(_("name (English)"), max_length=500, blank=True)
    head = models.JSONField(_("settings of the framework"), default=dict, blank=True)
    state = models.CharField(max_length=12, choices=State.choices, default=State.DRAFT)
    document = models.TextField(_("frozen canonical document"), blank=True)
    content_hash = models.CharField(max_length=64, blank=True)
    published_at = models.DateTimeField(null=True, blank=True)
    published_by = models.ForeignKey(
        settings.AUTH_USER_MODEL, on_delete=models.PROTECT, null=True, blank=True, related_name="+"
    )
    based_on = models.ForeignKey(
        "self", on_delete=models.PROTECT, null=True, blank=True, related_name="successors"
    )
    variant_of = models.ForeignKey(
        "self", on_delete=models.PROTECT, null=True, blank=True, related_name="variants"
    )
    variant_key = models.CharField(max_length=40, blank=True)

    class Meta:
        ordering = ["-year__year", "code", "-version"]
        constraints = [
            models.UniqueConstraint(fields=["code", "version"], name="framework_code_version_unique"),
            models.CheckConstraint(
                condition=Q(state="draft")
                | (~Q(document="") & ~Q(content_hash="") & Q(published_at__isnull=False)),
                name="published_framework_is_frozen",
            ),
        ]

    def __str__(self) -> str:
        return f"{self.name} ({self.code} v{self.version})"

    @property
    def name(self) -> str:
        return in_language(self.name_th, self.name_en)

    @property
    def is_draft(self) -> bool:
        return self.state == self.State.DRAFT


class Indicator(models.Model):
    """A component or an indicator in a framework's tree (adjacency list); `card` holds everything the KPI card
    carries, `rubric` the tree of criteria of a leaf indicator."""

    class Kind(models.TextChoices):
        COMPONENT = "component", _("Component")
        INDICATOR = "indicator", _("Indicator")

    framework = models.ForeignKey(Framework, on_delete=models.CASCADE, related_name="indicators")
    parent = models.ForeignKey(
        "self", on_delete=models.CASCADE, null=True, blank=True, related_name="children"
    )
    position = models.PositiveIntegerField()
    kind = models.CharField(max_length=12, choices=Kind.choices)
    code = models.CharField(_("code"), max_length=40)
    name_th = models.CharField(_("name (Thai)"), max_length=1000)
    name_en = models.CharField(_("name (English)"), max_length=1000, blank=True)
    card = models.JSONField(_("fields of the KPI card"), default=dict, blank=True)
    rubric = models.JSONField(_("rubric"), null=True, blank=True)

    class Meta:
        ordering = ["framework_id", "position"]
        constraints = [
            models.UniqueConstraint(fields=["framework", "kind", "code"], name="indicator_code_unique"),
            models.UniqueConstraint(fields=["framework", "position"], name="indicator_position_unique"),
        ]

    def __str__(self) -> str:
        return f"{self.code} {self.name}"

    @property
    def name(self) -> str:
        return in_language(self.name_th, self.name_en)

    @property
    def is_leaf(self) -> bool:
        """Whether people answer it: it has a rubric of its own."""
        return self.rubric is not None

    def text(self, field: str) -> str:
        """A text field of the card (definition, target, unit …) in the reader's language, or ''."""
        value = self.card.get(field, "")
        return (
            in_language(value.get("th", ""), value.get("en", "")) if isinstance(value, dict) else str(value)
        )


class Edit(models.Model):
    """One change of a draft: who, when, what, and the touched parts before and after (editing.py), for undoing."""

    class Action(models.TextChoices):
        CHANGE = "change", _("changed")
        ADD = "add", _("added")
        DUPLICATE = "duplicate", _("duplicated")
        MOVE = "move", _("moved")
        REMOVE = "remove", _("removed")
        IMPORT = "import", _("brought in from a file")

    framework = models.ForeignKey(Framework, on_delete=models.CASCADE, related_name="edits")
    number = models.PositiveIntegerField()
    at = models.DateTimeField()
    actor = models.ForeignKey(settings.AUTH_USER_MODEL, on_delete=models.PROTECT, related_name="+")
    action = models.CharField(max_length=12, choices=Action.choices)
    subject = models.CharField(max_length=1200)
    before = models.JSONField()
    after = models.JSONField()
    undone_at = models.DateTimeField(null=True, blank=True)
    undone_by = models.ForeignKey(
        settings.AUTH_USER_MODEL, on_delete=models.PROTECT, null=True, blank=True, related_name="+"
    )

    class Meta:
        ordering = ["framework", "-number"]
        constraints = [
            models.UniqueConstraint(fields=["framework", "number"], name="edit_number_unique"),
        ]

    def __str__(self) -> str:
        return f"{self.number}. {self.get_action_display()}: {self.subject}"
