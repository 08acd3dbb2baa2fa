"""Scores the answer job on its examples: the right paper cited, the right facts said, and nothing where nothing is."""

import json
from collections.abc import Iterable, Mapping
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any

from jobs.grounding import normalise
from tests.rehearsal.score import Share

Row = Mapping[str, Any]


@dataclass
class Scores:
    """Figures over a set of questions."""

    answered: Share = field(default_factory=Share)
    """Of those that the papers answer: something was said."""
    document: Share = field(default_factory=Share)
    """Of the same: a paper that answers it is cited."""
    right: Share = field(default_factory=Share)
    """Of the same: every paper is cited and every fact stands in the answer."""
    declined: Share = field(default_factory=Share)
    """Of those that no paper answers, or none that the asker may see."""
    precise: Share = field(default_factory=Share)
    """Of what was answered at all: every fact stands there."""
    wrong_facts: int = 0
    """Answers that hold what superseded papers, or another's contract, say."""
    loose_quotes: int = 0
    """Citations whose words do not stand in the passage that they name."""

    @property
    def figures(self) -> dict[str, float]:
        shares = ("answered", "document", "right", "declined", "precise")
        return {name: getattr(self, name).value for name in shares}


def read_rows(file: Path, part: str) -> list[Row]:
    rows = (json.loads(line) for line in file.read_text(encoding="utf-8").splitlines())
    return [row for row in rows if row["part"] == part]


def score(pairs: Iterable[tuple[Row, Mapping[str, Any], Mapping[str, str]]]) -> Scores:
    """Of each question its example, the proposal, and the sources that were given, by id."""
    total = Scores()
    for row, proposal, sources in pairs:
        said = _flat(" ".join([proposal["answer"] or "", *(one["quote"] for one in proposal["citations"])]))
        cited = {one["document"] for one in proposal["citations"]}
        facts = all(_flat(fact) in said for fact in row["facts"])
        if row["declined"]:
            total.declined.add(proposal["declined"])
        else:
            total.answered.add(not proposal["declined"])
            total.document.add(bool(cited & set(row["documents"])))
            total.right.add(set(row["documents"]) <= cited and facts)
        if not proposal["declined"]:
            total.precise.add(facts and not row["declined"])
        total.wrong_facts += any(_flat(fact) in _flat(proposal["answer"] or "") for fact in row["not_facts"])
        total.loose_quotes += sum(
            normalise(one["quote"]) not in normalise(sources.get(one["source"], "")) for one in proposal["citations"]
        )
    return total


def _flat(text: str) -> str:
    return normalise(text).replace(" ", "")
