"""One scorecard as a PDF: the worker's whole job against WeasyPrint left to itself, and what each lever is worth.

    .venv/bin/python -m benchmarks.pdf [--turns 7]

The record is that of an 18-indicator form with rubric tables, narratives and evidence. "Natural" sets the same HTML
with WeasyPrint's own user-agent sheet, automatic column widths, collapsed borders, the collector on, no tags, no
archive format, nothing attached. CPU time, since the machine is shared; everything in turns in one run, each figure
the median of its turns divided by the median of natural.

Found on two cores shared with seven other programs (so ± 0.04), 30 pages: whole job 0.45, outside the layout engine
0.01, first of a cold process 0.73–0.79; with WeasyPrint's user-agent sheet 0.50, with the collector on 0.48, without
fixed tables 0.98. What that noise hides was counted in calls of Python functions (cProfile, the same each time):
borders side by side + 13 %, objects written twice + 8 %.
"""

import argparse
import contextlib
import gc
import json
import os
import statistics
import subprocess
import sys
import time

os.environ.setdefault("DJANGO_SETTINGS_MODULE", "tests.settings")

import django

django.setup()

from django.conf import settings
from django.test.utils import get_runner, setup_test_environment

from reports import checking, pdf
from reports.record import build_record, canonical

COLD = """
import json, sys, time, django
django.setup()
from reports.pdf import print_record
record = json.load(sys.stdin)
began = time.process_time()
print_record(record)
print(time.process_time() - began)
"""
EQUAL = "border: .25pt solid #3c4852;"
STRICT = "table-layout: fixed; border-collapse: separate; border-spacing: 0;"


def sample_record() -> dict:
    """The record to set, built on a database of its own."""
    from tests.reports.conftest import make_sample

    setup_test_environment()
    runner = get_runner(settings)(interactive=False, verbosity=0)
    databases = runner.setup_databases()
    try:
        return build_record(make_sample("sdo-2562").scorecard)
    finally:
        runner.teardown_databases(databases)


def natural(html: str, *, style: str) -> int:
    """Set the HTML as one does who never measured; returns the number of pages."""
    from weasyprint import CSS, HTML
    from weasyprint.text.fonts import FontConfiguration

    from reports import engine

    fonts, fetcher = FontConfiguration(), engine.PackagedFiles()
    sheets = [CSS(string=text, font_config=fonts, url_fetcher=fetcher) for text in (engine.FACES, style)]
    document = HTML(string=html, base_url=engine.SCHEME, url_fetcher=fetcher).render(
        font_config=fonts, stylesheets=sheets
    )
    document.write_pdf()
    return len(document.pages)


def seconds(work) -> float:
    gc.collect()
    began = time.process_time()
    work()
    return time.process_time() - began


def medians(works: dict, *, turns: int) -> dict[str, float]:
    """{name: median of CPU seconds}, each work once in every turn after a first one that is not counted."""
    found: dict[str, list[float]] = {name: [] for name in works}
    for turn in range(turns + 1):
        for name, work in works.items():
            taken = seconds(work)
            if turn:
                found[name].append(taken)
    return {name: statistics.median(taken) for name, taken in found.items()}


@contextlib.contextmanager
def without(owner, name, instead):
    """While open, a lever is off."""
    original = getattr(owner, name)
    setattr(owner, name, instead)
    try:
        yield
    finally:
        setattr(owner, name, original)


def outside(record: dict) -> None:
    """What the worker does besides setting: hashes, the template, the square, the register's digest."""
    pdf.record_hash(record)
    pdf.render_record(record)
    checking.check_code(record)
    canonical(record)


def cold(record: dict) -> float:
    """CPU seconds of the first document of a new process, without Django's own start."""
    answer = subprocess.run(
        [sys.executable, "-c", COLD], input=json.dumps(record), capture_output=True, text=True, check=True
    )
    return float(answer.stdout)


def main() -> None:
    options = argparse.ArgumentParser(description=__doc__)
    options.add_argument("--turns", type=int, default=7)
    turns = options.parse_args().turns
    record = sample_record()
    from reports import engine, tagging

    html, style = pdf.render_record(record), engine.report_source()
    loose = style.replace(STRICT, "border-collapse: collapse;").replace("table-layout: fixed;", "")
    sided = style.replace(EQUAL, "border: 0 solid #3c4852; border-width: 0 .5pt .5pt 0;")
    assert len({loose, sided, style}) == 3

    def lever(owner, name, instead):
        def work():
            with without(owner, name, instead):
                pdf.print_record(record)

        return work

    works = {
        "natural": lambda: natural(html, style=loose),
        "whole job": lambda: pdf.print_record(record),
        "outside the layout engine": lambda: outside(record),
        "with WeasyPrint's user-agent sheet": lever(
            engine.Page, "_ua_stylesheets", engine.HTML._ua_stylesheets
        ),
        "with objects written twice": lever(tagging.Finished, "write", tagging.pydyf.PDF.write),
        "with borders side by side": lever(engine, "report_style", lambda: engine.CSS(string=sided)),
        "with the collector on": lever(pdf, "no_collector", contextlib.nullcontext),
        "without fixed tables": lever(engine, "report_style", lambda: engine.CSS(string=loose)),
    }
    found = medians(works, turns=turns)
    for name, taken in found.items():
        print(f"{taken:7.3f} s {taken / found['natural']:6.2f}  {name}")
    taken = statistics.median(cold(record) for _turn in range(3))
    print(f"{taken:7.3f} s {taken / found['natural']:6.2f}  first of a cold process")


if __name__ == "__main__":
    main()
