"""Sent inside the transaction of the verb, so that a receiver's refusal undoes it."""

from django.dispatch import Signal

submitted = Signal()  # sender: Submission, submission=
published = Signal()  # sender: Publication, publication=
