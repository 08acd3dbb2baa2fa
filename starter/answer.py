"""`countersign ask`: a question goes in as a case, the answer or what is missing comes out. And answers on screen."""

import asyncio
import uuid
from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from typing import Any

from rich.console import Group, RenderableType
from rich.table import Table
from rich.text import Text

from jobs.answer.context import QUESTION, RECORD
from jobs.answer.plan import with_sources
from jobs.answer.schema import AnswerProposal, Question
from jobs.core import Route, Source
from jobs.review import Review
from ledger.blobs import JSON
from ledger.store import CaseFile
from starter.cases import Office
from starter.errors import CaseError, UsageError

ANSWERED, NOT_ANSWERED = 0, 3
"""Exit codes: 3 where the documents do not say, or a person has to look first."""
_PATIENCE = 120.0
"""Seconds in which a worker should have answered."""


@dataclass(frozen=True)
class Asked:
    """What became of a question."""

    case_id: str
    proposal: AnswerProposal | None
    """None: a person looks at it first."""
    waits_for: str = ""
    """That person's role."""

    @property
    def code(self) -> int:
        return ANSWERED if self.proposal and self.proposal.answer else NOT_ANSWERED

    @property
    def data(self) -> dict[str, Any]:
        said = self.proposal.model_dump(mode="json") if self.proposal else {"answer": None, "declined": None}
        kept = ("answer", "citations", "declined", "missing", "confidence", "language")
        return {"case": self.case_id, "waits_for": self.waits_for, **{name: said.get(name) for name in kept}}

    @property
    def words(self) -> str:
        if self.proposal is None:
            return f"a person with the role {self.waits_for} looks at it first: countersign show {self.case_id}"
        confidence = self.proposal.confidence
        share = "" if confidence is None else f"(of such answers {confidence:.0%} were right; case {self.case_id})"
        parts = [with_sources(self.proposal), self.proposal.missing if self.proposal.declined else "", share]
        return "\n\n".join(part for part in parts if part)


async def ask(office: Office, question: str, customer: str = "") -> Asked:
    """Opens a case of its own for the question and waits for what becomes of it. Raises UsageError for the id of a
    case, CaseError where no worker answers in time; the case goes on then."""
    if " " not in question.strip() and office.ledger.matching(question.strip()):
        raise UsageError(f"{question} is a case, not a question; `countersign query {question}` writes to its supplier")
    if not question.strip():
        raise UsageError("there is no question")
    settings = office.settings
    asked = Question(question=question, asker=settings.approver, roles=list(settings.roles), customer=customer)
    case_id = f"answer-{uuid.uuid4().hex[:16]}"
    await office.start("answer", asked.model_dump_json().encode(), JSON, case_id=case_id)
    deadline = asyncio.get_running_loop().time() + _PATIENCE
    pause = 0.05
    while asyncio.get_running_loop().time() < deadline:
        case = office.ledger.case_file(case_id)
        if case and (found := _outcome(case)):
            return found
        await asyncio.sleep(pause)
        pause = min(pause * 1.5, 1)
    raise CaseError(f"no worker has answered yet; the case goes on: countersign show {case_id}")


def answer(review: Review) -> RenderableType:
    """The answer with the words that bear it out, and what is missing."""
    proposal = AnswerProposal.model_validate(review.proposal)
    table = Table(box=None, show_header=False, pad_edge=False)
    table.add_column(style="cyan", no_wrap=True)
    table.add_column(overflow="fold")
    table.add_row("answer", Text(proposal.answer or "–"))
    for citation in proposal.citations:
        where = ", ".join(filter(None, (citation.document, citation.version, citation.heading)))
        page = f", p. {citation.page}" if citation.page else ""
        table.add_row(f"[{citation.number}]", Text(f"“{citation.quote}” ({where}{page})"))
    if proposal.missing:
        table.add_row("missing", Text(proposal.missing))
    confidence = "–" if proposal.confidence is None else f"{proposal.confidence:.0%} of such answers were right"
    table.add_row("confidence", Text(confidence))
    return Group(table)


def shown_sources(review: Review, sources: Sequence[Source]) -> Iterator[Source]:
    """The question, and of what was found only what the answer rests on."""
    cited = {claim["source"] for claim in review.proposal.get("claims", [])}
    for source in sources:
        if source.id in cited or source.id == QUESTION or source.id.startswith(("mail.", RECORD)):
            yield source


def _outcome(case: CaseFile) -> Asked | None:
    latest = case.latest
    if latest is None:
        return None
    review = Review.model_validate(latest.review)
    if case.case.closed_at:
        return Asked(case.case.id, AnswerProposal.model_validate(review.proposal))
    if latest.route in (Route.COUNTERSIGN, Route.MANUAL):
        return Asked(case.case.id, None, review.approver_role or "that the release names")
    return None
