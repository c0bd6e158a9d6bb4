"""The report form of one indicator (form 001) as a Word document to go on writing in, filled in with what stands now.

The fields are in the official order. Agencies enter no score there, so the score is printed as the system computed it.
"""

import datetime as dt
from dataclasses import dataclass

from django.utils.translation import get_language, pgettext
from django.utils.translation import gettext as _

from evidence.models import Evidence, Link
from evidence.reading import evidence_by_criterion
from indicators.explaining import words
from indicators.frozen import rubric_document
from reports.rubric_rows import levels_of, present, rubric_rows
from reports.sections import derivation_lines, rubric_nodes, score_line
from reports.word_document import WordDocument
from reports.wording import in_digits, in_words
from scorecards.delegation import name_of
from scorecards.models import NARRATIVE, Entry, Owner
from scorecards.people.contacts import contacts_of
from scorecards.presenting.answer_words import narrative_label
from scorecards.scoring import answers_of, score_entry


@dataclass(frozen=True)
class Now:
    """An indicator as it stands: its entry, the frozen rubric, its computed result, the answers and their details."""

    entry: Entry
    rubric: dict
    node: dict
    language: str

    @property
    def card(self) -> dict:
        return self.entry.indicator.card

    @property
    def notes(self) -> dict[str, str]:
        return {one.criterion_key: one.note for one in self.entry.answers.all() if one.note}


def entry_to_docx(entry: Entry) -> bytes:
    """The bytes of the form; the same for the same content."""
    language = "en" if (get_language() or "th").startswith("en") else "th"
    now = Now(entry, rubric_document(entry.indicator), score_entry(entry), language)
    form = WordDocument(
        title=f"{entry.indicator.code} {entry.indicator.name}", author=entry.scorecard.agency.name
    )
    for write in (_head, _people, _definition, _results, _levels, _score, _narrative, _evidence, _signatures):
        write(form, now)
    return form.as_bytes()


def _head(form: WordDocument, now: Now) -> None:
    scorecard, indicator = now.entry.scorecard, now.entry.indicator
    form.title(_("Performance report under the performance agreement (by indicator)"))
    facts = {
        "months": in_digits(scorecard.round.months, now.language),
        "year": in_digits(scorecard.framework.year.year, now.language),
    }
    form.title(_("%(months)s-month round, fiscal year %(year)s") % facts)
    form.title(scorecard.agency.name)
    form.heading(_("Indicator %(code)s : %(name)s") % {"code": indicator.code, "name": indicator.name})


def _people(form: WordDocument, now: Now) -> None:
    scorecard, indicator = now.entry.scorecard, now.entry.indicator
    owners = contacts_of(scorecard, indicator.code)
    named = {duty: [one for one in owners if one.duty == duty] for duty in Owner.Duty.values}
    offices = {
        Owner.Duty.SUPERVISOR: [in_words(now.card.get("supervisor"), now.language)],
        Owner.Duty.COLLECTOR: [in_words(one, now.language) for one in now.card.get("collectors", [])],
    }
    cells = [(_("KPI supervisor"), Owner.Duty.SUPERVISOR), (_("Data collectors"), Owner.Duty.COLLECTOR)]
    form.table(
        [
            [
                _lines(
                    label,
                    [one.name for one in named[duty]] or offices[duty],
                    _("Telephone"),
                    [one.telephone for one in named[duty] if one.telephone],
                )
                for label, duty in cells
            ]
        ],
    )


def _lines(label: str, names: list[str], telephone_label: str, telephones: list[str]) -> str:
    names = [one for one in names if one] or ["……………………………"]
    return "\n".join(
        [f"{label} : {', '.join(names)}", f"{telephone_label} : {', '.join(telephones) or '……………………………'}"]
    )


def _definition(form: WordDocument, now: Now) -> None:
    for label, name in (
        (_("Definition"), "definition"),
        (_("Formula"), "formula_text"),
        (_("Target"), "target"),
    ):
        if text := words(now.card.get(name)):
            form.heading(label)
            form.prose(text)


