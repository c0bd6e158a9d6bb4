from django.apps import AppConfig


class ScorecardsConfig(AppConfig):
    name = "scorecards"

    def ready(self) -> None:
        from indicators.permissions import CONFIGURERS
        from scorecards import addresses  # noqa: F401 (it is the receiver of a signal)
        from scorecards.blockers import CHECKS
        from scorecards.parts import unfinished_parts
        from scorecards.permissions import is_administrator

        CONFIGURERS.append(is_administrator)
        CHECKS.append(unfinished_parts)
