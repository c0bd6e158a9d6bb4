"""Reminders: what was told to whom, and which of them a person wants by e-mail."""

import datetime as dt

from django.conf import settings
from django.db import models
from django.db.models import Q
from django.urls import reverse
from django.utils.translation import gettext_lazy as _

from scorecards.models.work import Entry, Scorecard


class Occasion(models.TextChoices):
    """What people are reminded of. Labels are what the page of choices says."""

    OPENED = "opened", _("A round opens")
    CLOSING_14 = "closing_14", _("14 days before closing")
    CLOSING_7 = "closing_7", _("7 days before closing")
    CLOSING_3 = "closing_3", _("3 days before closing")
    CLOSING_1 = "closing_1", _("1 day before closing")
    RETURNED = "returned", _("A report is returned for correction")
    EXTENDED = "extended", _("The deadline is extended")
    SENT_BACK = "sent_back", _("An indicator is sent back to me")
    TIME_ASKED = "time_asked", _("An agency asks for more time")
    TIME_REFUSED = "time_refused", _("More time that I asked for is not granted")


class NoticeQuerySet(models.QuerySet):
    def to_mail(self, moment: dt.datetime) -> "NoticeQuerySet":
        """Those whose mail may be tried at this moment: it waits, nobody holds it, and there is an address."""
        return self.exclude(person__email="").filter(mail=Notice.Mail.WAITING, try_at__lte=moment)

    def with_subject(self) -> "NoticeQuerySet":
        """Each with all that its sentence and its link need."""
        return self.select_related(
            "scorecard__agency", "scorecard__framework", "scorecard__round__year", "entry__indicator"
        )


class Notice(models.Model):
    """One person told of one occasion. The row is the record of "once" (its key names the occasion, the subject and,
    for a closing, the moment it speaks of) and the outbox of its mail."""

    class Mail(models.TextChoices):
        WAITING = "waiting", _("Mail is waiting")
        SENT = "sent", _("Mail was sent")
        NOT_WANTED = "not_wanted", _("Mail is not wanted")
        OVERTAKEN = "overtaken", _("Mail is no longer of use")
        FAILED = "failed", _("Mail failed")

    person = models.ForeignKey(settings.AUTH_USER_MODEL, models.CASCADE, related_name="notices")
    scorecard = models.ForeignKey(Scorecard, on_delete=models.CASCADE, related_name="notices")
    entry = models.ForeignKey(Entry, models.CASCADE, null=True, blank=True, related_name="notices")
    occasion = models.CharField(max_length=12, choices=Occasion.choices)
    key = models.CharField(max_length=80)
    made_at = models.DateTimeField()
    seen_at = models.DateTimeField(null=True, blank=True)
    mail = models.CharField(max_length=12, choices=Mail.choices, default=Mail.WAITING)
    attempts = models.PositiveSmallIntegerField(default=0)
    # Not tried before: the pause after a failure, and the lease of the process that is sending it (claimed_by).
    try_at = models.DateTimeField()
    claimed_by = models.UUIDField(null=True, blank=True)
    sent_at = models.DateTimeField(null=True, blank=True)
    last_error = models.CharField(max_length=300, blank=True)

    objects = NoticeQuerySet.as_manager()

    class Meta:
        ordering = ["-made_at", "-pk"]
        constraints = [
            models.UniqueConstraint(fields=["person", "key"], name="notice_once_per_person"),
            models.CheckConstraint(
                condition=Q(mail="sent", sent_at__isnull=False) | ~Q(mail="sent") & Q(sent_at=None),
                name="notice_sent_at_some_moment",
            ),
        ]
        indexes = [models.Index(fields=["mail", "try_at"], name="notice_outbox")]

    def __str__(self) -> str:
        return f"{self.person_id} · {self.key}"

    @property
    def url(self) -> str:
        """The page where what is asked can be done."""
        if self.entry_id:
            return reverse("entry", args=[self.entry_id])
        if self.occasion == Occasion.TIME_ASKED:
            return reverse("answer_time", args=[self.scorecard_id])
        return reverse("scorecard", args=[self.scorecard_id])


class MailChoice(models.Model):
    """What a person does not want by e-mail, and the language of their mails. Without a row: all, in Thai."""

    person = models.OneToOneField(settings.AUTH_USER_MODEL, models.CASCADE, related_name="mail_choice")
    unwanted = models.JSONField(default=list, blank=True)
    language = models.CharField(max_length=7, choices=settings.LANGUAGES, default=settings.LANGUAGE_CODE)

    def __str__(self) -> str:
        return f"{self.person}: {self.language}"
