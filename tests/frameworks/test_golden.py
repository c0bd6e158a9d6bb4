"""The golden cases that name a seed document, run on the shipped forms themselves through the one fold."""

from fractions import Fraction

import pytest

from indicators.documents import read_framework_file
from indicators.scoring import node_document, read_framework, score_framework
from scorecards.scoring import told_result


def nodes(node):
    yield node
    for child in node.children:
        yield from nodes(child)


def find(node, kind, key):
    """The one node of that kind (None: any criterion) with that code or key."""
    found = [one for one in nodes(node) if one.key == key and (kind is None or one.kind == kind)]
    assert len(found) == 1, (kind, key, len(found))
    return found[0]


@pytest.fixture(scope="module")
def score():
    trees = {}

    def scored(code, answers, *, round=12):
        if code not in trees:
            trees[code] = read_framework(read_framework_file(code))
        return score_framework(trees[code], answers, round=round)

    return scored


def shown(node):
    """(score, weighted score) as the official form prints them."""
    document = node_document(node)
    return document["score_shown"], document["weighted_shown"]


def ticks(prefix, *, yes, no=()):
    return {f"{prefix}{n}": "yes" for n in yes} | {f"{prefix}{n}": "no" for n in no}


def cio(appointed, tasks):
    return {"appointed": appointed} | ticks("task", yes=range(1, tasks + 1), no=range(tasks + 1, 5))


@pytest.mark.parametrize(("tasks", "expected"), [(0, 1), (1, 2), (2, 3), (3, 4), (4, 5)])
def test_g1_cio_appointed(score, tasks, expected):
    assert find(score("ict-2558", {"5": cio("yes", tasks)}), "checklist", "cio").score == expected


def test_g2_cio_not_appointed_is_the_floor(score):
    assert find(score("ict-2558", {"5": cio("no", 4)}), "checklist", "cio").score == 0


DOC = ticks("item", yes=(1, 2, 4), no=(3, 5))


def test_g3_three_items_of_the_operation_center(score):
    assert find(score("ict-2558", {"5": DOC}), "checklist", "doc").score == 3


def test_the_whole_of_2558_weighs_both_issues_equally(score):
    indicator = find(score("ict-2558", {"5": cio("yes", 3) | DOC}), "indicator", "5")
    assert shown(indicator) == ("3.5000", "0.1750")


SUB_ISSUES = ("11", "12", "21", "22", "23", "31", "32", "33", "34", "35")


def form_001(review, plan, progress, achieved):
    return {
        "14": ticks("r", yes=SUB_ISSUES[:review], no=SUB_ISSUES[review:])
        | ticks("p", yes=SUB_ISSUES[:plan], no=SUB_ISSUES[plan:])
        | {
            "progress": {"inputs": {"weighted_progress": progress, "weights": "1"}},
            "achieved": {"inputs": {"weighted_achievement": achieved, "weights": "1"}},
        }
    }


def test_g4_the_12_month_report_of_2550_prints_5_and_0_2000(score):
    total = score("ict-2550", form_001(10, 10, "100", "100"))
    assert shown(find(total, "indicator", "14")) == ("5.0000", "0.2000")
    assert find(total, "indicator", "14").contribution == Fraction(1, 5)


def test_g5_nine_and_eight_sub_issues_then_levels_5_and_4(score):
    indicator = find(score("ict-2550", form_001(9, 8, "100", "90")), "indicator", "14")
    assert shown(indicator) == ("4.1250", "0.1650")


def test_g6_five_sub_issues_are_below_the_first_point(score):
    total = score("ict-2550", form_001(5, 10, "100", "100"))
    assert find(total, "checklist", "review").score == 1


@pytest.mark.parametrize(
    ("yes", "no", "expected"),
    [((1, 2, 3, 5), (4,), ("3.0000", "0.7500")), ((2, 3, 4, 5), (1,), ("0.0000", "0.0000"))],
    ids=["g7", "g8"],
)
def test_g7_g8_a_step_not_met_ends_the_count(score, yes, no, expected):
    total = score("moi-ict-2556", {"4": ticks("step", yes=yes, no=no)})
    assert shown(find(total, "indicator", "4")) == expected


ITEM_5 = ticks("t", yes=(12, 13, 21, 22, 23, 31), no=(11, 32))


@pytest.mark.parametrize("round", [6, 12])
def test_g9_item_5_in_both_rounds(score, round):
    indicator = find(score("dga-digital-2563", {"5": ITEM_5}, round=round), "indicator", "5")
    assert shown(indicator)[0] == "6.5000"
    assert indicator.maximum == 10


@pytest.mark.parametrize(
    ("round", "there", "absent"), [(6, "design", "progress"), (12, "progress", "design")]
)
def test_g10_item_9_asks_another_question_in_each_round(score, round, there, absent):
    total = score("dga-digital-2563", {"9": {there: "yes", absent: "no"}}, round=round)
    assert find(total, "indicator", "9").score == 10
    assert find(total, "check", there).state == "scored"
    assert [node.state for node in nodes(total) if node.key == absent] in ([], ["absent"])


