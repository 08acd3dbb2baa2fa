"""Sentences cut into clauses, each with the kind of request that its words show."""

import re
from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from itertools import pairwise

from sandbox.rehearsal.inquiry.text import Sentence
from sandbox.rehearsal.inquiry.words import Words

STRONG = 1.5
"""From this weight on, a kind stands on a cue of its own rather than on a hint."""
OWN = 1.8
"""From this weight on, a part of a sentence stands as a request beside another part."""
GUESS = 2.2
"""The weight of a kind that shows only across sentences."""
TOGETHER = 2.9
"""The weight of a kind that two classes of words in one sentence show."""
SURE = 3.5
"""From this weight on, a complaint says so in words of its own."""
SHORT = 6
"""Words below which a clause has no matter of its own."""

_HINT = 0.4
_CUES = (
    ("other", "firm", 4.2),
    ("complaint", "strong", 4.0),
    ("invoice", "firm", 4.1),
    ("order", "firm", 3.6),
    ("quote_request", "firm", 3.6),
    ("question", "firm", 3.5),
    ("invoice", "strong", 3.4),
    ("quote_request", "strong", 3.3),
    ("service_request", "strong", 3.2),
    ("order", "strong", 3.0),
    ("intent", "all", 2.95),
    ("other", "strong", 2.9),
    ("complaint", "soft", 1.95),
    ("fault", "strong", 2.5),
    ("question", "told", 2.0),
    ("question", "interrogative", 2.0),
    ("need", "all", 1.9),
    ("question", "polite", 1.6),
)
"""Kind, list and weight. Where one clause shows several kinds the weightiest wins: a complaint about an order is a
complaint, a quote for a repair is a quote."""
_ONLY_ASKED = ("interrogative", "polite")
_HINTED = ("complaint", "service_request", "order", "quote_request", "invoice", "other", "question")
_PAIRS = (
    ("complaint", "defect", "received"),
    ("complaint", "delay", "received"),
    ("complaint", "billing", "billing_wrong"),
    ("service_request", "equipment", "malfunction"),
    ("service_request", "malfunction", "help"),
)
"""Two classes of words that show a kind together, in whatever order they stand in the sentence."""
_ACROSS = (("complaint", "defect", "received"), ("service_request", "malfunction", "equipment"))
"""A class in one sentence that shows a kind when the other class stands elsewhere in the letter."""
_CLASSES = ("defect", "received", "delay", "billing", "billing_wrong", "equipment", "malfunction", "help", "unanswered")
_PAUSE = re.compile(r"[,;:] | - ")


@dataclass(frozen=True)
class Clause:
    """A part of a sentence. `kind` is what it shows by itself: a kind, `fault` (something is broken), `intent` (we
    would like to buy), `need` (we need 20 of them), or nothing."""

    sentence: Sentence
    start: int
    end: int
    kind: str | None
    score: float = 0

    @property
    def strong(self) -> bool:
        return self.score >= STRONG

    @property
    def folded(self) -> str:
        return self.sentence.folded[self.start : self.end]


@dataclass(frozen=True)
class _Hit:
    kind: str
    weight: float
    start: int
    end: int


def clauses(sentences: Sequence[Sentence], lists: Words) -> list[Clause]:
    """The clauses of a letter in order, each with the kind it shows."""
    texts = [lists.corrected(sentence.folded) for sentence in sentences]
    context = {name for _, _, name in _ACROSS if any(lists.cues("classes", name).search(text) for text in texts)}
    return [clause for sentence in sentences for clause in _cut(sentence, context, lists)]


def hints(clause: Clause, lists: Words) -> dict[str, float]:
    """Every kind that the clause's words point at, with their weights added up."""
    scores: dict[str, float] = {}
    for hit in _hits(clause.folded, set(), lists):
        scores[hit.kind] = scores.get(hit.kind, 0) + hit.weight
    return scores