def _results(form: WordDocument, now: Now) -> None:
    form.heading(_("Data on the results"))
    notes, nodes = now.notes, rubric_nodes(now.node)
    rows = rubric_rows(
        present(now.rubric, nodes),
        self_answers=answers_of(now.entry),
        official_answers=None,
        nodes=(nodes, {}),
        language=now.language,
    )
    lines = [[_("Criterion"), _("Unit"), pgettext("of work", "Result"), _("Detail")]]
    for row in rows:
        answer = "" if row["inputs"] or row["group"] else row["self"]
        lines.append(
            ["   " * max(row["depth"] - 1, 0) + row["title"], row["unit"], answer, notes.get(row["key"], "")]
        )
        lines += [
            ["   " * row["depth"] + one["label"], one["unit"], one["self"], ""] for one in row["inputs"]
        ]
    form.table(lines, widths=(46, 14, 16, 24), has_head=True)


def _levels(form: WordDocument, now: Now) -> None:
    levels = levels_of(present(now.rubric, rubric_nodes(now.node)), now.language)
    if not levels:
        return
    form.heading(_("Scoring criteria"))
    each = 38 / len(levels["scores"])
    head = [_("Criterion"), _("Weight (per cent)"), _("Unit"), *levels["scores"]]
    lines = [[one["title"], one["weight"], one["unit"], *one["cells"]] for one in levels["lines"]]
    form.table([head, *lines], widths=(34, 15, 13, *[each] * len(levels["scores"])), has_head=True)


def _score(form: WordDocument, now: Now) -> None:
    form.heading(_("Calculation of the score"))
    form.prose(_("Computed by the system; the agency enters no score."))
    line = score_line(now.entry.indicator.name, now.node)
    head = [
        _("Indicator"),
        _("Weight (per cent)"),
        pgettext("of work", "Result"),
        _("Score"),
        _("Weighted score"),
    ]
    figures = [line["weight"], line["result"], line["score"], line["weighted"]]
    form.table(
        [head, [line["who"], *(one or "–" for one in figures)]], widths=(44, 13, 15, 13, 15), has_head=True
    )
    for one in derivation_lines(now.node, now.rubric) if now.node["score"] is not None else ():
        form.prose("   " * one["depth"] + one["text"], small=True)


def _narrative(form: WordDocument, now: Now) -> None:
    for name in NARRATIVE:
        form.heading(narrative_label(name))
        form.prose(getattr(now.entry, name) or "……………………………")


def _evidence(form: WordDocument, now: Now) -> None:
    form.heading(_("References"))
    titles = {
        row["key"]: row["title"]
        for row in rubric_rows(
            now.rubric, self_answers={}, official_answers=None, nodes=({}, {}), language=now.language
        )
    }
    proofs = [(key, one) for key, found in evidence_by_criterion(now.entry).items() for one in found]
    proofs.sort(key=lambda one: (_came_at(one[1]), str(one[1].pk)))
    if not proofs:
        return form.prose("……………………………")
    lines = [
        [f"[{number}]", *_reference(one, now.language), titles.get(key, "")]
        for number, (key, one) in enumerate(proofs, start=1)
    ]
    head = [_("No."), _("File"), _("page or clause"), _("Criterion")]
    form.table([head, *lines], widths=(8, 44, 16, 32), has_head=True)


def _came_at(proof: Evidence | Link) -> dt.datetime:
    return proof.added_at if isinstance(proof, Link) else proof.uploaded_at


def _reference(proof: Evidence | Link, language: str) -> tuple[str, str]:
    """Its name and the page in it; a public page has its address instead."""
    if isinstance(proof, Link):
        return f"{proof.title}\n{proof.url}", "–"
    return proof.name, in_digits(proof.pages, language) or "–"


def _signatures(form: WordDocument, now: Now) -> None:
    entry = now.entry
    signed = [
        (entry.proposed_by, _("Data collector")),
        (entry.endorsed_by, _("KPI supervisor")),
        (None, _("Head of agency")),
    ]
    dots = "……………………………"
    cells = [f"{_('Signed')} {dots}\n( {name_of(user) or dots} )\n{duty}" for user, duty in signed]
    form.signatures(cells)
