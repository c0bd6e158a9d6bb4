from django.apps import AppConfig


class ReportsConfig(AppConfig):
    name = "reports"

    def ready(self) -> None:
        """When a record is frozen, its figures are noted for the dashboards in the same transaction."""
        from reports.dashboards.figures import keep_publication, keep_submission
        from scorecards.signals import published, submitted

        submitted.connect(keep_submission)
        published.connect(keep_publication)
