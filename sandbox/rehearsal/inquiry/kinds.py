"""What a letter asks for: its sentences are cut into clauses, each clause shows a kind, clauses are gathered into requests."""

import re
from collections.abc import Iterator, Sequence, Set
from dataclasses import dataclass, field, replace

from sandbox.rehearsal.inquiry.text import Sentence, is_bullet
from sandbox.rehearsal.inquiry.words import Words

_PAUSE = re.compile(r"[,;:] | - ")

_STRENGTH = {
    "complaint": 4.0,
    "service_request": 3.2,
    "order": 3.0,
    "quote_request": 3.3,
    "invoice": 3.4,
    "other": 2.9,
    "question": 2.0,
}
"""Which kind wins when one clause shows several: a complaint about an order is a complaint."""
_KINDS = ("complaint", "service_request", "order", "quote_request", "invoice", "other", "question")
_STRONG = 1.5
_OWN = 1.8
"""From this weight on, a part of a sentence stands as a request beside another part."""
_TOGETHER = (
    ("complaint", "defect", "received"),
    ("complaint", "delay", "received"),
    ("complaint", "billing", "billing_wrong"),
    ("service_request", "equipment", "malfunction"),
    ("service_request", "malfunction", "help"),
)
"""Two classes of words in one sentence that show a kind together."""
_TOGETHER_WEIGHT = 2.9
_ACROSS = (("complaint", "defect", "received"), ("service_request", "malfunction", "equipment"))
"""A class in one sentence that shows a kind when the other class stands elsewhere in the letter."""
_ACROSS_WEIGHT = 2.2
_SURE = 3.5
"""From this weight on, a complaint says so in words of its own."""
_TYPE = re.compile(r"\b(?=[a-z0-9/-]*[a-z])(?=[a-z0-9/-]*\d)[a-z0-9]{2,}(?:[/-][a-z0-9]+)*\b")
"""A type or size such as `ip-40` or `500l`."""
_SHORT_QUESTION = 6
"""Words below which a question has no subject of its own."""
_BUSINESS = ("complaint", "service_request", "order", "quote_request", "invoice")


@dataclass(frozen=True)
class Clause:
    """A part of a sentence. `kind` is what it shows by itself: a kind, `fault` (something is broken), `intent` (we would
    like to buy), `need` (we need 20 of them), or nothing."""

    sentence: Sentence
    start: int
    end: int
    kind: str | None
    score: float = 0

    @property
    def strong(self) -> bool:
        """Whether the kind stands on a cue of its own rather than on a hint."""
        return self.score >= _STRONG

    @property
    def folded(self) -> str:
        return self.sentence.folded[self.start : self.end]


@dataclass
class Demand:
    """One request under construction: its kind (`fault` until the whole letter is read) and the clauses that belong to it."""

    kind: str
    clauses: list[Clause] = field(default_factory=list["Clause"])
    lead: Clause | None = None
    """The clause that showed the kind."""


def clauses(sentences: Sequence[Sentence], lists: Words) -> list[Clause]:
    """The clauses of a letter in order, each with the kind it shows."""
    context = frozenset(
        name
        for _, _, name in _ACROSS
        if any(lists.cues("classes", name).search(lists.corrected(s.folded)) for s in sentences)
    )
    return [clause for sentence in sentences for clause in _cut(sentence, context, lists)]


