"""The journey of a scorecard: agencies and people, rounds, answers, submissions, rulings, publications, events."""

from scorecards.models.appeals import Appeal
from scorecards.models.assignments import Assignment, Owner
from scorecards.models.calibration import Reason, Sample, SampleLine, SecondRuling
from scorecards.models.committee import Resolution
from scorecards.models.more_time import TimeRequest
from scorecards.models.people import (
    AddressMail,
    Agency,
    Invitation,
    Membership,
    Ministry,
    PasswordRequest,
    PastMembership,
)
from scorecards.models.publishing import PublishOrder
from scorecards.models.records import Event, History, Publication, Ruling, Submission
from scorecards.models.reminders import MailChoice, Notice, Occasion
from scorecards.models.reviewing import ReviewAssignment, SavedFilter
from scorecards.models.teamwork import Clarification, Comment, Correction, Delegation, FileRuling, Part
from scorecards.models.work import NARRATIVE, Answer, Entry, Round, Scorecard

__all__ = [
    "NARRATIVE",
    "AddressMail",
    "Agency",
    "Answer",
    "Appeal",
    "Assignment",
    "Clarification",
    "Comment",
    "Correction",
    "Delegation",
    "Entry",
    "Event",
    "FileRuling",
    "History",
    "Invitation",
    "MailChoice",
    "Membership",
    "Ministry",
    "Notice",
    "Occasion",
    "Owner",
    "Part",
    "PasswordRequest",
    "PastMembership",
    "Publication",
    "PublishOrder",
    "Reason",
    "Resolution",
    "ReviewAssignment",
    "Round",
    "Ruling",
    "Sample",
    "SampleLine",
    "SavedFilter",
    "Scorecard",
    "SecondRuling",
    "Submission",
    "TimeRequest",
]
