"""What the page of an appeal shows: the rulings that hold after all that was decided on the indicator so far."""

from scorecards.models import Appeal, Ruling


def rulings_that_hold(found: Appeal) -> dict[str, Ruling]:
    """{criterion key: ruling}: those of the review, over them those of appeals upheld before this one, over them its
    own once it is upheld. What an appeal changed is a row that is never saved."""
    submission = found.publication.submission
    stored = submission.rulings.filter(indicator=found.indicator).select_related("resolution", "reviewer")
    known = {one.criterion_key: one for one in stored}
    upheld = Appeal.objects.filter(
        publication__submission=submission,
        publication__number__lte=found.publication.number,
        indicator=found.indicator,
        outcome=Appeal.Outcome.UPHELD,
    )
    for appeal in upheld.select_related("decided_by").order_by("publication__number"):
        facts = {
            "reviewer": appeal.decided_by,
            "updated_at": appeal.decided_at,
            "submission": submission,
            "indicator": found.indicator,
        }
        for key, change in appeal.changes.items():
            known[key] = Ruling(criterion_key=key, **change, **facts)
    return known
