"""Scoring a year: 343 agencies with 20 indicators of 30 criteria each, as ratios taken in turns in one run.

    .venv/bin/python -m benchmarks.scoring [--agencies 343] [--turns 3]

"Integer fold" is the least that could be done: the same trees as tuples, whole numbers on a scale that holds them
exactly, recursively, nothing but the score. "Fold" is the product's, with every reason and derivation as numbers;
"with its record" also writes them out as the document that is frozen. Each starts with nothing kept of earlier turns
and hands its results on instead of collecting them, and what Django had loaded is left out of garbage collection.
"Database" reads the answers of DATABASE scorecards, scores them and
stores the records. "Workbook" is LibreOffice recalculating the same trees as formulas, less what the same workbook
takes with the figures typed in; without LibreOffice the line is left out. CPU time throughout (of LibreOffice's
process, too). Every score is compared with an oracle of rationals that reads the document and shares no code.
"""

import argparse
import gc
import os
import random
import resource
import shutil
import statistics
import subprocess
import tempfile
import time
from fractions import Fraction
from pathlib import Path

os.environ.setdefault("DJANGO_SETTINGS_MODULE", "tests.settings")

import django

django.setup()

from django.conf import settings
from django.test.utils import get_runner
from openpyxl import Workbook
from openpyxl.utils import get_column_letter

from indicators.frozen import framework_tree
from indicators.publishing import load_framework, publish
from indicators.scoring import (
    content_hash,
    derivation,
    extents,
    fold,
    node_document,
    numbers,
    read_framework,
    score_framework,
    scorecard,
    weighing,
)
from indicators.scoring.tree import Criterion, Group
from scorecards.models import Answer, Entry, Scorecard, Submission
from scorecards.scoring import answers_of_scorecard
from tests.world import make_world, sent_by_others

INDICATORS, PARTS = 20, ((9, 50), (9, 30), (8, 20))  # (checks, weight) of each indicator's parts
LEVELS = [{"at": str(at), "score": str(score)} for score, at in enumerate((1, 3, 5, 7), start=2)]
LINEAR = [one | {"rule": "linear"} for one in LEVELS]
WHOLE = 2  # halves: what the straight lines between these levels give
CHECKS = sum(checks for checks, _weight in PARTS)
DATABASE = 40


def form() -> dict:
    """The form: weighted means of three checklists with levels, one of them on straight lines."""
    from indicators.documents import read_framework_file

    parts = [
        {"kind": "checklist", "key": f"p{place}", "title": {"th": f"ส่วน {place}"}, "weight": str(weight), "floor": "1",
         "levels": LINEAR if place == 0 else LEVELS, "children": [
             {"kind": "check", "key": f"c{place}x{one}", "title": {"th": f"ประเด็น {one}"}, "points": "1"}
             for one in range(checks)]}
        for place, (checks, weight) in enumerate(PARTS)
    ]  # fmt: skip
    rubric = {"kind": "weighted", "key": "all", "title": {"th": "ทั้งหมด"}, "children": parts}
    indicators = [
        {"code": f"1.{number}", "name": {"th": f"ตัวชี้วัด {number}"}, "weight": "5", "rubric": rubric}
        for number in range(1, INDICATORS + 1)
    ]
    component = {"code": "c", "name": {"th": "องค์ประกอบ"}, "weight": "100", "indicators": indicators}
    head = {"code": "year", "extract": True, "assumptions": [], "components": [component]}
    return read_framework_file("moi-ict-2556") | head


def answers_by_chance(count: int) -> list[dict]:
    """Answers of so many agencies, always the same."""
    chance = random.Random(count)
    keys = [f"c{place}x{one}" for place, (checks, _weight) in enumerate(PARTS) for one in range(checks)]
    return [
        {f"1.{number}": {key: {"value": chance.choice(["yes", "yes", "no"])} for key in keys}
         for number in range(1, INDICATORS + 1)}
        for _agency in range(count)
    ]  # fmt: skip


# ---------------------------------------------------------------- the least, and the oracle


def as_integers(node: Group | Criterion):
    """(key, weight, what each count of points scores, children) of a tree, in halves."""
    if isinstance(node, Group):
        below = [node.rubric] if node.rubric else node.children
        return node.code, int(node.schedule.weight or 0), None, [as_integers(one) for one in below]
    table = [int(node.levels.reach(Fraction(n)).score * WHOLE) for n in range(10)] if node.levels else None
    return node.key, int(node.schedule.weight or 1), table, [as_integers(one) for one in node.children]