def gather(found: Sequence[Clause], subject: Clause | None, counted: Set[Sentence], lists: Words) -> list[Demand]:
    """Puts clauses together into requests, in the order in which the letter brings them up.

    `counted` are the sentences that name quantities of things: without any other sign they are an order."""
    demands: list[Demand] = []
    pending: list[Clause] = []
    quoting = [c for c in [*found, *([subject] if subject else [])] if c.kind == "quote_request" and c.strong]
    current: Demand | None = None
    for clause in _without_guesses(found):
        if not clause.strong and clause.sentence in counted and _asks_for_things(clause, lists):
            clause = replace(clause, kind="need", score=_STRONG)
        kind = _kind_here(clause, demands, quoting, lists)
        if kind is None:
            if current:
                current.clauses.append(clause)
            else:
                pending.append(clause)
            continue
        current = _place(clause, kind, demands, current, lists)
        if pending:
            current.clauses[:0] = pending
            pending = []
    demands = _settle(demands, lists)
    if not demands:
        demands = [_weakest(pending, subject, counted, lists)]
    elif pending:
        demands[0].clauses[:0] = pending
    return demands


def _without_guesses(found: Sequence[Clause]) -> Sequence[Clause]:
    """Kinds guessed across sentences count only in a letter that shows no kind within one."""
    if not any(c.strong and c.kind != "question" and c.score != _ACROSS_WEIGHT for c in found):
        return found
    return [replace(c, kind=None, score=0) if c.score == _ACROSS_WEIGHT else c for c in found]


# --- clauses ---------------------------------------------------------------------------------------------------------


@dataclass(frozen=True)
class _Hit:
    kind: str
    weight: float
    start: int
    end: int


def _hits(folded: str, context: frozenset[str], lists: Words) -> list[_Hit]:
    masked = _blanked(folded, lists.cues("kinds.mask", "all"))
    asked = _blanked(masked, lists.cues("kinds.mask", "offers"))
    hits: list[_Hit] = []
    for kind in _KINDS:
        if kind != "question":
            strong = lists.cues(f"kinds.{kind}", "strong").finditer(asked if kind == "quote_request" else masked)
            hits += [_Hit(kind, _STRENGTH[kind], m.start(), m.end()) for m in strong]
        hits += [_Hit(kind, 0.4, m.start(), m.end()) for m in lists.cues(f"kinds.{kind}", "weak").finditer(asked)]
    for name, weight in (("firm", 3.5), ("told", 2.0), ("interrogative", 2.0), ("polite", 1.6)):
        for m in lists.cues("kinds.question", name).finditer(masked):
            if name in ("firm", "told") or "?" in masked[m.end() :] or _opens(masked, m.start()):
                hits.append(_Hit("question", weight, m.start(), m.end()))
    hits += [_Hit("order", 3.6, m.start(), m.end()) for m in lists.cues("kinds.order", "firm").finditer(masked)]
    hits += [_Hit("other", 4.2, m.start(), m.end()) for m in lists.cues("kinds.other", "firm").finditer(masked)]
    hits += [_Hit("complaint", 2.7, m.start(), m.end()) for m in lists.cues("kinds.complaint", "soft").finditer(masked)]
    hits += [_Hit("fault", 2.5, m.start(), m.end()) for m in lists.cues("kinds.fault", "strong").finditer(masked)]
    hits += [_Hit("intent", 2.95, m.start(), m.end()) for m in lists.cues("kinds.intent", "all").finditer(masked)]
    hits += _class_hits(masked, context, lists)
    hits += [_Hit("need", 1.9, m.start(), m.end()) for m in lists.cues("kinds.need", "all").finditer(masked)]
    return hits


def _blanked(folded: str, pattern: re.Pattern[str]) -> str:
    """Takes out words that name a thing without asking for it, such as the number of an earlier offer."""
    return pattern.sub(lambda m: "\x01" * len(m.group()), folded)


def _opens(folded: str, start: int) -> bool:
    """Whether a position is the first of its clause: a question needs no question mark there."""
    return not folded[:start].strip() or folded[:start].rstrip()[-1:] in ",;:-"


