"""What an indicator's page shows: gathered here once, printed by the templates, never stored."""

from django.utils import timezone
from django.utils.translation import gettext_lazy as _

from indicators.explaining import criterion_title, derivation, words
from indicators.frozen import rubric_document, rubric_tree
from scorecards.answering.card_pages import publication_of
from scorecards.answering.comments import comments_of
from scorecards.answering.entry_forms import PartsForm
from scorecards.answering.forms import RemarkForm
from scorecards.answering.history_chart import bars
from scorecards.answering.next_levels import next_levels
from scorecards.answering.outcomes import outcome_of, ruling_words
from scorecards.answering.parts import read_parts
from scorecards.answering.plausibility import asked_about, only_measure
from scorecards.answering.rubric_lines import rubric_lines
from scorecards.blockers import asked, entry_blockers, is_answered
from scorecards.corrections import corrections_of, open_criteria
from scorecards.delegation import roles_held
from scorecards.models import Entry
from scorecards.people.contacts import contacts_of
from scorecards.permissions import may
from scorecards.plans import pace_of, plan_of, planned_score
from scorecards.prepared import prepared
from scorecards.results.appealing import closes_at, why_closed
from scorecards.results.past_results import past_results
from scorecards.reviewing.clarifying import clarifications_of
from scorecards.scoring import answers_of, find_indicator, score_entry, told_result
from scorecards.states import AGENCY_WORKS, WAITS_FOR, Action, EntryState, Role

PROSE = {
    "definition": _("Definition"),
    "formula_text": _("Formula"),
    "target": _("Target"),
    "conditions": _("Conditions"),
    "guidance": _("Guidance"),
    "data_source": _("Data source"),
    "reference": _("Reference"),
    "objective": _("Objective"),
}


def entry_page(entry, form, user) -> dict:
    """One indicator: the form with its result so far, the score panel, the card's prose, history, what may be done."""
    card = entry.scorecard
    publication = publication_of(card)
    submission = None if card.state in AGENCY_WORKS else card.submissions.latest("number")
    entries = siblings_of(entry)
    history = history_of(entry)
    panel = score_panel(entry, form, submission, history=history) | team_of(entry, user)
    official = find_indicator(publication.scored, entry.indicator.code) if publication else None
    return panel | {
        "history": history,
        "bars": bars(history, year=card.framework.year.year, now=told_result(panel["node"])),
        "scorecard": card,
        "form": form,
        "prose": [
            (name, label, text) for name, label in PROSE.items() if (text := entry.indicator.text(name))
        ],
        "owners": contacts_of(card, entry.indicator.code),
        "may_answer": may(user, Action.ANSWER, entry),
        "parts_form": PartsForm(entry=entry, criteria=answered_here(entry), parts=panel["parts"].values()),
        "may_propose": may(user, Action.PROPOSE, entry),
        "may_take_back": may(user, Action.TAKE_BACK, entry),
        "may_endorse": may(user, Action.ENDORSE, entry),
        "may_withdraw_endorsement": may(user, Action.WITHDRAW_ENDORSEMENT, entry),
        "may_send_back": may(user, Action.SEND_BACK, entry),
        "may_cancel_send_back": may(user, Action.CANCEL_SEND_BACK, entry),
        "blockers": entry_blockers(entry) if card.state in AGENCY_WORKS else [],
        "clarifications": clarifications_of(submission, entry.indicator.code) if submission else {},
        "appeals": publication.appeals_of(entry.indicator_id) if publication else [],
        "may_appeal": publication
        and may(user, Action.APPEAL, card)
        and not why_closed(publication, entry.indicator),
        "appeal_closes": closes_at(publication) if publication else None,
        "may_clarify": may(user, Action.CLARIFY, card),
        "remark_form": RemarkForm(),
        "rulings": _rulings(entry, publication) if publication else {},
        "publication": publication,
        "outcome": outcome_of(entry, publication) if publication else None,
        "official": official,
        "official_derivation": derivation(official, rubric_document(entry.indicator)) if official else [],
        **neighbours(entry, entries, user),
    }


@prepared
def _siblings(scorecard):
    rows = Entry.objects.filter(scorecard=scorecard).select_related("indicator")
    return rows.only("scorecard", "indicator__code", "state", "host", "proposed_by")


def siblings_of(entry) -> list[Entry]:
    """All indicators of the entry's scorecard in order, no more of them than their codes and for whom they wait."""
    return _siblings(scorecard=entry.scorecard_id)


