"""Scores a job's answers on its examples: how many requests, of which kinds, with which facts."""

import json
import re
from collections.abc import Callable, Iterable, Iterator, Mapping
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any

from rapidfuzz import fuzz

Proposal = Mapping[str, Any]
Answer = Callable[[dict[str, Any]], Proposal]

_LEGAL = re.compile(
    r"\b(?:ltd|limited|llc|plc|inc|corp|gmbh(?: & co\.? kg)?|mbh|ag|kg|ohg|ug|e\.?k"
    r"|b\.?v|n\.?v|vof|sarl|sasu?|s\.?a|eurl|sprl|srl|bvba)\b\.?",
    re.I,
)
_ITEM_LIKENESS = 80


@dataclass
class Tally:
    """How often a field was given, was asked for and was right."""

    given: int = 0
    asked: int = 0
    right: int = 0

    def add(self, got: object, gold: object, right: bool) -> None:
        self.given += got is not None
        self.asked += gold is not None
        self.right += right and gold is not None

    @property
    def precision(self) -> float:
        return self.right / self.given if self.given else 1.0

    @property
    def recall(self) -> float:
        return self.right / self.asked if self.asked else 1.0

    @property
    def f1(self) -> float:
        return 2 * self.right / (self.given + self.asked) if self.given + self.asked else 1.0


@dataclass
class Share:
    right: int = 0
    total: int = 0

    def add(self, right: bool) -> None:
        self.right += right
        self.total += 1

    @property
    def value(self) -> float:
        return self.right / self.total if self.total else 1.0


@dataclass
class Scores:
    """Figures over a set of mails. Fields that an example marks as ambiguous are left out."""

    mails: int = 0
    language: Share = field(default_factory=Share)
    is_business: Share = field(default_factory=Share)
    not_business: Share = field(default_factory=Share)
    booked: int = 0
    """Mails that are no business and were taken for some."""
    request_count: Share = field(default_factory=Share)
    kinds_exact: Share = field(default_factory=Share)
    kind: Share = field(default_factory=Share)
    priority: Share = field(default_factory=Share)
    wanted_date: Share = field(default_factory=Share)
    company: Tally = field(default_factory=Tally)
    contact: Tally = field(default_factory=Tally)
    email: Tally = field(default_factory=Tally)
    phone: Tally = field(default_factory=Tally)
    items: Tally = field(default_factory=Tally)
    units: Share = field(default_factory=Share)

    def figures(self) -> dict[str, float]:
        figures = {
            name: getattr(self, name).value
            for name in (
                "language",
                "is_business",
                "request_count",
                "kinds_exact",
                "kind",
                "priority",
                "wanted_date",
                "units",
            )
        }
        figures["not_business_recall"] = self.not_business.value
        figures["booked"] = float(self.booked)
        for name in ("company", "contact", "email", "phone", "items"):
            tally: Tally = getattr(self, name)
            figures |= {f"{name}_precision": tally.precision, f"{name}_recall": tally.recall, f"{name}_f1": tally.f1}
        return figures


def read_examples(folder: Path) -> list[dict[str, Any]]:
    return [json.loads(line) for line in (folder / "gold.jsonl").read_text("utf-8").splitlines() if line.strip()]


def score(
    rows: Iterable[Mapping[str, Any]], answer: Callable[[Mapping[str, Any]], Proposal]
) -> tuple[Scores, list[str]]:
    """Figures over the rows, and one line per mistake."""
    scores = Scores()
    mistakes: list[str] = []
    for row in rows:
        wrong = [f"{row['file']}: {text}" for text in _score_mail(scores, row, answer(row))]
        mistakes += wrong
    return scores, mistakes


