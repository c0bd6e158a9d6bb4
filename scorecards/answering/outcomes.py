"""What an agency is told of the review, and from when on: nothing before the report is returned or published. Reads
only."""

from indicators.explaining import criterion_title
from indicators.frozen import rubric_tree
from scorecards.models import Entry, FileRuling, Publication, Scorecard
from scorecards.presenting.answer_words import in_words
from scorecards.reviewing.pages import difference, moved
from scorecards.reviewing.rulings import resolution_words
from scorecards.scoring import find_indicator
from scorecards.states import Decision, ScorecardState

TOLD = {ScorecardState.RETURNED, ScorecardState.PUBLISHED}


def told_file_rulings(scorecard: Scorecard) -> dict[str, FileRuling]:
    """{file id: what was said of it} in every review that has ended, the latest holds. What a reviewer says of the last
    submission is a draft until it is returned or published."""
    rows = FileRuling.objects.filter(submission__scorecard=scorecard).select_related("submission")
    if scorecard.state not in TOLD:
        rows = rows.exclude(submission__in=scorecard.submissions.order_by("-number").values("pk")[:1])
    return {one.file_id: one for one in rows.order_by("submission__number")}


def outcome_of(entry: Entry, publication: Publication) -> dict:
    """The official result of an indicator beside the agency's own: what moved and why, and what an appeal revised."""
    code = entry.indicator.code
    own = find_indicator(publication.submission.scored, code)
    official = find_indicator(publication.scored, code)
    return {
        "own": own,
        "official": official,
        "difference": difference(own, official),
        "lines": _lines(entry, publication, moved(own, official) if own and official else []),
        "revised": [one for one in publication.content.get("revised", []) if one["indicator"] == code],
    }


def _lines(entry: Entry, publication: Publication, moves: list[tuple[dict, str, str]]) -> list[dict]:
    """Every criterion whose score or answer differs, in the order of the form, with both and the reason."""
    code = entry.indicator.code
    said = publication.submission.content["answers"].get(code, {})
    rulings = publication.content["rulings"].get(code, {})
    scores = {node["key"]: (before, after) for node, before, after in moves}
    found = []
    for node in rubric_tree(entry.indicator).walk():
        ruling = rulings.get(node.key, {})
        differs = ruling.get("decision", Decision.AGREE) != Decision.AGREE
        if differs or ruling.get("reason") or node.key in scores:
            found.append(
                {
                    "title": criterion_title(node),
                    "said": in_words(said.get(node.key), node.document) if differs else "",
                    "holds": ruling_words(ruling, node.document) if differs else "",
                    "scores": scores.get(node.key),
                    "reason": ruling.get("reason", ""),
                    "reviewer": resolution_words(ruling) or ruling.get("reviewer", ""),
                }
            )
    return found


def ruling_words(ruling: dict, document: dict | None = None) -> str:
    """A ruling as a publication or an event holds it, in words: what holds, or that the agency's answer does."""
    if not ruling.get("decision"):
        return ""
    if ruling["decision"] != Decision.CHANGE:
        return str(Decision(ruling["decision"]).label)
    deducted = (ruling.get("content") or {}).get("deductions") or {}
    less = "".join(f" · {name} −{count}" for name, count in deducted.items())
    return in_words(ruling.get("content"), document) + less
