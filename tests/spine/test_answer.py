"""The answer job through the real engine: a question in; an answer for a colleague, a draft for a customer, or none."""

from pathlib import Path

import pytest

from activities.messages import Outcome, Verdict
from jobs.answer.schema import AnswerProposal
from jobs.core import Intake, Mode, Route
from jobs.review import Review
from starter.answer import ask
from starter.cases import Archive
from starter.errors import CaseError, UsageError
from tests.spine.conftest import Desk, mail
from tests.spine.papers import BUYER, PAPERS, PERIOD, QUESTION, put, says, shelved


@pytest.fixture
def shelf(desk: Desk, tmp_path: Path) -> Path:
    folder = tmp_path / "papers"
    shelved(desk.resources, folder)
    return folder


def shown(review: Review) -> AnswerProposal:
    return AnswerProposal.model_validate(review.proposal)


async def test_a_colleague_gets_a_cited_answer_as_the_release_allows(desk: Desk, shelf: Path) -> None:
    desk.release(Mode.AUTO, "answer")
    says(desk, PERIOD)
    asked = await ask(desk.office, QUESTION)
    assert (asked.code, asked.waits_for) == (0, "")
    assert asked.proposal is not None
    [citation] = asked.proposal.citations
    assert (citation.document, citation.quote, citation.heading) == ("papers/returns.md", PERIOD, "Period")
    assert "[1] Returns policy" in asked.words
    file = desk.file(asked.case_id)
    assert (file.case.outcome, [write.write for write in file.writes]) == ("written", ["give_answer"])
    assert (await ask(desk.office, QUESTION)).case_id != asked.case_id


async def test_what_the_documents_do_not_say_is_said(desk: Desk, shelf: Path) -> None:
    desk.release(Mode.AUTO, "answer")
    says(desk)
    asked = await ask(desk.office, "Which courier do we use for parcels?")
    assert (asked.code, asked.data["answer"], asked.data["declined"]) == (3, None, True)
    assert "Our documents do not say: Which courier do we use for parcels?" in asked.words
    assert desk.file(asked.case_id).case.outcome == "declined"


async def test_assisted_a_person_looks_first(desk: Desk, shelf: Path) -> None:
    says(desk, PERIOD)
    asked = await ask(desk.office, QUESTION)
    assert (asked.code, asked.proposal) == (3, None)
    assert PERIOD not in asked.words
    assert (await desk.decide(asked.case_id, Verdict.APPROVE)).said == "accepted"
    assert (await desk.result(asked.case_id)).outcome is Outcome.WRITTEN


async def test_an_id_is_no_question(desk: Desk, shelf: Path) -> None:
    says(desk, PERIOD)
    case_id = await put(desk)
    await desk.waiting(case_id)
    with pytest.raises(UsageError, match=f"countersign query {case_id}"):
        await ask(desk.office, case_id)


async def test_a_customer_s_mail_gets_a_draft_that_a_person_reads_first(desk: Desk, shelf: Path) -> None:
    desk.release(Mode.AUTO, "answer")
    given = says(desk, "Severn Panels may return unopened goods within 60 days of delivery.", PERIOD)
    case_id = await desk.send(mail(QUESTION, sender=BUYER, subject="Returns"), "answer")
    review = await desk.waiting(case_id)
    assert review.route is Route.COUNTERSIGN
    assert "audience" in review.doubtful
    assert [one.document for one in shown(review).citations] == ["papers/severn.md", "papers/returns.md"]
    assert not any("papers/pay.md" in text for text in given[0].values())
    assert desk.drafts(case_id) == []
    await desk.decide(case_id, Verdict.APPROVE)
    await desk.result(case_id)
    [reply] = desk.drafts(case_id)
    assert (reply["To"], reply["Subject"]) == ("gareth.pugh@severnpanels.example", "Re: Returns")


async def test_a_stranger_never_gets_another_s_contract(desk: Desk, shelf: Path) -> None:
    given = says(desk, PERIOD)
    text = "What does the agreement with Severn Panels Limited say on returns of unopened goods?"
    case_id = await desk.send(mail(text, sender="x@stranger.example"), "answer")
    await desk.waiting(case_id)
    assert not any("60 days" in passage for passage in given[0].values())
    intake = Intake.model_validate_json(desk.resources.blobs.get(desk.file(case_id).case.intake_sha256))
    assert "papers/severn.md" not in {one.document.id for one in intake.context}


async def test_limited_documents_reach_neither_asker_nor_approver_without_the_role(desk: Desk, shelf: Path) -> None:
    question = "On which day are salaries paid each month?"
    given = says(desk, "Salaries are paid on the 25th of each month.")
    without = await put(desk, question)
    assert shown(await desk.waiting(without)).declined
    assert not any("25th" in text for text in given[0].values())

    case_id = await put(desk, question, roles=["hr"])
    await desk.until(case_id, lambda row: row.stage == "countersign")
    anna = desk.office
    with pytest.raises(CaseError, match="only hr may see"):
        anna.find(case_id)
    hannah = Archive(anna.ledger, anna.blobs, anna.settings.model_copy(update={"roles": ("HR",)}))
    latest = hannah.find(case_id).latest
    assert latest is not None
    assert Review.model_validate(latest.review).approver_role == "hr"


@pytest.mark.parametrize("change", ["superseded", "changed", "withdrawn"])
async def test_a_document_that_holds_no_longer_brings_the_case_back(desk: Desk, shelf: Path, change: str) -> None:
    says(desk, PERIOD)
    case_id = await put(desk)
    before = await desk.waiting(case_id)
    assert not shown(before).declined
    papers = {name: text for name, text in PAPERS.items() if name != "returns.md"}
    if change == "superseded":
        papers["returns.md"] = PAPERS["returns.md"].replace("Valid from 1 January 2025", "Valid until 31 January 2026")
    elif change == "changed":
        papers["returns.md"] = PAPERS["returns.md"].replace("30 days", "20 days")
    shelved(desk.resources, shelf, papers)
    answer = await desk.decide(case_id, Verdict.APPROVE)
    assert (answer.said, "answer" in answer.fields) == ("changed", True)
    again = await desk.waiting(case_id, version=2)
    assert shown(again).declined
    assert "claims" in again.doubtful
    assert desk.file(case_id).writes == []


async def test_a_person_answers_what_the_documents_do_not_say(desk: Desk, shelf: Path) -> None:
    says(desk)
    case_id = await put(desk, "Which courier do we use for parcels?")
    await desk.waiting(case_id)
    answer = await desk.decide(case_id, Verdict.EDIT, edits={"answer": "DHL, except for islands."})
    assert answer.said in ("accepted", "revised")
    if answer.said == "revised":
        await desk.decide(case_id, Verdict.APPROVE)
    assert (await desk.result(case_id)).outcome is Outcome.WRITTEN
