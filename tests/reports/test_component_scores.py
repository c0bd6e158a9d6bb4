"""The picture of the components in the printed scorecard: the figures of the record, readable without colour."""

from xml.etree import ElementTree

from reports.component_scores import LABEL, drawn_scores
from reports.drawable import width_of
from reports.pdf import render_record
from reports.print_pictures import printable
from reports.record import build_record
from reports.wording import THAI

SVG = "{http://www.w3.org/2000/svg}"
SCORES = {
    "minimum": "1", "maximum": "5", "of": "component",
    "parts": [
        {"code": "", "name": "รวม", "self": "3.6667", "official": "3.4167"},
        {"code": "1", "name": "ประสิทธิผล", "self": "3.0000", "official": ""},
        {"code": "2", "name": "คุณภาพ", "self": "", "official": ""},
    ],
}  # fmt: skip


def marks(digits="arabic"):
    root = ElementTree.fromstring(drawn_scores(SCORES, digits=digits)["picture"])
    found = {name: [one.attrib for one in root.iter(SVG + name)] for name in ("rect", "circle", "text")}
    return found, [one.text for one in root.iter(SVG + "text")], root.find(SVG + "title").text


def test_official_scores_are_squares_and_self_scores_open_circles():
    found, words, _title = marks()
    assert (len(found["rect"]), len(found["circle"])) == (1, 2)
    assert found["circle"][0]["fill"] == "none"
    assert [one for one in words if one in ("3.4167", "3.0000", "–")] == ["3.4167", "3.0000", "–"]


def test_the_title_says_every_figure_for_whoever_does_not_see_it():
    assert marks()[2].endswith("รวม 3.4167; 1 ประสิทธิผล 3.0000; 2 คุณภาพ –")


def test_figures_and_marks_follow_the_choice_of_digits():
    _found, words, _title = marks(THAI)
    assert {"๓.๔๑๖๗", "๕"} <= set(words)
    assert "5" not in words


def test_a_long_name_is_cut_and_its_number_is_not():
    name = "ประสิทธิภาพในการดำเนินงานตามหลักภารกิจพื้นฐาน"
    drawn = drawn_scores(SCORES | {"parts": [{**SCORES["parts"][1], "name": name}]}, digits=THAI)
    words = [one.text for one in ElementTree.fromstring(drawn["picture"]).iter(SVG + "text")]
    label = next(one for one in words if one.startswith("๑ "))
    assert width_of(label) <= LABEL
    assert label.endswith("…")
    assert f"๑ {name}".startswith(label[:-1])
    assert name in ElementTree.fromstring(drawn["picture"]).find(SVG + "title").text


def test_no_line_is_anchored_elsewhere_than_at_its_beginning():
    """An anchor becomes a transparency group, which an archive file must not hold untagged."""
    found, _words, _title = marks()
    assert all("text-anchor" not in one for one in found["text"])
    words = '<title>a</title><desc>b</desc><text x="100" font-size="10" text-anchor="end">00</text>'
    drawn = printable(f'<svg xmlns="http://www.w3.org/2000/svg">{words}</svg>')
    assert float(ElementTree.fromstring(drawn)[2].get("x")) < 100


def test_a_form_of_one_component_shows_its_indicators(sample):
    record = build_record(sample.scorecard)
    components = record["card"]["components"]
    assert components["of"] == "indicator"
    assert [one["code"] for one in components["parts"][1:]] == [one["code"] for one in record["indicators"]]
    assert components["parts"][0]["official"] == record["card"]["total"]["official"]


def test_without_a_scale_there_is_no_picture(sample):
    record = build_record(sample.scorecard)
    record["card"]["components"] = None
    assert "<svg" in render_record(record)  # the code
    assert "profile-title" not in render_record(record)