def _class_hits(masked: str, context: frozenset[str], lists: Words) -> Iterator[_Hit]:
    """Kinds shown by words of two classes together, in whatever order."""
    spans: dict[str, list[tuple[int, int]]] = {}
    for name in {n for _, *names in (*_TOGETHER, *_ACROSS) for n in names} | {"unanswered"}:
        spans[name] = [m.span() for m in lists.cues("classes", name).finditer(masked)]
    for kind, first, second in _TOGETHER:
        apart = [max(a, b) for a in spans[first] for b in spans[second] if a[1] <= b[0] or b[1] <= a[0]]
        if apart:
            yield _Hit(kind, _TOGETHER_WEIGHT, *min(apart))
    for kind, name, elsewhere in _ACROSS:
        if elsewhere in context and spans[name]:
            yield _Hit(kind, _ACROSS_WEIGHT, *spans[name][0])
    for start, end in spans["unanswered"]:
        yield _Hit("complaint", _TOGETHER_WEIGHT, start, end)


def _cut(sentence: Sentence, context: frozenset[str], lists: Words) -> Iterator[Clause]:
    """Cuts a sentence where another kind of request begins: `send 50 m hose, and tell me when the generator comes`."""
    folded = lists.corrected(sentence.folded)
    if sentence.line and folded.count("|") >= 2:
        yield Clause(sentence, 0, len(folded), None)
        return
    hits = _hits(folded, context, lists)
    found = [m for p in (_PAUSE, lists.cues("kinds", "breaks")) for m in p.finditer(folded)]
    breaks = sorted({m.start() for m in found if not folded[m.end() :].lstrip()[:1].isdigit()} - {0})
    bounds = [0, *breaks, len(folded)]
    pieces: list[Clause] = []
    for start, end in zip(bounds, bounds[1:], strict=False):
        kind, score = _kind_of([h for h in hits if start < h.end <= end], folded[start:end])
        previous = pieces[-1] if pieces else None
        if previous and score >= _OWN and previous.kind == "question" and _introduces(folded[previous.start : start]):
            pieces[-1] = Clause(sentence, previous.start, end, kind, score)
        elif previous and (kind in (None, previous.kind) or min(score, previous.score) < _OWN):
            kind, score = (kind, score) if score > previous.score else (previous.kind, previous.score)
            pieces[-1] = Clause(sentence, previous.start, end, kind, score)
        else:
            pieces.append(Clause(sentence, start, end, kind, score))
    yield from pieces


def _introduces(folded: str) -> bool:
    """Whether a question's words only lead in what the next part says: `please tell us, ...`."""
    return len(folded.split()) <= _SHORT_QUESTION


def _kind_of(hits: list[_Hit], text: str) -> tuple[str | None, float]:
    scores: dict[str, float] = {}
    for hit in hits:
        scores[hit.kind] = max(scores.get(hit.kind, 0), hit.weight)
    if "?" in text:
        scores["question"] = max(scores.get("question", 0), 1.5)
    if not scores:
        return None, 0
    best = max(scores, key=lambda kind: scores[kind])
    return best, scores[best]


# --- requests --------------------------------------------------------------------------------------------------------


def _kind_here(clause: Clause, demands: list[Demand], quoting: list[Clause], lists: Words) -> str | None:
    """The kind a clause brings to its letter; None when it only says more about what was brought up before.

    Whoever needs or wants to buy something orders it, unless the letter asks for its price."""
    if not clause.strong or clause.kind is None:
        return None
    if clause.kind == "need" and demands and not _something_more(clause, demands[-1], lists):
        return None
    if clause.kind in ("intent", "need"):
        counted = re.compile(rf"{lists.number} \w")
        thing = lists.cues("kinds", "thing")
        asked = [c for c in quoting if c.sentence != clause.sentence]
        own = [c for c in asked if counted.search(c.folded) or thing.search(c.folded)]
        apart = bool(own) and bool(counted.search(clause.folded))
        return "quote_request" if quoting and not apart else "order"
    return clause.kind


def _something_more(clause: Clause, demand: Demand, lists: Words) -> bool:
    """Whether a need stated behind another request is one of its own."""
    if demand.kind in ("quote_request", "order"):
        return False
    return demand.kind == "question" or bool(lists.cues("kinds.marker", "more").search(clause.folded))


