"""Scores the invoice job on its examples: fields and lines read, exceptions raised, and what must not go through."""

import json
import re
from collections.abc import Callable, Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass, field, fields
from decimal import Decimal
from itertools import zip_longest
from pathlib import Path
from typing import Any

from tests.rehearsal.score import Share

Row = Mapping[str, Any]
Result = Mapping[str, Any]
"""What `countersign try` says of one invoice."""

_STRUCTURED = "xml"
_DANGEROUS = frozenset({"IBAN_CHANGED", "IBAN_INVALID", "BANK_NOTICE", "PDF_DIFFERS", "DUPLICATE", "PO_MISMATCH"})
"""A changed account, a duplicate, an overcharge."""


@dataclass
class Scores:
    """Figures over a set of files."""

    parts: Share = field(default_factory=Share)
    """Files that fall into as many invoices as they hold."""
    structured_fields: Share = field(default_factory=Share)
    structured_lines: Share = field(default_factory=Share)
    """Invoices whose lines are as many as there are, each with its net amount."""
    read_fields: Share = field(default_factory=Share)
    """Of documents without structured data."""
    read_lines: Share = field(default_factory=Share)
    exceptions: Share = field(default_factory=Share)
    """Invoices with exactly the right ones, besides what is allowed."""
    automatic: Share = field(default_factory=Share)
    """Invoices to which nothing is to be objected and nothing is."""
    false_errors: int = 0
    """Invoices without fault with an error."""
    wrong_through: int = 0
    """A changed account, a duplicate or an overcharge that is not named as such."""
    through: int = 0
    """Anything that a person has to see, and that comes out with no word of doubt: a release could let it pass."""

    def figures(self) -> dict[str, float]:
        values = {one.name: getattr(self, one.name) for one in fields(self)}
        return {name: value.value if isinstance(value, Share) else float(value) for name, value in values.items()}


def read_rows(folder: Path) -> list[dict[str, Any]]:
    return [json.loads(line) for line in (folder / "gold.jsonl").read_text("utf-8").splitlines()]


def score(rows: Iterable[Row], results: Mapping[str, Sequence[Result]]) -> tuple[Scores, list[str]]:
    """Figures over the rows, and one line per mistake. `results` are by file, one for each invoice."""
    scores = Scores()
    return scores, [f"{row['file']}: {text}" for row in rows for text in _score_file(scores, row, results[row["file"]])]


def _score_file(scores: Scores, row: Row, results: Sequence[Result]) -> Iterator[str]:
    if not row["parts"]:
        for result in results:
            yield from _score_through(scores, result)
        return
    scores.parts.add(len(results) == len(row["parts"]))
    if len(results) != len(row["parts"]):
        yield f"{len(results)} invoices for {len(row['parts'])}"
    for gold, result in zip_longest(row["parts"], results):
        if gold:
            yield from _score_part(scores, row["kind"], gold, result or {})
        else:
            yield from _score_through(scores, result)


def _score_part(scores: Scores, kind: str, gold: Row, result: Result) -> Iterator[str]:
    if gold["fields"]:
        structured = kind == _STRUCTURED
        tally = scores.structured_fields if structured else scores.read_fields
        yield from _score_fields(tally, gold["fields"], result.get("proposal") or {})
        lines = scores.structured_lines if structured else scores.read_lines
        yield from _score_lines(lines, gold["lines"], (result.get("proposal") or {}).get("lines") or [])
        yield from _score_exceptions(scores, gold, result)
    if gold["route"] != "auto":
        yield from _score_through(scores, result)


def _score_fields(tally: Share, gold: Row, got: Row) -> Iterator[str]:
    for name, value in gold.items():
        right = _same(_SAME.get(name, _word), got.get(name), value)
        tally.add(right)
        if not right:
            yield f"{name} {got.get(name)!r} for {value!r}"


def _score_lines(tally: Share, gold: Row, got: Sequence[Row]) -> Iterator[str]:
    nets = [_amount(line["net_amount"]) if line["net_amount"] is not None else None for line in got]
    right = nets == [Decimal(net) for net in gold["nets"]]
    tally.add(right)
    if not right:
        yield f"lines {[str(net) for net in nets]} for {gold['nets']}"


def _score_exceptions(scores: Scores, gold: Row, result: Result) -> Iterator[str]:
    errors, all_codes = _codes(result, "error"), _codes(result, "error", "warning")
    wanted, allowed = set(gold["exceptions"]), set(gold["allowed"])
    missing, false = wanted - all_codes, errors - wanted - allowed
    scores.exceptions.add(bool(result) and not missing and not false)
    if missing or false:
        yield f"exceptions {sorted(all_codes)} for {sorted(wanted)}"
    if wanted & _DANGEROUS and not (all_codes & (wanted | allowed)):
        scores.wrong_through += 1
        yield f"WRONG THROUGH: {sorted(wanted)}"
    if gold["route"] == "auto":
        scores.automatic.add(bool(result) and not result.get("exceptions"))
        scores.false_errors += bool(errors)
        if result.get("exceptions") and not false:
            yield f"doubts {[item['message'] for item in result['exceptions']]}"


def _score_through(scores: Scores, result: Result) -> Iterator[str]:
    passes = "error" not in result and not result.get("exceptions") and result.get("route") in ("auto", "countersign")
    scores.through += passes
    if passes:
        yield "THROUGH without a word"


def _codes(result: Result, *severities: str) -> set[str]:
    found = {item["code"] for item in result.get("exceptions") or [] if item["severity"] in severities}
    return {code for code in found if code.isupper()}


def _same(plain: Callable[[str], object], got: object, gold: object) -> bool:
    if got is None or gold is None:
        return got is None and gold is None
    return plain(str(got)) == plain(str(gold))


def _word(value: str) -> str:
    return " ".join(value.casefold().split())


def _solid(value: str) -> str:
    return re.sub(r"[\W_]+", "", value.casefold())


def _amount(value: str) -> Decimal:
    return Decimal(value)


_SAME: Mapping[str, Callable[[str], object]] = {
    "seller_vat_id": _solid,
    "iban": _solid,
    "net_total": _amount,
    "tax_total": _amount,
    "gross_total": _amount,
    "payable_amount": _amount,
}
