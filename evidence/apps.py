from django.apps import AppConfig


class EvidenceConfig(AppConfig):
    name = "evidence"

    def ready(self):
        """Sending a report asks this app twice: what is still to be proved, and which files prove the rest."""
        from evidence.reading import missing_evidence, snapshot
        from scorecards import blockers

        blockers.CHECKS.append(missing_evidence)
        blockers.SNAPSHOT_PARTS.append(snapshot)
