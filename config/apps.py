from importlib import import_module

from django.apps import AppConfig


class ConfigConfig(AppConfig):
    name = "config"

    def ready(self) -> None:
        for module in ("checks", "operations.signs"):  # they connect themselves
            import_module(f"config.{module}")
