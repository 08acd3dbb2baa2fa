"""Scores the recap job on its examples: fields right, nothing filled that the call does not say, speaker and time."""

import json
from collections.abc import Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any

from rapidfuzz import fuzz

from tests.rehearsal.score import Share, Tally

Row = Mapping[str, Any]
SINGLE = ("need", "budget", "authority", "timeline", "competitor", "next_meeting", "stage_suggestion")
LISTS = ("objections", "decisions", "next_steps")
_ALIKE = 60
"""Per cent of likeness from which words of the call say what the gold's do."""


@dataclass
class Scores:
    fields: dict[str, Tally] = field(default_factory=lambda: {name: Tally() for name in (*SINGLE, *LISTS)})
    owner: Share = field(default_factory=Share)
    due: Share = field(default_factory=Share)
    speaker: Share = field(default_factory=Share)
    time: Share = field(default_factory=Share)
    invented: int = 0
    """Filled fields of calls that say nothing of them: the dangerous figure."""

    def figures(self) -> dict[str, float]:
        figures = {"invented": float(self.invented)}
        for name, tally in self.fields.items():
            figures |= {f"{name}_precision": tally.precision, f"{name}_recall": tally.recall}
        shares = {"owner": self.owner, "due": self.due, "speaker": self.speaker, "time": self.time}
        return figures | {name: share.value for name, share in shares.items()}


def read_rows(folder: Path, part: str) -> list[dict[str, Any]]:
    """One for each call, with the name of its file."""
    rows: list[dict[str, Any]] = []
    for path in sorted(folder.glob("*.expected.json")):
        gold = json.loads(path.read_text("utf-8"))
        stem = path.name.removesuffix(".expected.json")
        file = next(one for one in folder.glob(f"{stem}.*") if one != path)
        rows += [{**gold, "file": file.name}] if gold["part"] == part else []
    return rows


def score(rows: Iterable[Row], proposals: Mapping[str, Row]) -> tuple[Scores, list[str]]:
    """Figures over the rows, and one line per mistake."""
    scores = Scores()
    mistakes = [f"{row['file']}: {text}" for row in rows for text in _score_call(scores, row, proposals[row["file"]])]
    return scores, mistakes


def _score_call(scores: Scores, row: Row, got: Row) -> Iterator[str]:
    gold, empty = row["proposal"], row["must_be_empty"]
    for name in (*SINGLE, *LISTS):
        if name in empty and got[name]:
            scores.invented += 1
            yield f"INVENTED {name}: {got[name]!r}"
    for name in SINGLE:
        yield from _score_field(scores, row, name, gold[name], got)
    for name in LISTS:
        yield from _score_list(scores, row, name, gold[name], got)


def _score_field(scores: Scores, row: Row, name: str, wanted: Any, got: Row) -> Iterator[str]:
    value = got[name]
    if wanted is None and name not in row["must_be_empty"]:
        return  # either will do
    right = wanted is not None and value is not None and _same(wanted, value)
    scores.fields[name].add(value, wanted, right)
    if right:
        yield from _score_said(scores, name, row["said"].get(name), got)
    elif (wanted, value) != (None, None):
        yield f"{name} {value!r} for {wanted!r}"


def _score_list(scores: Scores, row: Row, name: str, wanted: Sequence[Any], got: Row) -> Iterator[str]:
    left = list(enumerate(got[name]))
    for number, gold in enumerate(wanted):
        best = max(left, key=lambda one: _likeness(gold, one[1]), default=None)
        right = best is not None and _likeness(gold, best[1]) >= _ALIKE
        scores.fields[name].add(best if right else None, gold, right)
        if best is None or not right:
            yield f"{name} missed: {gold!r}"
            continue
        left.remove(best)
        if name == "next_steps":
            yield from _score_step(scores, gold, best[1])
        said = row["said"].get(name) or []
        yield from _score_said(scores, f"{name}[{best[0]}]", said[number] if number < len(said) else None, got)
    if wanted or name in row["must_be_empty"]:
        for _, extra in left:
            scores.fields[name].add(extra, None, right=False)
            yield f"{name} too many: {extra!r}"


def _score_step(scores: Scores, gold: Row, got: Row) -> Iterator[str]:
    for name, share in (("owner", scores.owner), ("due", scores.due)):
        share.add(gold[name] == got[name])
        if gold[name] != got[name]:
            yield f"next_steps {name} {got[name]!r} for {gold[name]!r} ({gold['what']})"


def _score_said(scores: Scores, name: str, gold: Row | None, got: Row) -> Iterator[str]:
    if not gold:
        return
    found = [one for one in got["said"] if one["field"] == name]
    for key, share in (("speaker", scores.speaker), ("time", scores.time)):
        right = any(one[key] == gold[key] for one in found)
        share.add(right)
        if not right:
            yield f"{name} {key} {[one[key] for one in found]} for {gold[key]!r}"


def _same(wanted: Any, value: Any) -> bool:
    if isinstance(wanted, dict):
        return wanted == value
    if wanted[:4].isdigit() or value[:4].isdigit():
        return wanted == value
    return _alike(wanted, value) >= _ALIKE


def _likeness(gold: Any, got: Any) -> float:
    if isinstance(gold, dict):
        return _alike(gold["what"], got["what"]) * (1.0 if gold["owner"] == got["owner"] else 0.9)
    return _alike(gold, got)


def _alike(one: str, other: str) -> float:
    return fuzz.token_set_ratio(one.casefold(), other.casefold())