def fold_integers(node, said) -> int:
    """The score of a tree, times WHOLE × 100 for each weighted mean."""
    key, _weight, table, children = node
    if not children:
        return said[key]["value"] == "yes"
    if table is not None:
        return table[sum([fold_integers(child, said) for child in children])]
    return sum([child[1] * fold_integers(child, said) for child in children])


def score_integers(indicators, answers) -> int:
    return sum([one[1] * fold_integers(one[3][0], answers[one[0]]) for one in indicators])


def oracle(document: dict, answers: dict) -> Fraction:
    """The whole's score by the words of the rules: means of levels of counts."""
    total = Fraction(0)
    for indicator in document["components"][0]["indicators"]:
        said, mean = answers[indicator["code"]], Fraction(0)
        for part in indicator["rubric"]["children"]:
            count = Fraction(sum(said[one["key"]]["value"] == "yes" for one in part["children"]))
            mean += Fraction(part["weight"]) * _level(part, count) / 100
        total += Fraction(indicator["weight"]) * mean / 100
    return total


def _level(part, count):
    points = [(Fraction(one["at"]), Fraction(one["score"])) for one in part["levels"]]
    if count < points[0][0]:
        return Fraction(part["floor"])
    reached = max(place for place, (at, _score) in enumerate(points) if at <= count)
    (at, score), *rest = points[reached:]
    if part["levels"][0].get("rule") == "linear" and rest:
        return score + (count - at) / (rest[0][0] - at) * (rest[0][1] - score)
    return score


# ---------------------------------------------------------------- measuring


def seconds(work) -> float:
    """CPU seconds, with nothing kept of earlier turns."""
    for module in (derivation, extents, fold, numbers, scorecard, weighing):
        for kept in vars(module).values():
            if hasattr(kept, "cache_clear"):
                kept.cache_clear()
    gc.collect()
    gc.freeze()
    began = time.process_time()
    work()
    return time.process_time() - began


def medians(works: dict, turns: int) -> dict[str, float]:
    found: dict[str, list[float]] = {name: [] for name in works}
    for _turn in range(turns):
        for name, work in works.items():
            found[name].append(seconds(work))
    return {name: statistics.median(taken) for name, taken in found.items()}


def measure_folds(document, every, turns) -> float:
    """Print the folds of the year; returns the seconds of the product's."""
    tree = read_framework(document)
    indicators = [as_integers(one) for one in tree.children[0].children]
    for answers in every:
        score = score_framework(tree, answers).score
        whole = Fraction(score_integers(indicators, answers), WHOLE * 100 * 100)
        assert score == whole == oracle(document, answers)
    found = medians({
        "integer fold": lambda: [score_integers(indicators, one) for one in every],
        "fold": lambda: [score_framework(tree, one).score for one in every],
        "with its record": lambda: [node_document(score_framework(tree, one))["score"] for one in every],
    }, turns)  # fmt: skip
    trees = len(every) * INDICATORS
    print(f"{trees} trees of 31 nodes, each equal to the oracle")
    for name, taken in found.items():
        print(f"  {taken:7.3f} s {taken / found['integer fold']:6.1f} × the integer fold  {name}")
    return found["fold"]


def measure_database(turns) -> None:
    """Print what it costs from answers in the database to stored records, over the fold of the same answers."""
    world = make_world()
    framework = publish(load_framework(form()), actor=world.chawi)
    cards = sent_by_others(world, DATABASE, framework=framework)
    every = dict(zip([card.pk for card in cards], answers_by_chance(DATABASE), strict=True))
    entries = Entry.objects.filter(scorecard__in=cards).select_related("indicator")
    Answer.objects.bulk_create(
        [Answer(entry=entry, criterion_key=key, content=content, updated_by=world.fah) for entry in entries
         for key, content in every[entry.scorecard_id][entry.indicator.code].items()], batch_size=2000,
    )  # fmt: skip
    turn = iter(range(2, 1000))

    def stored():
        number = next(turn)
        for card in Scorecard.objects.filter(pk__in=every).select_related("framework", "round"):
            answers = answers_of_scorecard(card)
            scored = node_document(score_framework(framework_tree(card.framework), answers))
            content = {"answers": answers}
            Submission.objects.create(
                scorecard=card, number=number, content=content, scored=scored, submitted_by=world.fah,
                content_hash=content_hash(content), submitted_at=world.round.opens_at,
            )  # fmt: skip

    tree = framework_tree(framework)
    works = {
        "fold": lambda: [score_framework(tree, one).score for one in every.values()],
        "record": lambda: [node_document(score_framework(tree, one))["score"] for one in every.values()],
        "stored": stored,
    }
    found = medians(works, turns)
    fold_only, with_record = (found["stored"] / found[name] for name in ("fold", "record"))
    print(f"  {found['stored']:7.3f} s {fold_only:6.1f} × the fold, {with_record:.1f} × the fold with its record: "
          f"from the database to stored records ({DATABASE} scorecards)")  # fmt: skip


