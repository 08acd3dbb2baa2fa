"""Clauses gathered into requests: what a letter asks for, one by one."""

import re
from collections.abc import Sequence, Set
from dataclasses import dataclass, field, replace

from sandbox.rehearsal.inquiry.clauses import GUESS, SHORT, STRONG, SURE, Clause, hints
from sandbox.rehearsal.inquiry.text import Sentence, is_bullet
from sandbox.rehearsal.inquiry.words import Words

_BUSINESS = ("complaint", "service_request", "order", "quote_request", "invoice")
_SALES = ("quote_request", "order")
_TROUBLE = ("complaint", "service_request")
_BEGINNING = 40
"""Characters at a clause's start in which a marker such as `also` counts."""
_TYPE = re.compile(r"\b(?=[a-z0-9/-]*[a-z])(?=[a-z0-9/-]*\d)[a-z0-9]{2,}(?:[/-][a-z0-9]+)*\b")
"""A type or size such as `ip-40` or `500l`."""


@dataclass
class Demand:
    """One request under construction: its kind (`fault` until the whole letter is read) and its clauses."""

    kind: str
    lead: Clause | None
    """The clause that showed the kind."""
    clauses: list[Clause] = field(default_factory=list[Clause])

    @property
    def folded(self) -> str:
        return " ".join(clause.folded for clause in self.clauses)


def gather(found: Sequence[Clause], subject: Clause | None, counted: Set[Sentence], lists: Words) -> list[Demand]:
    """Puts clauses together into requests, in the order in which the letter brings them up.

    `counted` are the sentences that name quantities of things: without any other sign they are an order."""
    quoting = [c for c in [*found, *([subject] if subject else [])] if c.kind == "quote_request" and c.strong]
    gathering = _Gathering(quoting, lists)
    for clause in _without_guesses(found):
        if not clause.strong and clause.sentence in counted and _asks_for_things(clause, lists):
            clause = replace(clause, kind="need", score=STRONG)
        gathering.add(clause)
    demands = gathering.settled()
    if not demands:
        return [_weakest(gathering.pending, subject, bool(counted), lists)]
    demands[0].clauses[:0] = gathering.pending
    only = demands[0]
    if len(demands) == 1 and only.kind == "question" and subject and subject.strong and subject.kind in _BUSINESS:
        only.kind = subject.kind
    return demands


def _without_guesses(found: Sequence[Clause]) -> Sequence[Clause]:
    """Kinds guessed across sentences count only in a letter that shows no kind within one."""
    if not any(c.strong and c.kind != "question" and c.score != GUESS for c in found):
        return found
    return [replace(c, kind=None, score=0) if c.score == GUESS else c for c in found]


def _asks_for_things(clause: Clause, lists: Words) -> bool:
    """A bare list line, or a sentence that begins with a quantity and says please: `50 x blanking plates please`."""
    counts = re.match(rf"\W*{lists.number}", clause.folded)
    return bool(counts) and bool(clause.sentence.line or lists.cues("kinds", "please").search(clause.folded))


def _weakest(found: list[Clause], subject: Clause | None, counted: bool, lists: Words) -> Demand:
    """No clause shows a kind by itself: the subject does, or the most frequent hint."""
    scores = {"other": 0.0, "order": STRONG if counted else 0.0}
    for clause in found:
        for kind, weight in hints(clause, lists).items():
            scores[kind] = scores.get(kind, 0) + weight
    if subject and subject.kind:
        scores[subject.kind] = scores.get(subject.kind, 0) + (2 * STRONG if subject.strong else 0.5)
    for kind in ("fault", "intent", "need"):
        scores.pop(kind, None)
    best = max(scores, key=lambda kind: scores[kind])
    return Demand(best, next((c for c in found if c.kind == best), subject), list(found))


