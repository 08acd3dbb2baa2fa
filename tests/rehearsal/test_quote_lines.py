"""What the rehearsal model reads out of requests for quotation, form by form."""

from dataclasses import dataclass, field
from pathlib import Path
from typing import Any

import pytest

from sandbox.rehearsal import answer
from tests.rehearsal.reading import mail

_FIELDS = ("company", "contact", "customer_reference", "delivery_address", "wanted_date", "special_terms")


@dataclass
class Case:
    name: str
    sources: dict[str, str]
    lines: list[str] = field(default_factory=list[str])
    fields: dict[str, str] = field(default_factory=dict[str, str])


def cases() -> list[Case]:
    text = (Path(__file__).parent / "quote_requests.txt").read_text("utf-8")
    return [_case(block) for block in text.removeprefix("### ").split("\n### ")]


def _case(block: str) -> Case:
    head, _, body = block.partition("\n---\n")
    name, *expected = head.split("\n")
    first, *others = ("\n" + body).split("\n@@ ")
    parts = (other.partition("\n") for other in others)
    case = Case(name, mail(first.strip("\n")) | {id_: text.strip("\n") for id_, _, text in parts})
    for line in expected:
        if " | " in line:
            case.lines.append(line)
        elif " = " in line:
            key, _, value = line.partition(" = ")
            case.fields[{"date": "wanted_date"}.get(key, key)] = value
    return case


def told(line: dict[str, Any]) -> str:
    """A line as the file of requests writes it: quantity, unit, article, words, and what else there is."""
    quantity = "-" if line["quantity"] is None else f"{line['quantity']:.10g}"
    parts = [quantity, line["unit"] or "-", line["article"] or "-", line["requested"]]
    if line["price_breaks"]:
        parts.append("breaks=" + ",".join(f"{each:.10g}" for each in line["price_breaks"]))
    if line["wanted_date"]:
        parts.append(f"date={line['wanted_date']}")
    if line["context"]:
        parts.append(f"context={line['context']}")
    if line["repeats_order"]:
        parts.append("repeat")
    return " | ".join(parts)


@pytest.mark.parametrize("case", cases(), ids=lambda case: case.name)
def test_lines(case: Case) -> None:
    draft = answer("quote", case.sources)
    assert [told(line) for line in draft["proposal"]["lines"]] == case.lines
    shown = {name: draft["proposal"][name] for name in _FIELDS}
    shown["special_terms"] = "; ".join(shown["special_terms"])
    assert {name: shown[name] for name in case.fields} == case.fields


@pytest.mark.parametrize("case", cases(), ids=lambda case: case.name)
def test_every_line_has_evidence(case: Case) -> None:
    draft = answer("quote", case.sources)
    shown = {one["field"]: one for one in draft["evidence"]}
    for number, line in enumerate(draft["proposal"]["lines"]):
        assert f"lines[{number}].requested" in shown
        assert line["quantity"] is None or f"lines[{number}].quantity" in shown
    for one in draft["evidence"]:
        assert " ".join(one["quote"].split()) in " ".join(case.sources[one["source"]].split())


def test_a_name_below_the_list_is_no_line() -> None:
    """A mail that ends with its sender's name, and no closing above it."""
    header = "From: Gareth Pugh <gareth@severnpanels.example>\nDate: 2026-03-02 Monday\nSubject: Prices"
    text = "Hello,\n\nplease quote:\n\n- 8 x cable gland M12\n\nGareth Pugh"
    lines = answer("quote", {"mail.header": header, "mail.new_text": text})["proposal"]["lines"]
    assert [(line["requested"], line["quantity"]) for line in lines] == [("cable gland M12", 8)]
