from django.apps import AppConfig


class EvidenceConfig(AppConfig):
    name = "evidence"

    def ready(self) -> None:
        """Sending a report asks this app twice: what is still to be proved, and which files prove the rest. Sending an
        appeal asks which files were brought with it."""
        from evidence.for_appeals import brought
        from evidence.reading import missing_evidence, snapshot
        from scorecards import blockers, snapshots
        from scorecards.results import appealing

        blockers.CHECKS.append(missing_evidence)
        snapshots.PARTS.append(snapshot)
        appealing.FILES.append(brought)