class _Gathering:
    """The requests found so far while a letter is read clause by clause."""

    def __init__(self, quoting: Sequence[Clause], lists: Words) -> None:
        self.demands: list[Demand] = []
        self.pending: list[Clause] = []
        """Clauses before the first request: its background."""
        self._current: Demand | None = None
        self._quoting = quoting
        self._lists = lists

    def add(self, clause: Clause) -> None:
        kind = self._kind_of(clause)
        if kind is None:
            (self._current.clauses if self._current else self.pending).append(clause)
            return
        target = self._home(clause, kind)
        if target is None:
            target = Demand(kind, clause)
            self.demands.append(target)
        target.clauses.append(clause)
        if self.pending:
            target.clauses[:0] = self.pending
            self.pending = []
        self._current = target

    def settled(self) -> list[Demand]:
        """The requests, after second thoughts: questions and faults join what they turn out to be about."""
        kept: list[Demand] = []
        for demand in self.demands:
            host = self._host(demand)
            if host:
                host.clauses[:0] = demand.clauses
            else:
                kept.append(demand)
        return kept

    def _has(self, kind: str, name: str, folded: str) -> bool:
        return bool(self._lists.cues(kind, name).search(folded))

    def _first(self, *kinds: str) -> Demand | None:
        return next((demand for demand in self.demands if demand.kind in kinds), None)

    # --- the kind a clause brings ---

    def _kind_of(self, clause: Clause) -> str | None:
        """None when a clause only says more about what was brought up before. Whoever needs or wants to buy something
        orders it, unless the letter asks for its price."""
        if not clause.strong:
            return None
        if clause.kind == "need" and self.demands and not self._needs_more(clause):
            return None
        if clause.kind in ("intent", "need"):
            return "quote_request" if self._quoting and not self._quotes_something_else(clause) else "order"
        return clause.kind

    def _needs_more(self, clause: Clause) -> bool:
        """Whether a need stated behind another request is one of its own."""
        last = self.demands[-1].kind
        return last not in _SALES and (last == "question" or self._has("kinds.marker", "more", clause.folded))

    def _quotes_something_else(self, need: Clause) -> bool:
        """`Need 300 m cable. And a price for one cabinet`: the price is asked for another thing than the need."""
        counted = re.compile(rf"{self._lists.number} \w")
        asked = [c for c in self._quoting if c.sentence != need.sentence]
        own = any(counted.search(c.folded) or self._has("kinds", "thing", c.folded) for c in asked)
        return own and bool(counted.search(need.folded))

    # --- where a clause belongs ---

    def _home(self, clause: Clause, kind: str) -> Demand | None:
        """The request that a clause is part of; None when it is a new one."""
        same = self._first(kind)
        own_topic = self._has("kinds.own_topic", "all", clause.folded)
        if same and not (kind == "question" and own_topic and self._marked(clause)):
            return same
        if kind == "question":
            return self._home_of_question(clause)
        if kind in ("complaint", "service_request", "fault"):
            return self._home_of_trouble(clause, kind)
        complaint = self._first("complaint")
        if complaint and kind in (*_SALES, "invoice") and self._has("kinds.replacement", "all", clause.folded):
            return None if kind == "quote_request" and self._marked(clause) else complaint
        if kind == "invoice" and self._first("complaint", *_SALES):
            return complaint or self._current
        if kind == "order" and self._first("invoice") and not re.search(self._lists.count, clause.folded):
            return self._first("invoice")
        return self._current if kind == "other" else None

    def _marked(self, clause: Clause) -> bool:
        """Whether a clause is set apart: `also`, `another question`, a list item of its own."""
        beginning = clause.folded[:_BEGINNING]
        return (
            self._has("kinds.marker", "apart", beginning)
            or self._has("kinds.marker", "all", beginning)
            or is_bullet(clause.sentence.text)
        )

    def _home_of_trouble(self, clause: Clause, kind: str) -> Demand | None:
        """A complaint and a call for help are one request unless they tell of two things."""
        complaint, service = self._first("complaint"), self._first("service_request")
        marked = self._marked(clause)
        if kind == "fault":
            answerable = self._current if self._current and self._current.kind != "question" else None
            return service or (complaint if not marked else None) or answerable
        if kind == "service_request" and complaint:
            if not marked and complaint.lead and complaint.lead.score < SURE and self._tells_of_machine(complaint):
                complaint.kind = kind
                return complaint
            consequence = self._has("priority", "high_standstill", clause.folded)
            if not marked and (consequence or not self._has("classes", "equipment", clause.folded)):
                return complaint
            return complaint if self._has("kinds.replacement", "all", clause.folded) else None
        if kind == "complaint" and service:
            if not marked and clause.score < SURE and not self._has("classes", "billing", clause.folded):
                return service
            if self._only_standstill(service):
                service.kind = kind
                return service
        return None

    def _tells_of_machine(self, demand: Demand) -> bool:
        return all(self._has("classes", name, demand.folded) for name in ("equipment", "malfunction"))

    def _only_standstill(self, demand: Demand) -> bool:
        """A standstill that is told without asking for help: what caused it decides the kind."""
        texts = [clause.folded for clause in demand.clauses if clause.strong]
        return all(
            self._has("priority", "high_standstill", text) and not self._has("classes", "help", text) for text in texts
        )

    def _home_of_question(self, clause: Clause) -> Demand | None:
        """A question about what is being quoted, ordered or complained of is part of that request."""
        business = [demand for demand in self.demands if demand.kind in _BUSINESS]
        if not business or self._has("kinds.marker", "apart", clause.folded[:_BEGINNING]):
            return None
        return business[-1] if self._is_about(clause, business[-1]) else None

    def _is_about(self, question: Clause, demand: Demand) -> bool:
        text = question.folded
        if any(code not in demand.folded for code in _TYPE.findall(text)):
            return False
        if self._has("kinds.marker", "earlier", text):
            return False
        marked = self._marked(question)
        own = self._has("kinds.own_topic", "all", text)
        item = self._has("kinds.item_topic", "all", text)
        if demand.kind == "invoice":
            return not (own or item or marked)
        if demand.kind in _TROUBLE:
            if self._has("kinds.marker", "resolution", text):
                return not (marked and (own or item))
            begins_anew = self._lists.cues("kinds.marker", "opener").match(text.lstrip(" ,;:-"))
            return not (own or item or marked or begins_anew)
        if own or marked:
            return item and not (own and marked)
        return item or self._has("kinds.marker", "refers", text) or len(text.split()) < SHORT

    # --- second thoughts ---

    def _host(self, demand: Demand) -> Demand | None:
        """The other request that this one turns out to be part of."""
        later = self.demands[self.demands.index(demand) + 1 :]
        if demand.kind == "fault":
            delivered = self._has("kinds.fault", "delivered", demand.folded)
            demand.kind = "complaint" if delivered else "service_request"
            return next((d for d in later if d.kind in _TROUBLE), None)
        if demand.kind == "question":
            return self._asked_on_the_way(demand, later)
        if demand.kind == "other":
            return next((d for d in self.demands if d.kind != "other"), None)
        return None

    def _asked_on_the_way(self, question: Demand, later: list[Demand]) -> Demand | None:
        """`Do you have these in stock? If so please quote 20`: asked before the request that it is about."""
        if any(self._has("kinds.own_topic", "all", clause.folded) for clause in question.clauses):
            return None
        host = next((d for d in later if d.kind in _SALES), None)
        if host and host.lead and self._has("kinds.marker", "all", host.lead.folded[:_BEGINNING]):
            return None
        return host or next((d for d in later if d.kind in _TROUBLE), None)
