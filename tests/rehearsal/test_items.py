"""Quantities, units and things, in prose, lists and tables."""

from pathlib import Path

import pytest
from rapidfuzz import fuzz

from tests.rehearsal.reading import read

Items = list[tuple[float, str, str]]


def cases() -> list[tuple[str, Items]]:
    """The text of a mail, and its items as quantity, unit (`-` where none is told) and thing."""
    found: list[tuple[str, Items]] = []
    for block in (Path(__file__).parent / "item_mails.txt").read_text("utf-8").split("\n\n===\n"):
        expected, text = block.split("\n---\n", 1)
        items = (line.split(" / ", 2) for line in expected.splitlines())
        found.append((text, [(float(quantity), unit.strip("-"), thing) for quantity, unit, thing in items]))
    return found


def items_of(text: str) -> Items:
    items = (item for request in read(text)["requests"] for item in request["items"])
    return [(item["quantity"], item["unit"] or "", item["text"]) for item in items]


@pytest.mark.parametrize(("text", "expected"), cases())
def test_items(text: str, expected: Items) -> None:
    found = items_of(text)
    assert [quantity for quantity, _, _ in found] == [quantity for quantity, _, _ in expected]
    for (_, unit, thing), (_, expected_unit, expected_thing) in zip(found, expected, strict=True):
        assert fuzz.ratio(thing.lower(), expected_thing.lower()) >= 80
        assert unit == expected_unit or not expected_unit


def test_twice_as_many_counts_from_the_item_before() -> None:
    found = items_of("can you send me 20 of the blue ones and twice as many in red")
    assert found == [(20, "", "blue ones"), (40, "", "red")]


@pytest.mark.parametrize(
    "text",
    [
        "Please deliver within 3 days, our team of 8 people is waiting.",
        "Call me on 020 7946 0138 about order 4711 of 12.05.2026.",
        "We are at 12 Station Road, our VAT number is GB 284 5519 37.",
        "Der Preis von 120 EUR ist zu hoch, wir sind 5 Jahre Kunde.",
    ],
)
def test_numbers_that_count_nothing(text: str) -> None:
    assert items_of(text) == []
