"""Scores the quote job on its examples: lines found and read, products matched and declined, facts of the request."""

import json
import re
from collections.abc import Callable, Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass, field, fields
from pathlib import Path
from typing import Any

from rapidfuzz import fuzz

from tests.rehearsal.score import Share, Tally

Row = Mapping[str, Any]
Proposal = Mapping[str, Any]
"""As JSON. Its lines have `sku`, `status` and `candidates` beside what the model read."""

_LIKENESS = 70
"""Per cent from which two lines may be the same one."""
_SAME_WORDS = 85
_SHOWN = 5
"""Candidates that a match shows at most."""


@dataclass
class Scores:
    """Figures over a set of mails. What an example marks as ambiguous is left out."""

    lines: Tally = field(default_factory=Tally)
    requested: Share = field(default_factory=Share)
    quantity: Share = field(default_factory=Share)
    unit: Share = field(default_factory=Share)
    article: Share = field(default_factory=Share)
    price_breaks: Share = field(default_factory=Share)
    repeats_order: Share = field(default_factory=Share)
    matched: Share = field(default_factory=Share)
    """Of the lines that mean one product; a line that was not found is wrong."""
    in_reach: Share = field(default_factory=Share)
    """Of the same lines, those whose product is given or among the candidates: one key away."""
    declined: Share = field(default_factory=Share)
    """Of the lines that mean none or several products."""
    named_ambiguous: Share = field(default_factory=Share)
    candidates: Share = field(default_factory=Share)
    """Of the products that an ambiguous line may mean, those that are shown."""
    wrong_products: int = 0
    """Products offered that nobody asked for: the dangerous figure."""
    language: Share = field(default_factory=Share)
    customer_reference: Tally = field(default_factory=Tally)
    wanted_date: Tally = field(default_factory=Tally)
    delivery_address: Tally = field(default_factory=Tally)
    company: Tally = field(default_factory=Tally)
    contact: Tally = field(default_factory=Tally)

    def figures(self) -> dict[str, float]:
        figures: dict[str, float] = {}
        for name in (one.name for one in fields(self)):
            value = getattr(self, name)
            if isinstance(value, Tally):
                figures |= {f"{name}_precision": value.precision, f"{name}_recall": value.recall}
            else:
                figures[name] = value.value if isinstance(value, Share) else float(value)
        return figures


def read_rows(folder: Path, part: str) -> list[dict[str, Any]]:
    rows = [json.loads(line) for line in (folder / "gold.jsonl").read_text("utf-8").splitlines()]
    return [row for row in rows if row["part"] == part]


def score(rows: Iterable[Row], proposal_for: Callable[[Row], Proposal]) -> tuple[Scores, list[str]]:
    """Figures over the rows, and one line per mistake."""
    scores = Scores()
    mistakes = [f"{row['file']}: {text}" for row in rows for text in _score_mail(scores, row, proposal_for(row))]
    return scores, mistakes


def _score_mail(scores: Scores, row: Row, got: Proposal) -> Iterator[str]:
    taste = frozenset[str](row["ambiguous"])
    scores.language.add(got["language"] == row["language"])
    for name, same in _SAME.items():
        if name not in taste:
            yield from _score_fact(getattr(scores, name), name, row[name], got[name], same)
    for index, gold, line in _aligned(row["lines"], got["lines"], taste):
        yield from _score_line(scores, f"lines[{index}]", gold, line, taste)


def _score_fact(
    tally: Tally, name: str, gold: str | None, got: str | None, same: Callable[[str, str], bool]
) -> Iterator[str]:
    right = gold is not None and got is not None and same(gold, got)
    tally.add(got, gold, right)
    if not right and (gold, got) != (None, None):
        yield f"{name} {got!r} for {gold!r}"


def _score_line(scores: Scores, path: str, gold: Row | None, got: Row | None, taste: frozenset[str]) -> Iterator[str]:
    if path in taste:
        return
    scores.lines.add(got, gold, got is not None)
    if gold is None:
        assert got is not None
        yield f"line too many: {got['quantity']} {got['unit']} {got['requested']!r}"
    elif got is None:
        yield f"line missed: {gold['quantity']} {gold['unit']} {gold['requested']!r}"
    else:
        yield from _score_words(scores, path, gold, got, taste)
    if f"{path}.sku" not in taste and not (gold and gold.get("repeats_order")):
        yield from _score_product(scores, gold, got)


def _score_words(scores: Scores, path: str, gold: Row, got: Row, taste: frozenset[str]) -> Iterator[str]:
    for name, same in _SAME_IN_LINE.items():
        if f"{path}.{name}" in taste:
            continue
        right = same(gold, got)
        getattr(scores, name).add(right)
        if not right:
            yield f"{name} {got[name]!r} for {gold.get(name, False)!r} ({gold['requested']})"


