"""The PDF as an archive file: it claims PDF/A-3 and PDF/UA-1 and keeps what they ask; it holds its own data."""

import hashlib
import io
import itertools
import json
import re

import pikepdf
import pypdfium2
import pytest
from pikepdf import pdfa

from indicators.scoring import content_hash
from reports.pdf import print_record
from reports.record import build_record, canonical
from scorecards.states import ScorecardState
from tests.reports.conftest import text_of
from tests.world import walk

# What pikepdf's validator refuses because it only knows the properties that need no description of their own; the
# description is looked at below. It checks level B; level A is B with tags.
BEYOND_THE_VALIDATOR = re.compile(
    r"pdfaExtension|pdfaSchema|pdfaProperty|pdfuaid:part|conformance is 'A', expected 'B'"
)


@pytest.fixture(scope="module")
def archive(real):
    with pikepdf.open(io.BytesIO(real.printed.content)) as document:
        yield document


@pytest.fixture(scope="module")
def elements(archive):
    """Every element of the tag tree, in reading order."""
    return list(below(archive.Root.StructTreeRoot.K[0]))


def below(element):
    yield element
    for kid in element.get("/K", []):
        if isinstance(kid, pikepdf.Dictionary) and "/S" in kid:
            yield from below(kid)


def test_it_keeps_the_rules_of_the_archive_format(archive):
    findings = pdfa.check(archive, "3b").findings
    assert [str(one) for one in findings if not BEYOND_THE_VALIDATOR.search(str(one))] == []


def test_it_claims_both_and_describes_the_claim_that_the_archive_format_does_not_know(archive):
    words = archive.Root.Metadata.read_bytes().decode()
    for claim in ('pdfaid:part="3"', 'pdfaid:conformance="A"', 'pdfuaid:part="1"'):
        assert claim in words
    assert words.count("<rdf:RDF") == words.count("</rdf:RDF>") == 1
    assert "<pdfaSchema:namespaceURI>http://www.aiim.org/pdfua/ns/id/<" in words
    assert "<pdfaProperty:name>part<" in words


def test_a_screen_reader_knows_title_language_and_that_there_are_tags(archive, real):
    root = archive.Root
    assert (str(root.Lang), bool(root.MarkInfo.Marked)) == ("th", True)
    assert bool(root.ViewerPreferences.DisplayDocTitle) is True
    assert real.record["head"]["agency"] in str(archive.docinfo["/Title"])
    assert {str(page.Tabs) for page in archive.pages} == {"/S"}


def test_headings_leave_no_level_out(elements):
    levels = [int(str(one.S)[2]) for one in elements if re.fullmatch(r"/H\d", str(one.S))]
    assert levels[0] == 1
    assert levels.count(1) == 1
    assert all(after <= before + 1 for before, after in itertools.pairwise(levels))


def test_each_table_names_the_headers_of_its_cells(elements):
    tables = [list(below(one)) for one in elements if one.S == "/Table"]
    assert tables
    for table in tables:
        known = {str(one.ID) for one in table if one.S == "/TH"}
        cells = [one for one in table if one.S == "/TD"]
        assert known
        assert all(one.A.get("/Headers") for one in cells)
        assert {str(header) for one in cells for header in one.A.Headers} <= known


def test_each_picture_says_what_it_is(elements, real):
    code, scores = [str(one.Alt) for one in elements if one.S == "/Figure"]
    assert "/check/" in code
    for part in real.record["card"]["components"]["parts"]:
        assert f"{part['name']} {part['official']}" in scores


def marked_content(page):
    """(names of the marks that are open, operator) of everything that is drawn."""
    marks = []
    for operands, operator in pikepdf.parse_content_stream(page):
        if str(operator) in ("BDC", "BMC"):
            marks.append((str(operands[0]), operands[1] if len(operands) > 1 else {}))
        elif str(operator) == "EMC":
            marks.pop()
        elif str(operator) in ("Tj", "TJ", "f", "f*", "S", "s", "B", "Do"):
            yield list(marks), str(operator)
    assert marks == []


def test_whatever_is_drawn_is_in_the_tree_or_an_artifact(archive, elements):
    numbers = [0] * len(archive.pages)
    for index, page in enumerate(archive.pages):
        for marks, _operator in marked_content(page):
            assert [name for name, facts in marks if name == "/Artifact" or "/MCID" in facts] != []
            numbers[index] = max(
                [numbers[index], *(int(facts.MCID) + 1 for _n, facts in marks if "/MCID" in facts)]
            )
    parents = archive.Root.StructTreeRoot.ParentTree.Nums
    assert [len(parents[2 * index + 1]) for index in range(len(numbers))] == numbers
    in_tree = {one.objgen for one in elements}
    assert {one.objgen for index in range(len(numbers)) for one in parents[2 * index + 1]} <= in_tree


def test_running_heads_are_no_part_of_the_text_that_is_read(archive):
    heads = [
        marks[-1][1]
        for marks, _operator in marked_content(archive.pages[1])
        if marks[-1][0] == "/Artifact" and "/ActualText" in marks[-1][1]
    ]
    assert {str(one.Type) for one in heads} == {"/Pagination"}
    assert any("หน้า" in str(one.ActualText) for one in heads)


def test_it_holds_its_record_as_data(archive, real):
    specification = archive.Root.AF[0]
    assert (str(specification.AFRelationship), str(specification.UF)) == ("/Data", "record.json")
    held = specification.EF.F
    assert str(held.Subtype) == "/application/json"
    content = held.read_bytes()
    assert content == canonical(real.record)
    assert json.loads(content) == real.record
    assert hashlib.sha256(content).hexdigest() == content_hash(real.record)
    assert str(held.Params.ModDate) == "D:20191113090000Z"  # that of the publication, not of the clock


def test_each_indicator_has_a_bookmark(real):
    document = pypdfium2.PdfDocument(real.printed.content)
    titles = [one.get_title() for one in document.get_toc()]
    document.close()
    for indicator in real.record["indicators"]:
        assert any(indicator["code"] in title and indicator["name"] in title for title in titles)


def test_every_line_of_the_derivations_is_printed(world):
    walk(world, ScorecardState.PUBLISHED)
    record = build_record(world.card)
    explained = [indicator["explained"] for indicator in record["indicators"]]
    lines = [line["text"] for one in explained for line in one["self"] + one["official"]]
    text = re.sub(r"\s", "", text_of(print_record(record).content))
    assert lines
    assert [line for line in lines if re.sub(r"\s", "", line) not in text] == []