def _place(clause: Clause, kind: str, demands: list[Demand], current: Demand | None, lists: Words) -> Demand:
    """The demand this clause belongs to: one that is there, or a new one."""
    target = _home(clause, kind, demands, current, lists)
    if target is None:
        target = Demand(kind, lead=clause)
        demands.append(target)
    target.clauses.append(clause)
    return target


def _home(clause: Clause, kind: str, demands: list[Demand], current: Demand | None, lists: Words) -> Demand | None:
    by_kind = {d.kind: d for d in demands}
    apart = bool(lists.cues("kinds.marker", "apart").search(clause.folded[:40]))
    marked = (
        apart or bool(lists.cues("kinds.marker", "all").search(clause.folded[:40])) or is_bullet(clause.sentence.text)
    )
    if kind in by_kind and not (kind == "question" and marked and _own_topic(clause, lists)):
        return by_kind[kind]
    consequence = bool(lists.cues("priority", "high_standstill").search(clause.folded))
    replaces = bool(lists.cues("kinds.replacement", "all").search(clause.folded))
    complaint, service = by_kind.get("complaint"), by_kind.get("service_request")
    machine = bool(lists.cues("classes", "equipment").search(clause.folded))
    if kind == "service_request" and complaint and not marked:
        if complaint.lead and complaint.lead.score < _SURE and _tells_of_machine(complaint, lists):
            complaint.kind = kind
            return complaint
        if consequence or not machine:
            return complaint
    billed = bool(lists.cues("classes", "billing").search(clause.folded))
    if kind == "complaint" and service and not marked and not billed and clause.score < _SURE:
        return service
    if kind == "complaint" and service and _only_consequence(service, lists):
        service.kind = kind
        return service
    if kind == "fault":
        return (
            service
            or (complaint if not marked else None)
            or (current if current and current.kind != "question" else None)
        )
    if (
        kind in ("order", "service_request", "quote_request", "invoice")
        and complaint
        and replaces
        and not (marked and kind == "quote_request")
    ):
        return complaint
    if kind == "invoice" and (complaint or by_kind.get("order") or by_kind.get("quote_request")):
        return complaint or current
    if kind == "other":
        return current
    if kind == "question":
        return None if apart else _home_of_question(clause, demands, marked, lists)
    return None


def _tells_of_machine(demand: Demand, lists: Words) -> bool:
    text = " ".join(c.folded for c in demand.clauses)
    return all(lists.cues("classes", name).search(text) for name in ("equipment", "malfunction"))


def _only_consequence(demand: Demand, lists: Words) -> bool:
    """A standstill that is told without asking for help: what caused it decides the kind."""
    texts = [c.folded for c in demand.clauses if c.strong]
    stands = lists.cues("priority", "high_standstill")
    return all(stands.search(text) and not lists.cues("classes", "help").search(text) for text in texts)


def _own_topic(clause: Clause, lists: Words) -> bool:
    return bool(lists.cues("kinds.own_topic", "all").search(clause.folded))


def _home_of_question(clause: Clause, demands: list[Demand], marked: bool, lists: Words) -> Demand | None:
    """A question about what is being quoted, ordered or complained of is part of that request."""
    business = [d for d in demands if d.kind in _BUSINESS]
    return business[-1] if business and _is_about(clause, business[-1], marked, lists) else None


