"""The verbs of an appeal: the agency asks, somebody other than the first reviewer decides, a second person publishes.

Nothing that was published changes: a score that is revised is a new publication beside the old one, which says why.
"""

import datetime as dt
from collections.abc import Callable, Collection, Iterable
from typing import Any

from django.conf import settings
from django.contrib.auth.models import User
from django.db import transaction
from django.utils.translation import gettext as _

from indicators.models import Indicator
from indicators.refusals import Blocker, Refused
from scorecards.clock import database_now
from scorecards.delegation import name_of
from scorecards.events import already_done, record_scorecard
from scorecards.models import Appeal, Entry, Publication, Scorecard
from scorecards.permissions import require
from scorecards.presenting.dates import day_and_time
from scorecards.results.past_results import keep_result
from scorecards.reviewing.rulings import RulingChange, misfits_among
from scorecards.scoring import answers_after
from scorecards.signals import published
from scorecards.snapshots import freeze_publication
from scorecards.states import Action
from scorecards.workflow import locked_scorecard

LONGEST = 8000
# What is brought with an appeal on an entry, as rows of a submission's evidence; the evidence app adds its own list.
FILES: list[Callable[[Entry], list[dict]]] = []


def closes_at(publication: Publication) -> dt.datetime:
    """Until when an agency may appeal against a publication."""
    return publication.published_at + dt.timedelta(days=settings.APPEAL_DAYS)


@transaction.atomic
def appeal(
    publication: Publication, *, indicator: Indicator, reason: str, actor: User, request_key: str = ""
) -> Appeal | None:
    """Ask that the score of an indicator be looked at again, with the reason and what was attached for it, which is
    frozen here. Refused with all reasons."""
    scorecard = locked_scorecard(publication.scorecard)
    if already_done(request_key):
        return publication.appeals.filter(indicator=indicator).first()
    require(actor, Action.APPEAL, scorecard)
    if reasons := [*_no_reason(reason), *why_closed(publication, indicator)]:
        raise Refused(reasons)
    entry = scorecard.entries.get(indicator__code=indicator.code)
    files = [one for attached in FILES for one in attached(entry)]
    found = Appeal.objects.create(
        publication=publication,
        indicator=indicator,
        reason=reason.strip(),
        files=files,
        opened_by=actor,
        opened_at=database_now(),
    )
    after = {"files": named(files)} if files else {}
    _record(found, actor, Action.APPEAL, reason=reason.strip(), after=after, request_key=request_key)
    return found


def named(files: Iterable[dict]) -> list[dict]:
    """What identifies files of an appeal in an event and in the record of a revised result."""
    names = ("id", "name", "sha256", "url")
    return [{name: one[name] for name in names if one.get(name)} for one in files]


def _no_reason(reason: str) -> list[str]:
    reasons = []
    if not reason.strip():
        reasons.append(_("Write why the score should be looked at again, and what shows it."))
    if len(reason) > LONGEST:
        reasons.append(_("At most %(most)s characters: shorten it.") % {"most": LONGEST})
    return reasons


def why_closed(publication: Publication, indicator: Indicator) -> list[str]:
    """Why an appeal on this indicator of the publication, or a file for one, cannot be taken now; [] where it can."""
    reasons, closes = [], closes_at(publication)
    if database_now() >= closes:
        reasons.append(
            _("Appeals against this publication ended on %(date)s.") % {"date": day_and_time(closes)}
        )
    if publication.scorecard.publications.latest("number").pk != publication.pk:
        reasons.append(
            _("A revised result was published meanwhile. Load the page again and appeal against that one.")
        )
    if publication.appeals.filter(indicator=indicator).exists():
        reasons.append(_("There is an appeal on this indicator already."))
    return reasons


@transaction.atomic
def decide(
    found: Appeal,
    *,
    outcome: str,
    decision: str,
    rulings: Collection[RulingChange] = (),
    actor: User,
    request_key: str = "",
) -> Appeal:
    """Uphold (with the rulings that hold instead) or dismiss an appeal, with the reason. Refused for whoever ruled or
    concluded first, and with all reasons."""
    scorecard = locked_scorecard(found.publication.scorecard)
    if already_done(request_key):
        return found
    require(actor, Action.DECIDE_APPEAL, scorecard)
    found = (
        Appeal.objects.select_for_update(of=("self",))
        .select_related("publication", "indicator")
        .get(pk=found.pk)
    )
    upheld = outcome == Appeal.Outcome.UPHELD
    if reasons := [*why_not_decider(found, actor), *_not_decidable(found, outcome, decision, rulings)]:
        raise Refused(reasons)
    found.outcome, found.decision, found.decided_by = outcome, decision.strip(), actor
    found.decided_at = database_now()
    found.changes = {
        one.criterion_key: {
            "decision": str(one.decision),
            "content": one.content,
            "reason": one.reason.strip(),
        }
        for one in (rulings if upheld else ())
    }
    found.save(update_fields=["outcome", "decision", "decided_by", "decided_at", "changes"])
    after = {"outcome": outcome, "changes": found.changes}
    _record(found, actor, Action.DECIDE_APPEAL, reason=found.decision, after=after, request_key=request_key)
    return found


