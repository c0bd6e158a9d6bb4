"""Without a browser: load, validate, export, score; every fault in a sentence with its place, never a traceback."""

import json
from pathlib import Path

import pytest
from django.core.management import CommandError, call_command

from indicators.documents import load_document, read_framework_file
from indicators.models import Framework
from tests.shipped import framework_codes

FORMS = Path(__file__).resolve().parent.parent / "indicators" / "frameworks"
MILESTONE = FORMS / "moi-ict-2556.yaml"
ANSWERS = '"4": {step1: yes, step2: yes, step3: yes, step4: no, step5: yes}'
RUBRIC = """
key: spent
kind: measure
title: {th: ร้อยละการเบิกจ่าย, en: Disbursed}
formula: spent / budget * 100
inputs: [{name: spent, label: เบิกจ่าย}, {name: budget, label: งบประมาณ}]
floor: "1"
levels:
  - {at: "40", score: "1", rule: linear}
  - {at: "45", score: "2", rule: linear}
  - {at: "50", score: "3", rule: linear}
  - {at: "55", score: "4", rule: linear}
  - {at: "60", score: "5", rule: linear}
"""


@pytest.fixture
def write(tmp_path):
    def written(name, text):
        path = tmp_path / name
        path.write_bytes(text if isinstance(text, bytes) else text.encode())
        return str(path)

    return written


def test_a_form_is_scored_and_explained(write, capsys):
    call_command("score", str(MILESTONE), write("a.yaml", ANSWERS))
    said = capsys.readouterr().out
    assert "ผ่านต่อเนื่อง 3 จาก 5 ขั้น → 3.0000" in said
    assert "3.0000 × 25 ÷ 100 = 0.7500" in said


def test_a_rubric_is_scored_as_json_exactly(write, capsys):
    answers = write("a.json", '{"spent": {"inputs": {"spent": "๑๔.๕๗๕", "budget": "26"}}}')
    call_command("score", write("r.yaml", RUBRIC), answers, "--json")
    result = json.loads(capsys.readouterr().out)
    assert (result["score_shown"], result["raw"]) == ("4.2115", "2915/52")


def test_the_round_matters(write, capsys):
    answers = write("a.yaml", '"9": {}')
    call_command("score", str(FORMS / "dga-digital-2563.yaml"), answers, "--round", "6", "--language", "en")
    assert "9 " in capsys.readouterr().out


FAULTS = {
    "number": ('spent: {inputs: {spent: "1e9", budget: "26"}}', ["spent: “1e9”"]),
    "key": ("earned: yes", ["ไม่มีข้อ “earned”"]),
    "both": ('spent: {inputs: {spent: "NaN", budget: "x"}}\nmore: no', ["NaN", "“x”", "more"]),
    "input": ('spent: {inputs: {spends: "1"}}', ["spends"]),
    "unreadable": ("a: [", ["YAML"]),
    "not text": (b"\xff\xfe\x00", ["UTF-8"]),
}


@pytest.mark.parametrize("fault", FAULTS)
def test_answers_that_do_not_fit_are_all_named(write, fault):
    text, expected = FAULTS[fault]
    with pytest.raises(CommandError) as refusal:
        call_command("score", write("r.yaml", RUBRIC), write("answers.yaml", text))
    for sentence in expected:
        assert sentence in str(refusal.value)


def test_files_that_are_not_there_are_a_sentence(tmp_path):
    with pytest.raises(CommandError, match="nothing"):
        call_command("score", str(tmp_path / "nothing.yaml"), str(tmp_path / "nothing.yaml"))


@pytest.mark.parametrize("code", framework_codes())
def test_every_shipped_form_is_valid(code, capsys):
    call_command("validate_framework", str(FORMS / f"{code}.yaml"))
    assert "No problems" in capsys.readouterr().out


def test_all_problems_of_a_form_are_said_at_once(write, capsys):
    text = (
        MILESTONE.read_text()
        .replace('weight: "25"', 'weight: "ยี่สิบห้า"')
        .replace("kind: milestone", "kind: ladder")
    )
    with pytest.raises(CommandError):
        call_command("validate_framework", write("f.yaml", text))
    said = capsys.readouterr().out
    assert said.count("ยี่สิบห้า") >= 1
    assert "ladder" in said


def test_loaded_published_exported_and_loaded_again_nothing_changes(db, tmp_path, capsys):
    call_command("load_framework", str(MILESTONE), "--publish")
    first = Framework.objects.get()
    out = tmp_path / "out.yaml"
    call_command("export_framework", "moi-ict-2556", "--out", str(out))
    assert load_document(out.read_bytes()) == read_framework_file("moi-ict-2556")
    call_command("load_framework", str(out))
    assert Framework.objects.get().content_hash == first.content_hash
    assert Framework.objects.get().published_at == first.published_at


def test_a_form_is_not_exported_into_a_folder_that_is_not_there(db, tmp_path):
    call_command("load_framework", str(MILESTONE))
    with pytest.raises(CommandError, match="There is no folder"):
        call_command("export_framework", "moi-ict-2556", "--out", str(tmp_path / "missing" / "out.yaml"))


def test_a_published_form_is_not_replaced(db, write):
    call_command("load_framework", str(MILESTONE), "--publish")
    changed = write("f.yaml", MILESTONE.read_text().replace("ขั้นตอนที่ ๕", "ขั้นตอนสุดท้าย"))
    with pytest.raises(CommandError, match="เปลี่ยนไม่ได้"):
        call_command("load_framework", changed)


def test_exporting_what_is_not_there_names_what_is(db):
    call_command("load_framework", str(MILESTONE))
    with pytest.raises(CommandError, match=r"แบบที่มี: moi-ict-2556\n.*There are: moi-ict-2556"):
        call_command("export_framework", "ict-2570")


def test_only_a_known_person_publishes(db):
    with pytest.raises(CommandError, match="nobody"):
        call_command("load_framework", str(MILESTONE), "--publish", "--by", "ghost")