def _is_about(clause: Clause, demand: Demand, marked: bool, lists: Words) -> bool:
    """Whether a question speaks of the same matter as the demand before it."""
    text = clause.folded
    before = " ".join(c.folded for c in demand.clauses)
    if any(code not in before for code in _TYPE.findall(text)) or lists.cues("kinds.marker", "earlier").search(text):
        return False
    own = _own_topic(clause, lists)
    item = bool(lists.cues("kinds.item_topic", "all").search(text))
    if demand.kind in ("complaint", "service_request", "invoice"):
        if demand.kind == "invoice" and marked:
            return False
        added = marked or bool(lists.cues("kinds.marker", "opener").match(text.lstrip(" ,;:-")))
        if lists.cues("kinds.marker", "resolution").search(text):
            return not (marked and (own or item))
        return not (own or item or added)
    if own or marked:
        return item and not (own and marked)
    refers = bool(lists.cues("kinds.marker", "refers").search(text))
    return item or refers or len(text.split()) < _SHORT_QUESTION


def _settle(demands: list[Demand], lists: Words) -> list[Demand]:
    """Second thoughts once the whole letter is read."""
    kinds = {d.kind for d in demands}
    settled: list[Demand] = []
    for demand in demands:
        kind: str = demand.kind
        if kind == "fault":
            demand.kind = _kind_of_fault(demand, lists)
            twin = next((d for d in demands if d is not demand and d.kind == demand.kind), None)
            if twin is None and {"service_request", "complaint"} & kinds:
                twin = next(d for d in demands if d.kind in ("service_request", "complaint"))
            if twin:
                twin.clauses = [*demand.clauses, *twin.clauses]
                continue
        if kind == "question" and _asked_on_the_way(demand, demands, lists):
            host = next(d for d in demands[demands.index(demand) + 1 :] if d.kind in _BUSINESS)
            host.clauses = [*demand.clauses, *host.clauses]
            continue
        if kind == "other" and kinds - {"other"}:
            host = next(d for d in demands if d.kind != "other")
            host.clauses = [*demand.clauses, *host.clauses]
            continue
        settled.append(demand)
    return settled


def _kind_of_fault(demand: Demand, lists: Words) -> str:
    """Something broken: delivered goods are a complaint, a machine in use is a case for service."""
    text = " ".join(c.folded for c in demand.clauses)
    return "complaint" if lists.cues("kinds.fault", "delivered").search(text) else "service_request"


def _asked_on_the_way(question: Demand, demands: list[Demand], lists: Words) -> bool:
    """`Do you have these in stock? If so please quote 20`: asked before the request that it is about."""
    index = demands.index(question)
    later = [d for d in demands[index + 1 :] if d.kind in ("quote_request", "order")]
    business = [d for d in demands[index + 1 :] if d.kind in ("complaint", "service_request")]
    if business and not later:
        return not any(_own_topic(c, lists) for c in question.clauses)
    if not later or any(lists.cues("kinds.marker", "all").search(c.folded[:40]) for c in later[0].clauses[:1]):
        return False
    return not any(_own_topic(c, lists) for c in question.clauses)


def _asks_for_things(clause: Clause, lists: Words) -> bool:
    """A bare list line, or a sentence that begins with a quantity and says please: `50 x blanking plates please`."""
    counts = re.match(rf"\W*{lists.number}", clause.folded)
    return bool(counts) and bool(clause.sentence.line or lists.cues("kinds", "please").search(clause.folded))


def _weakest(found: list[Clause], subject: Clause | None, counted: Set[Sentence], lists: Words) -> Demand:
    """No clause shows a kind by itself: the subject does, or the most frequent hint."""
    scores: dict[str, float] = {}
    for clause in found:
        for hit in _hits(clause.folded, frozenset(), lists):
            scores[hit.kind] = scores.get(hit.kind, 0) + hit.weight
    if subject and subject.kind:
        scores[subject.kind] = scores.get(subject.kind, 0) + (3 if subject.strong else 0.5)
    if counted:
        scores["order"] = scores.get("order", 0) + _STRONG
    scores = {kind: score for kind, score in scores.items() if kind not in ("fault", "intent", "need")}
    best = max(scores, key=lambda kind: scores[kind]) if scores else "other"
    return Demand(best, list(found), lead=next((c for c in found if c.kind == best), subject))
