from django.core.management.base import BaseCommand

from scorecards.results.publish_orders import publish_due


class Command(BaseCommand):
    """Do once what beat does every minute: for installations without it, by cron. Safe at any time."""

    help = "Publishes what was ordered for a moment that has come, and says what was refused."

    def handle(self, *args, **options):
        done = publish_due()
        for order in done:
            self.stdout.write(f"{order.scorecard}: {order.refusal or 'เผยแพร่แล้ว · published'}")
        refused = sum(bool(order.refusal) for order in done)
        published = len(done) - refused
        self.stdout.write(
            f"เผยแพร่ {published} รายการ ไม่ผ่าน {refused} รายการ · published: {published}, refused: {refused}"
        )
        if refused:
            self.stdout.write(
                "รายการที่ไม่ผ่านจะไม่ลองซ้ำ ให้หัวหน้าผู้ประเมินแก้ไขตามเหตุผลข้างต้น แล้วสั่งเผยแพร่ใหม่ที่หน้า /review/publish/\n"
                "What was refused is not tried again: a chief reviewer sees to the reason and orders it anew at "
                "/review/publish/"
            )
