"""Which rulings may stand."""

import pytest

from indicators.models import Indicator
from scorecards.reviewing.rulings import RulingChange, misfits_of
from scorecards.states import Decision

PUNCTUAL = {
    "key": "x", "kind": "checklist", "title": "ตรงเวลา",
    "deductions": [{"key": "late", "label": "วันที่ล่าช้า", "amount": "0.03", "per": "day", "cap": "1"}],
    "children": [{"key": "done", "kind": "check", "title": "เสร็จ", "points": "5"}],
}  # fmt: skip


def misfits(decision, content, reason) -> list:
    return misfits_of(
        RulingChange("x", decision, content, reason), indicator=Indicator(rubric=PUNCTUAL), said={}
    )


@pytest.mark.parametrize(("reason", "count"), [("", 1), (" ", 1), ("ส่งช้า ๓ วัน ตามหนังสือรับ", 0)])
def test_points_are_deducted_with_a_reason(reason, count):
    found = misfits(Decision.AGREE, {"deductions": {"late": "3"}}, reason)
    assert len(found) == count
    assert all("เหตุผลที่หักคะแนน" in str(one) and one.url == "#criterion-x" for one in found)


def test_agreement_without_a_deduction_needs_none():
    assert misfits(Decision.AGREE, {}, "") == []
