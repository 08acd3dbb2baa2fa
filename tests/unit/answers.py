"""A question, passages and a model's claims, for tests of the answer job."""

from collections.abc import Sequence
from datetime import date
from typing import Any

from documents.mail import bare_facts
from jobs.answer.context import QUESTION, source_of
from jobs.answer.job import ANSWER
from jobs.answer.schema import AnswerProposal, Claim
from jobs.context import Document, Snippet, Viewer
from jobs.core import Draft, InputFile, Inputs, Mode, Release, Source
from jobs.crm import DocumentNow, Facts
from jobs.mail import MailFacts
from jobs.review import Review, review

DAY = date(2026, 11, 27)
RETURNS = "Unopened goods may be returned within 30 days of delivery. A restocking fee of 15 % is charged."
BAKKER = "Bakker may return unopened goods within 60 days of delivery. No restocking fee is charged."


def snippet(id_: str, text: str, **document: Any) -> Snippet:
    bare = {"id": id_, "title": id_.rpartition("/")[2], "sha256": "a" * 64}
    return Snippet(id=f"{id_}#1", document=Document.model_validate({**bare, **document}), text=text)


GENERAL = snippet("policies/returns.md", RETURNS, title="Returns policy", valid_from=date(2025, 1, 1), version="2")
CONTRACT = snippet("contracts/bakker.md", BAKKER, title="Framework agreement", customer="Bakker B.V.")
SALARIES = snippet("hr/pay.md", "Salaries are paid on the 25th of each month.", title="Pay", roles=("hr",))


def claim(source: Snippet, quote: str, text: str = "") -> Claim:
    return Claim(text=text or quote, source=source.id, quote=quote)


def asked(
    question: str,
    claims: Sequence[Claim] = (),
    context: Sequence[Snippet] = (GENERAL,),
    *,
    unanswered: Sequence[str] = (),
    language: str = "en",
    viewer: Viewer | None = None,
    now: Sequence[DocumentNow] | None = None,
    mail: MailFacts | None = None,
    edited: dict[str, Any] | None = None,
    extra: Sequence[Source] = (),
    mode: Mode = Mode.AUTO,
) -> Review:
    """What a person sees of the model's claims."""
    proposal = AnswerProposal(language=language, claims=list(claims), unanswered=list(unanswered), **(edited or {}))
    inputs = Inputs(
        case_id="answer-1",
        sources=[Source(id=QUESTION, text=question), *map(source_of, context), *extra],
        mail=mail or bare_facts(question, [], []),
        facts=Facts(documents=None if now is None else tuple(now)),
        rules=ANSWER.rules,
        input_sha256="b" * 64,
        input_file=InputFile(),
        opened=DAY,
        today=DAY,
        edited=tuple(edited or ()),
        proposed_by="test",
        viewer=viewer or Viewer(),
        context=tuple(context),
    )
    return review(ANSWER, Draft(proposal=proposal, evidence=[]), inputs, Release(mode=mode))


def proposal(seen: Review) -> AnswerProposal:
    return AnswerProposal.model_validate(seen.proposal)


def warned(seen: Review) -> list[str]:
    return seen.doubtful