def _cut(sentence: Sentence, context: set[str], lists: Words) -> Iterator[Clause]:
    """Cuts a sentence where another kind of request begins: `send 50 m hose, and tell me when the generator comes`."""
    folded = lists.corrected(sentence.folded)
    if sentence.line and folded.count("|") >= 2:
        yield Clause(sentence, 0, len(folded), None)
        return
    hits = _hits(folded, context, lists)
    pieces: list[Clause] = []
    for start, end in _parts(folded, lists):
        kind, score = _weightiest([hit for hit in hits if start < hit.end <= end], folded[start:end])
        last = pieces[-1] if pieces else None
        if last and last.kind == "question" and score >= OWN and _words(folded[last.start : start]) <= SHORT:
            pieces[-1] = Clause(sentence, last.start, end, kind, score)  # `please tell us, ...`
        elif last and (kind in (None, last.kind) or min(score, last.score) < OWN):
            kind, score = (kind, score) if score > last.score else (last.kind, last.score)
            pieces[-1] = Clause(sentence, last.start, end, kind, score)
        else:
            pieces.append(Clause(sentence, start, end, kind, score))
    yield from pieces


def _parts(folded: str, lists: Words) -> Iterator[tuple[int, int]]:
    """Where a sentence may be cut: at its pauses and conjunctions, but not before a quantity."""
    found = [m for pattern in (_PAUSE, lists.cues("kinds", "breaks")) for m in pattern.finditer(folded)]
    starts = sorted({m.start() for m in found if not folded[m.end() :].lstrip()[:1].isdigit()} - {0})
    return pairwise([0, *starts, len(folded)])


def _words(folded: str) -> int:
    return len(folded.split())


def _weightiest(hits: Sequence[_Hit], folded: str) -> tuple[str | None, float]:
    scores: dict[str, float] = {}
    for hit in hits:
        scores[hit.kind] = max(scores.get(hit.kind, 0), hit.weight)
    if "?" in folded:
        scores["question"] = max(scores.get("question", 0), STRONG)
    best = max(scores, key=lambda kind: scores[kind], default=None)
    return best, scores[best] if best else 0


def _hits(folded: str, context: set[str], lists: Words) -> list[_Hit]:
    masked = _blanked(folded, lists.cues("kinds.mask", "all"))
    asked = _blanked(masked, lists.cues("kinds.mask", "offers"))
    hits: list[_Hit] = []
    for kind, name, weight in _CUES:
        for match in lists.cues(f"kinds.{kind}", name).finditer(asked if kind == "quote_request" else masked):
            if name not in _ONLY_ASKED or "?" in masked[match.end() :] or _opens(masked, match.start()):
                hits.append(_Hit(kind, weight, match.start(), match.end()))
    for kind in _HINTED:
        hits += [_Hit(kind, _HINT, m.start(), m.end()) for m in lists.cues(f"kinds.{kind}", "weak").finditer(asked)]
    return [*hits, *_class_hits(masked, context, lists)]


def _blanked(folded: str, pattern: re.Pattern[str]) -> str:
    """Takes out words that name a thing without asking for it, such as the number of an earlier offer."""
    return pattern.sub(lambda match: "\x01" * len(match.group()), folded)


def _opens(folded: str, start: int) -> bool:
    """Whether a position is the first of its sentence: a question needs no question mark there."""
    before = folded[:start].rstrip()
    return not before or before[-1] in ":-"


def _class_hits(masked: str, context: set[str], lists: Words) -> Iterator[_Hit]:
    spans = {name: [m.span() for m in lists.cues("classes", name).finditer(masked)] for name in _CLASSES}
    for kind, first, second in _PAIRS:
        apart = [max(a, b) for a in spans[first] for b in spans[second] if a[1] <= b[0] or b[1] <= a[0]]
        if apart:
            yield _Hit(kind, TOGETHER, *min(apart))
    for kind, name, elsewhere in _ACROSS:
        if elsewhere in context and spans[name]:
            yield _Hit(kind, GUESS, *spans[name][0])
    for start, end in spans["unanswered"]:
        yield _Hit("complaint", TOGETHER, start, end)
