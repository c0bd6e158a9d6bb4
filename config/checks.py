"""What `manage.py check` says of an installation beside Django's own checks."""

import os
from collections.abc import Sequence
from typing import Any

from django.apps import AppConfig
from django.core import checks

from config.environment import misspelt


@checks.register()
def settings_are_known(app_configs: Sequence[AppConfig] | None, **kwargs: Any) -> list[checks.CheckMessage]:
    """Variables that look like a setting of ours and are none: what they were meant to set stays at its default."""
    found: list[checks.CheckMessage] = []
    for name, near in misspelt(os.environ).items():
        hint = f"Did you mean {near}?" if near else "docs/configuration.md lists all of them."
        found.append(
            checks.Warning(f"{name} is not a setting and has no effect.", hint=hint, id="config.W001")
        )
    return found
