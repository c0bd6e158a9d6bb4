"""How the e-mail address of an account is kept: in small letters, so that signing in and links for a new password find
it however it is typed."""

from typing import Any

from django.contrib.auth.models import User
from django.db.models.signals import pre_save
from django.dispatch import receiver


@receiver(pre_save, sender=User)
def keep_in_small_letters(sender: type[User], instance: User, **kwargs: Any) -> None:
    """Whatever makes or corrects an account comes by here: an invitation, createsuperuser, the admin's pages. Django's
    own user model folds the domain alone."""
    instance.email = instance.email.lower()