def _score_mail(scores: Scores, row: Mapping[str, Any], got: Proposal) -> Iterator[str]:
    gold: Proposal = row["proposal"]
    unclear = set(row.get("ambiguous", []))
    scores.mails += 1
    scores.language.add(got["language"] == gold["language"])
    if got["language"] != gold["language"]:
        yield f"language {got['language']} for {gold['language']}"
    scores.is_business.add(got["is_business"] == gold["is_business"])
    if got["is_business"] != gold["is_business"]:
        yield f"is_business {got['is_business']}"
    if not gold["is_business"]:
        scores.not_business.add(not got["is_business"])
        scores.booked += got["is_business"]
        return
    got_kinds, gold_kinds = ([r["kind"] for r in p["requests"]] for p in (got, gold))
    open_kinds = {gold["requests"][i]["kind"] for i in range(len(gold_kinds)) if f"requests[{i}].kind" in unclear}
    scores.request_count.add(len(got_kinds) == len(gold_kinds))
    same = sorted(got_kinds) == sorted(gold_kinds)
    if not open_kinds:
        scores.kinds_exact.add(same)
    if not same:
        yield f"kinds {got_kinds} for {gold_kinds}"
    for index, wanted, found in _matched(gold["requests"], got["requests"]):
        yield from _score_request(scores, f"requests[{index}]", wanted, found, unclear)


def _matched(gold: list[Any], got: list[Any]) -> Iterator[tuple[int, Any, Any]]:
    left = list(got)
    order = sorted(range(len(gold)), key=lambda i: not any(r["kind"] == gold[i]["kind"] for r in left))
    for index in order:
        found = next((r for r in left if r["kind"] == gold[index]["kind"]), left[0] if left else None)
        if found is not None:
            left.remove(found)
        yield index, gold[index], found


def _score_request(scores: Scores, path: str, gold: Any, got: Any, unclear: set[str]) -> Iterator[str]:
    if f"{path}.kind" not in unclear:
        scores.kind.add(got is not None and got["kind"] == gold["kind"])
    if got is None:
        return
    for name, same in _SAME.items():
        if f"{path}.{name}" in unclear:
            continue
        right = _both_none(got[name], gold[name]) or (
            None not in (got[name], gold[name]) and same(got[name], gold[name])
        )
        getattr(scores, name).add(got[name], gold[name], right)
        if not right:
            yield f"{name} {got[name]!r} for {gold[name]!r}"
    for name in ("priority", "wanted_date"):
        if f"{path}.{name}" in unclear:
            continue
        right = got[name] == gold[name]
        getattr(scores, name).add(right)
        if not right:
            reason = f" ({got['priority_reason']})" if name == "priority" else ""
            yield f"{gold['kind']} {name} {got[name]}{reason} for {gold[name]}"
    if f"{path}.items" not in unclear:
        yield from _score_items(scores, path, gold["items"], got["items"], unclear)


def _score_items(scores: Scores, path: str, gold: list[Any], got: list[Any], unclear: set[str]) -> Iterator[str]:
    left = list(got)
    for index, wanted in enumerate(gold):
        marks = {name for name in ("text", "quantity", "unit") if f"{path}.items[{index}].{name}" in unclear}
        found = next((item for item in left if _same_item(item, wanted, marks)), None)
        scores.items.add(found, wanted, found is not None)
        if found is None:
            yield f"item missed: {wanted['quantity']} {wanted['unit']} {wanted['text']!r}"
            continue
        left.remove(found)
        if "unit" not in marks:
            same = (found["unit"] or "").casefold().strip(".") == (wanted["unit"] or "").casefold().strip(".")
            scores.units.add(same)
            if not same:
                yield f"unit {found['unit']!r} for {wanted['unit']!r}"
    for item in left:
        scores.items.add(item, None, False)
        yield f"item too many: {item['quantity']} {item['unit']} {item['text']!r}"


def _same_item(got: Any, gold: Any, unclear: set[str]) -> bool:
    texts = got["text"].casefold(), gold["text"].casefold()
    alike = max(fuzz.ratio(*texts), fuzz.token_sort_ratio(*texts)) >= _ITEM_LIKENESS
    return ("text" in unclear or alike) and ("quantity" in unclear or got["quantity"] == gold["quantity"])


def _both_none(got: object, gold: object) -> bool:
    return got is None and gold is None


def _name(value: str) -> str:
    return re.sub(r"[\W_]+", "", _LEGAL.sub("", value.casefold()))


def _digits(value: str) -> str:
    return re.sub(r"\D", "", value)


_SAME: dict[str, Callable[[str, str], bool]] = {
    "company": lambda got, gold: _name(got) == _name(gold),
    "contact": lambda got, gold: _name(got) == _name(gold),
    "email": lambda got, gold: got.casefold() == gold.casefold(),
    "phone": lambda got, gold: _digits(got) == _digits(gold),
}
