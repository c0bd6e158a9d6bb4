"""Small real files as evidence, kept in the store like any other file."""

import hashlib
import io

import pikepdf
from django.utils import timezone

from config.demo.filling import leaves
from evidence import store
from evidence.models import Evidence

NAMES = [
    "คำสั่งแต่งตั้งคณะทำงาน.pdf",
    "รายงานผลการดำเนินงาน.pdf",
    "สรุปผลสำรวจความพึงพอใจ.pdf",
    "หนังสือแจ้งเวียนใช้ระบบ.pdf",
]


def attach(entry, rubric, answers, *, actor):
    """A PDF for every criterion that asks for evidence of something that was achieved (a "no" needs none)."""
    months = entry.scorecard.round.months
    for position, node in enumerate(nodes(rubric)):
        wanted = node.get("evidence", {}).get("need") == "required"
        told = [answers[leaf["key"]] for leaf in leaves(node, months) if leaf["key"] in answers]
        if wanted and any(content.get("value") != "no" for content in told):
            keep(entry, node["key"], name=NAMES[position % len(NAMES)], actor=actor)


def nodes(node):
    """A rubric document's nodes, from the top down."""
    yield node
    for child in node.get("children") or ():
        yield from nodes(child)


def keep(entry, criterion_key, *, name, actor):
    """Store one page that is unlike every other, so that each hash is its own."""
    content = one_page(f"{entry.scorecard_id}/{entry.indicator.code}/{criterion_key}")
    evidence = Evidence(
        entry=entry,
        criterion_key=criterion_key,
        name=name,
        pages="หน้า 1",
        media_type="application/pdf",
        size=len(content),
        sha256=hashlib.sha256(content).hexdigest(),
        uploaded_by=actor,
        uploaded_at=timezone.now(),
    )
    store.keep_bytes(content, key=evidence.pk)
    evidence.save(force_insert=True)


def one_page(subject: str) -> bytes:
    """An A4 page that says what it stands for, in the fourteen fonts that every reader has."""
    pdf = pikepdf.new()
    page = pdf.add_blank_page(page_size=(595, 842))
    font = pikepdf.Dictionary(
        Type=pikepdf.Name.Font, Subtype=pikepdf.Name.Type1, BaseFont=pikepdf.Name.Helvetica
    )
    page.Resources = pikepdf.Dictionary(Font=pikepdf.Dictionary(F1=pdf.make_indirect(font)))
    page.Contents = pdf.make_stream(
        b"BT /F1 14 Tf 72 770 Td (Demo evidence: %s) Tj ET" % subject.encode("ascii", "replace")
    )
    target = io.BytesIO()
    pdf.save(target, deterministic_id=True)
    return target.getvalue()
