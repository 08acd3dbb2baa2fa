"""The rehearsal model's answer to the job `next_action`: the admissible steps by their priority and by how strongly the
evidence calls for each, in the evidence's own sentences."""

import re
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass, field

from jobs.core import Draft
from jobs.next_action.schema import Ranked, Ranking

_ADMISSIBLE = "admissible"
_STEP = re.compile(r"(\w+) \[(\d+)( ahead)?\]")
_CONDITION = re.compile(r"  \w+ (-?[\d.]+) \((at_least|at_most) (-?[\d.]+)\)")
_EVIDENCE = "  evidence: "
_MOST = 3
_PULL = 2.0
"""Places in the rules' order that a condition met twice over is worth; three times that at most."""
_STRONGEST = 3.0
_LEAST_SPAN = 5.0
"""Days or pieces that count as once over, where the rule's own value is smaller."""
_LONGEST = 300


@dataclass
class _Step:
    name: str
    priority: int
    ahead: bool
    strengths: list[float] = field(default_factory=list[float])
    evidence: list[str] = field(default_factory=list[str])

    @property
    def place(self) -> tuple[bool, float]:
        strength = sum(self.strengths) / len(self.strengths) if self.strengths else 0.0
        return not self.ahead, self.priority - _PULL * min(strength, _STRONGEST)


def draft(sources: Mapping[str, str]) -> Draft[Ranking]:
    steps = sorted(_read(sources.get(_ADMISSIBLE, "")), key=lambda step: step.place)
    return Draft[Ranking](proposal=Ranking(ranking=list(_ranked(steps[:_MOST], sources))), evidence=[])


def _read(text: str) -> Iterator[_Step]:
    step: _Step | None = None
    for line in text.splitlines():
        if found := _STEP.fullmatch(line):
            step = _Step(found[1], int(found[2]), bool(found[3]))
            yield step
        elif step and (condition := _CONDITION.fullmatch(line)):
            step.strengths.append(_strength(float(condition[1]), condition[2], float(condition[3])))
        elif step and line.startswith(_EVIDENCE):
            step.evidence = line.removeprefix(_EVIDENCE).split(", ")


def _strength(value: float, comparison: str, wanted: float) -> float:
    """How far beyond what the rule asks for, in terms of that."""
    over = value - wanted if comparison == "at_least" else wanted - value
    return max(over, 0.0) / max(abs(wanted), _LEAST_SPAN)


def _ranked(steps: Sequence[_Step], sources: Mapping[str, str]) -> Iterator[Ranked]:
    for step in steps:
        known = [id_ for id_ in step.evidence if id_ in sources]
        if known:
            words = " ".join(sources[id_] for id_ in known)
            why = words if len(words) <= _LONGEST else sources[known[0]][:_LONGEST]
            yield Ranked(action=step.name, why=why, evidence=known, quote=sources[known[0]])
