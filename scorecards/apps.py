from django.apps import AppConfig


class ScorecardsConfig(AppConfig):
    name = "scorecards"

    def ready(self) -> None:
        from indicators.permissions import CONFIGURERS
        from scorecards.accounts import addresses  # noqa: F401 (it is the receiver of a signal)
        from scorecards.answering.parts import unfinished_parts
        from scorecards.blockers import CHECKS
        from scorecards.permissions import is_administrator

        CONFIGURERS.append(is_administrator)
        CHECKS.append(unfinished_parts)