def _score_product(scores: Scores, gold: Row | None, got: Row | None) -> Iterator[str]:
    wanted, given = gold and gold["sku"], got and got["sku"]
    if given and given != wanted:
        scores.wrong_products += 1
        yield f"WRONG PRODUCT {given} for {wanted or (gold and gold['status'])} ({got and got['requested']})"
    if gold is None:
        return
    if wanted:
        scores.matched.add(given == wanted)
        scores.in_reach.add(got is not None and wanted in [given, *(one["sku"] for one in got["candidates"])])
        if got and not given:
            yield f"not matched: {wanted} for {got['requested']!r} {got['article'] or ''}, {got['status']}"
    elif got:
        scores.declined.add(not given)
    if gold["status"] == "ambiguous" and got:
        scores.named_ambiguous.add(got["status"] == "ambiguous")
        yield from _score_candidates(scores, gold, got)


def _score_candidates(scores: Scores, gold: Row, got: Row) -> Iterator[str]:
    allowed = set(gold["skus_allowed"])
    shown = len(allowed & {one["sku"] for one in got["candidates"]})
    possible = min(len(allowed), _SHOWN)
    scores.candidates.right += shown
    scores.candidates.total += possible
    if shown < possible:
        yield f"shows {shown} of {possible} products that {got['requested']!r} may mean"


def _aligned(
    gold: Sequence[Row], got: Sequence[Row], taste: frozenset[str]
) -> Iterator[tuple[int | None, Row | None, Row | None]]:
    """The pairing of lines, in order, that is likest overall; what has no partner stands alone."""
    best = [[0.0] * (len(got) + 1) for _ in range(len(gold) + 1)]
    alike = [[_likeness(g, h, f"lines[{i}].requested" in taste) for h in got] for i, g in enumerate(gold)]
    for i in reversed(range(len(gold))):
        for j in reversed(range(len(got))):
            best[i][j] = max(best[i + 1][j], best[i][j + 1], alike[i][j] + best[i + 1][j + 1] if alike[i][j] else 0)
    i = j = 0
    while i < len(gold) or j < len(got):
        if i < len(gold) and j < len(got) and alike[i][j] and best[i][j] == alike[i][j] + best[i + 1][j + 1]:
            yield i, gold[i], got[j]
            i, j = i + 1, j + 1
        elif j == len(got) or (i < len(gold) and best[i][j] == best[i + 1][j]):
            yield i, gold[i], None
            i += 1
        else:
            yield None, None, got[j]
            j += 1


def _likeness(gold: Row, got: Row, any_words: bool) -> float:
    """0: not the same line."""
    same_quantity = gold["quantity"] == got["quantity"]
    texts = [f"{line['requested']} {line['article'] or ''}".casefold() for line in (gold, got)]
    words = max(fuzz.token_set_ratio(*texts), fuzz.ratio(*texts))
    if gold["article"] and got["article"] and _solid(gold["article"]) == _solid(got["article"]):
        words = 100
    if words < _LIKENESS and not (any_words and same_quantity):
        return 0.0
    return words + 20 * same_quantity


def _same_words(gold: Row, got: Row) -> bool:
    """Whether or not the article number is left standing in them."""
    texts = [_plain(line["requested"], gold["article"]) for line in (gold, got)]
    return fuzz.token_sort_ratio(*texts) >= _SAME_WORDS or _solid(gold["requested"]) == _solid(got["requested"])


def _plain(text: str, article: str | None) -> str:
    without = text.casefold().replace((article or "\0").casefold(), " ")
    return " ".join(re.findall(r"[\w/.,²-]+", without))


def _solid(text: str) -> str:
    return re.sub(r"[\W_]+", "", text.casefold())


def _unit(text: str | None) -> str:
    return (text or "").casefold().strip(" .")


_SAME_IN_LINE: Mapping[str, Callable[[Row, Row], bool]] = {
    "requested": _same_words,
    "quantity": lambda gold, got: gold["quantity"] == got["quantity"],
    "unit": lambda gold, got: _unit(gold["unit"]) == _unit(got["unit"]),
    "article": lambda gold, got: _solid(gold["article"] or "") == _solid(got["article"] or ""),
    "price_breaks": lambda gold, got: gold["price_breaks"] == got["price_breaks"],
    "repeats_order": lambda gold, got: gold.get("repeats_order", False) == got["repeats_order"],
}


def _same_name(gold: str, got: str) -> bool:
    return fuzz.token_set_ratio(gold.casefold(), got.casefold()) >= _SAME_WORDS


_SAME: Mapping[str, Callable[[str, str], bool]] = {
    "customer_reference": lambda gold, got: _solid(gold) == _solid(got),
    "wanted_date": lambda gold, got: gold == got,
    "delivery_address": lambda gold, got: fuzz.ratio(_solid(gold), _solid(got)) >= _SAME_WORDS,
    "company": _same_name,
    "contact": _same_name,
}