def why_not_decider(found: Appeal, actor: User) -> list[str]:
    """Why this person may not decide the appeal; [] where they may: nobody judges what they ruled themselves."""
    publication = found.publication
    ruled = publication.submission.rulings.filter(indicator=found.indicator, reviewer=actor).exists()
    if not ruled and actor.pk not in (publication.scorecard.concluded_by_id, publication.approved_by_id):
        return []
    return [_("You ruled on this, concluded or approved it: somebody else must decide the appeal.")]


def _not_decidable(
    found: Appeal, outcome: str, decision: str, rulings: Collection[RulingChange]
) -> list[str | Blocker]:
    reasons: list[str | Blocker] = []
    if found.outcome:
        reasons.append(_("This appeal has been decided already."))
    if outcome not in Appeal.Outcome.values:
        reasons.append(_("Choose whether the appeal is upheld or dismissed."))
    if not decision.strip():
        reasons.append(_("Write the reason of the decision: the agency reads it."))
    if outcome == Appeal.Outcome.UPHELD:
        if not rulings:
            reasons.append(_("An appeal that is upheld changes at least one ruling. Change it above."))
        submission = found.publication.submission
        reasons += misfits_among(rulings, submission=submission, indicator=found.indicator)
    return reasons


@transaction.atomic
def publish_revision(found: Appeal, *, actor: User, request_key: str = "") -> Publication:
    """Publish the result that an upheld appeal leads to, beside the old one. It takes a second person."""
    scorecard = locked_scorecard(found.publication.scorecard)
    if already_done(request_key):
        return scorecard.publications.latest("number")
    require(actor, Action.PUBLISH_REVISION, scorecard)
    found = (
        Appeal.objects.select_for_update(of=("self",))
        .select_related("decided_by", "indicator")
        .get(pk=found.pk)
    )
    reasons = []
    if found.outcome != Appeal.Outcome.UPHELD or found.revision_id:
        reasons.append(
            _("There is nothing to publish: the appeal is not upheld, or its result is published already.")
        )
    if found.decided_by_id == actor.pk:
        reasons.append(_("You decided this appeal yourself: publishing takes a second person."))
    if reasons:
        raise Refused(reasons)
    latest = scorecard.publications.latest("number")
    publication = _revised(scorecard, latest, found, actor)
    found.revision = publication
    found.save(update_fields=["revision"])
    keep_result(publication)
    _record(
        found,
        actor,
        Action.PUBLISH_REVISION,
        reason=found.decision,
        after={"publication": publication.content_hash},
        request_key=request_key,
    )
    published.send(sender=Publication, publication=publication)
    return publication


def _revised(scorecard: Scorecard, latest: Publication, found: Appeal, actor: User) -> Publication:
    code = found.indicator.code
    changes = {
        key: one | {"reviewer": name_of(found.decided_by), "appeal": found.pk}
        for key, one in found.changes.items()
    }
    own = latest.content["rulings"].get(code, {}) | changes
    rulings = latest.content["rulings"] | {code: own}
    said = latest.submission.content["answers"].get(code, {})
    answers = latest.content["answers"] | {code: answers_after(said, own)}
    revised = {"of": latest.number, "indicator": code, "reason": found.decision, "appeal": found.pk}
    if found.files:
        revised["files"] = named(found.files)
    content = {
        "answers": answers,
        "rulings": rulings,
        "revised": [*latest.content.get("revised", []), revised],
        "reason": found.decision,
    }
    return freeze_publication(
        scorecard, latest.submission, content=content, approved_by=found.decided_by, actor=actor
    )


def _record(found: Appeal, actor: User, action: str, **facts: Any) -> None:
    scorecard = found.publication.scorecard
    facts["after"] = {"indicator": found.indicator.code} | facts.get("after", {})
    record_scorecard(scorecard, actor=actor, action=action, subject=f"appeal:{found.pk}", **facts)
