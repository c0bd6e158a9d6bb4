"""Sent inside the transaction of the verb."""

from django.dispatch import Signal

framework_published = Signal()  # sender: Framework, framework=
