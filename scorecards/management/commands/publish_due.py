from django.core.management.base import BaseCommand

from scorecards.publish_orders import publish_due


class Command(BaseCommand):
    """Do once what beat does every minute: for installations without it, by cron. Safe at any time."""

    help = "Publishes what was ordered for a moment that has come, and says what was refused."

    def handle(self, *args, **options):
        done = publish_due()
        for order in done:
            self.stdout.write(f"{order.scorecard}: {order.refusal or 'published'}")
        refused = sum(bool(order.refusal) for order in done)
        self.stdout.write(f"published: {len(done) - refused}, refused: {refused}")