def measure_workbook(every, own, place: Path) -> None:
    """Print what LibreOffice takes to calculate the same."""
    if not shutil.which("soffice"):
        print("  LibreOffice is not installed: no comparison with a workbook")
        return
    taken = {}
    for name in ("formulas", "figures"):
        file = place / f"{name}.xlsx"
        workbook(every, with_formulas=name == "formulas").save(file)
        taken[name] = office_seconds(["--convert-to", "csv", "--outdir", str(place)], file, place)
    scores = [line.rsplit(",", 1)[1] for line in (place / "formulas.csv").read_text().splitlines()]
    document = form()
    for number, answers in enumerate(every):
        total = (
            sum(float(one) for one in scores[number * INDICATORS : (number + 1) * INDICATORS]) / INDICATORS
        )
        assert abs(total - float(oracle(document, answers))) < 1e-6
    calculating = taken["formulas"] - taken["figures"]
    print(f"  {calculating:7.3f} s LibreOffice calculating ({taken['formulas']:.1f} s with reading and writing); "
          f"the fold is {own / calculating:.2f} of it, {own / taken['formulas']:.2f} of all")  # fmt: skip


def workbook(every, *, with_formulas: bool) -> Workbook:
    """A row for each indicator of each agency: its answers, the points of each, the level of each part, the score."""
    book = Workbook(write_only=True)
    sheet = book.create_sheet("year")
    row = 0
    for answers in every:
        for said in answers.values():
            row += 1
            checks = [one["value"] for one in said.values()]
            sheet.append(checks + (_formulas(row) if with_formulas else [1] * CHECKS + [3, 3.5, 3, 3.25]))
    return book


def _formulas(row: int) -> list[str]:
    points = [f'=IF({letters(one)}{row}="yes",1,0)' for one in range(CHECKS)]
    ends = [(0, 8), (9, 17), (18, 25)]
    spans = [f"SUM({letters(CHECKS + first)}{row}:{letters(CHECKS + last)}{row})" for first, last in ends]
    first = f"=IF({spans[0]}<1,1,MIN(5,1.5+{spans[0]}/2))"
    steps = [f"=IF({one}<1,1,MIN(5,1+INT(({one}+1)/2)))" for one in spans[1:]]
    parts = [f"{letters(2 * CHECKS + place)}{row}*{weight}" for place, (_checks, weight) in enumerate(PARTS)]
    return [*points, first, *steps, f"=({'+'.join(parts)})/100"]


def letters(column: int) -> str:
    return get_column_letter(column + 1)


def office_seconds(options, file: Path, place: Path) -> float:
    """CPU seconds of LibreOffice doing this with a file, without its window."""
    before = resource.getrusage(resource.RUSAGE_CHILDREN)
    profile = f"-env:UserInstallation=file://{place}/profile"
    command = ["soffice", profile, "--headless", "--norestore", *options, str(file)]
    subprocess.run(command, check=True, capture_output=True)
    after = resource.getrusage(resource.RUSAGE_CHILDREN)
    return after.ru_utime + after.ru_stime - before.ru_utime - before.ru_stime


def main() -> None:
    options = argparse.ArgumentParser(description=__doc__)
    options.add_argument("--agencies", type=int, default=343)
    options.add_argument("--turns", type=int, default=3)
    said = options.parse_args()
    every = answers_by_chance(said.agencies)
    own = measure_folds(form(), every, said.turns)
    with tempfile.TemporaryDirectory() as place:
        measure_workbook(every, own, Path(place))
    runner = get_runner(settings)(interactive=False, verbosity=0)
    databases = runner.setup_databases()
    try:
        measure_database(said.turns)
    finally:
        runner.teardown_databases(databases)


if __name__ == "__main__":
    main()