def neighbours(entry, entries: list[Entry], user) -> dict:
    """The indicators before and after this one and, once it waits for somebody else, the next that waits for this
    person."""
    here = [one.pk for one in entries].index(entry.pk)
    waiting = {one.pk for one in entries if waits_for(one, user, card=entry.scorecard)}
    later = [one for one in [*entries[here + 1 :], *entries[:here]] if one.pk in waiting]
    return {
        "previous": entries[here - 1] if here else None,
        "next": entries[here + 1] if here + 1 < len(entries) else None,
        "next_waiting": later[0] if later and entry.pk not in waiting else None,
    }


def waits_for(entry, user, *, card) -> bool:
    """Whether this person has something to do here: fill in, or endorse what somebody else proposed."""
    if card.state not in AGENCY_WORKS or card.closes_at <= timezone.now() or entry.host_id:
        return False
    states = {
        state
        for agency, role in roles_held(user)
        if agency == card.agency_id
        for state in WAITS_FOR.get(role, ())
    }
    is_own = entry.state == EntryState.PROPOSED and entry.proposed_by_id == user.pk
    return entry.state in states and not is_own


def _rulings(entry, publication) -> dict:
    """{criterion key: the published ruling, with what holds in words}"""
    documents = {node.key: node.document for node in rubric_tree(entry.indicator).walk()}
    found = publication.content["rulings"].get(entry.indicator.code, {})
    return {key: one | {"words": ruling_words(one, documents.get(key))} for key, one in found.items()}


def answered_here(entry) -> list[tuple[str, str]]:
    """(key, title) of the criteria that the agency answers in this round."""
    leaves = rubric_tree(entry.indicator).leaves(entry.scorecard.round.months)
    return [(one.key, criterion_title(one)) for one in leaves if one.kind != "rating"]


def unanswered_here(entry, answers: dict) -> list[str]:
    """The keys of the criteria that these answers leave open, in the order of the form."""
    criteria = asked(rubric_tree(entry.indicator), answers, entry.scorecard.round.months)
    return [one.key for one in criteria if not is_answered(one, answers.get(one.key))]


def team_of(entry, user) -> dict:
    """Who works on the indicator: comments by criterion, parts, and what is to be mended."""
    read_parts([entry])
    parts = {part.criterion_key: part for part in entry.parts.all()}
    wanted = corrections_of(entry.scorecard)
    return {
        "comments": comments_of(entry),
        "parts": parts,
        "own_part": any(part.collector_id == user.pk and not part.done_at for part in parts.values()),
        "endorses": (entry.scorecard.agency_id, Role.SUPERVISOR) in roles_held(user),
        "corrections": wanted.get(entry.indicator.code, {}),
        "open_keys": open_criteria(entry, wanted),
    }


def history_of(entry) -> dict[int, str]:
    """{year: result} of the indicator in the years before."""
    past = past_results(entry.scorecard.agency, entry.scorecard.framework, [entry.indicator])
    return past.get(entry.indicator.code, {})


def score_panel(entry, form, submission=None, *, history=None) -> dict:
    """The score of what stands in the form (or of what was sent) and how it comes about. The `history` is read where it
    is not given and somebody would ask about it."""
    if submission is not None:
        node = find_indicator(submission.scored, entry.indicator.code)
    else:
        answers = form.answers() if form.is_bound else answers_of(entry)
        node = score_entry(entry, answers)
    rubric = rubric_document(entry.indicator)
    plan = plan_of(entry)
    if history is None:
        history = history_of(entry) if only_measure(rubric_tree(entry.indicator)) else {}
    return {
        "plan": plan,
        "planned": planned_score(entry),
        "pace": pace_of(entry, node),
        "asked": {} if submission else asked_about(entry, answers, history=history, plan=plan),
        "understood": form.understood() if form.is_bound else {},
        "entry": entry,
        "framework": entry.scorecard.framework,
        "node": node,
        "is_sent": submission is not None,
        "unanswered": [] if submission else unanswered_here(entry, answers),
        "next_levels": [] if submission else next_levels(entry, answers),
        "lines": rubric_lines(rubric, node["children"][0]) if node["children"] else [],
        "derivation": derivation(node, rubric),
        "misread": form.misread() if form.is_bound else {},
        "faults": form.other_faults() if form.is_bound else [],
        "unit": words(entry.indicator.card.get("unit")),
    }