VALUE_ADDED = {
    "direct": "0",
    "indirect": "5200",
    "expenses": "1520",
    "subsidy": "1683",
    "subsidy_rate": "3.70",
    "approved": "242",
    "approved_rate": "0.375",
    "loan": "0",
    "loan_rate": "0",
}


def test_g11_economic_value_added(score):
    total = score("sdo-2562", {"1.1.1": {"value_added": {"inputs": VALUE_ADDED}}})
    node = find(total, "measure", "value_added")
    assert (node.raw, node.score) == (Fraction("3616.8215"), 1)


def test_g12_three_targets_each_met_or_not(score):
    total = score("sdo-2562", {"1.1.2": {"sheets": "20840070", "visits": "46968", "people": "5001"}})
    targets = find(find(total, "indicator", "1.1.2"), "checklist", "targets")
    assert [child.score for child in targets.children] == [1, 0, 1]
    assert targets.score == 0


@pytest.mark.parametrize(("report", "expected"), [("no", 0), ("yes", 1)])
def test_g13_satisfaction_counts_only_with_the_report(score, report, expected):
    total = score("sdo-2562", {"4.1": {"satisfaction": "82.62", "report": report}})
    assert find(find(total, "indicator", "4.1"), "checklist", "targets").score == expected


def test_g14_no_issue_had_to_be_explained(score):
    answers = {
        "2.1.1": {"done": {"inputs": {"carried_out": "244", "planned": "244"}}},
        "2.1.2": {"answered": {"na": "ไม่มีประเด็นสำคัญต้องชี้แจง"}},
        "2.2": ticks("a", yes=("11", "12", "21", "22"), no=("31",)),
    }
    total = score("sdo-2562", answers)
    assert find(total, "indicator", "2.1.2").state == "na"
    assert find(total, "indicator", "2.1").score == 5
    # 2.1 weighs 10 whatever is N/A in it: 2.1.1 stands for it, beside 2.2 which was not met
    assert find(total, "component", "2").score == 3


def test_met_is_the_top_and_not_met_the_bottom_of_the_scorecards_scale(score):
    met = score("sdo-2562", {"4.3": {"governance": "4.0000"}})
    not_met = score("sdo-2562", {"4.3": {"governance": "3.9999"}})
    assert find(met, "indicator", "4.3").score == 5
    assert find(not_met, "indicator", "4.3").score == 1


def everything_met():
    return {
        "1.1.1": {"value_added": {"inputs": VALUE_ADDED}},
        "1.1.2": {"sheets": "20840070", "visits": "46969", "people": "5000"},
        "1.1.3": {
            "revenue": {
                "inputs": {"network": "10", "maintenance": "10", "integration": "30", "training": "50"}
            }
        },
        "1.2": {"datasets": "2", "pilot_population": "5", "pilot_juristic": "5", "foundation": "1"},
        "1.3": {"platform": "yes", "transport": "yes", "budget": "yes"},
        "1.4.1": {"standards": "2"},
        "1.4.2": {"agencies": "10"},
        "1.5": {"programs": "3"},
        "2.1.1": {"done": {"inputs": {"carried_out": "244", "planned": "244"}}},
        "2.1.2": {"answered": {"inputs": {"in_time": "3", "issues": "3"}}},
        "2.2": ticks("a", yes=("11", "12", "21", "22", "31")),
        "4.1": {"satisfaction": "80", "report": "yes"},
        "4.2": {"disbursed": {"inputs": {"spent": "96", "planned": "100"}}},
        "4.3": {"governance": "4"},
        "4.4": ticks("a", yes=range(1, 6))
        | {"prototype": "yes", "charts_election": "5", "charts_transport": "2", "charts_budget": "3"},
        "5.1": ticks("a", yes=range(1, 7)),
    }


def test_every_target_met_is_a_full_scorecard_without_component_3_and_the_director(score):
    total = score("sdo-2562", everything_met())
    assert total.score == 5
    assert total.coverage == 1


def test_the_directors_score_stands_beside_the_total(score):
    part_two = {
        "D.1": {"contract": "4", "organisation": "5", "assigned": {"na": "ไม่มีงานที่มอบหมาย"}},
        "D.2": {"competence": {"option": "level3", "reason": "ตามมติคณะกรรมการ"}},
    }
    total = score("sdo-2562", everything_met() | part_two)
    assert find(total, "indicator", "D.1").score == Fraction(9, 2)
    assert find(total, "component", "D").score == Fraction(15, 4)
    assert total.score == 5


def told(score, code, indicator, answers) -> str:
    """What stands in the column of results of this indicator."""
    return told_result(node_document(find(score(code, {indicator: answers}), "indicator", indicator)))


def test_a_result_on_a_scale_of_its_own_stands_with_the_highest_score_there(score):
    """5.1 is asked in percent; its checklist gives 1 for everything done, which is not one percent."""
    assert told(score, "sdo-2562", "5.1", ticks("a", yes=range(1, 7))) == "1.0000/1"


def test_a_result_that_is_measured_or_on_the_scale_of_the_scorecard_stands_alone(score):
    assert told(score, "sdo-2562", "1.4.2", {"agencies": "1200.50"}) == "1,200.5"
    assert "/" not in told(score, "ict-2558", "5", cio("yes", 4))
    assert told(score, "sdo-2562", "5.1", {}) == ""
