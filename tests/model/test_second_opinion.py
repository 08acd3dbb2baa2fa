"""A second opinion over HTTP: what is asked, and what is made of the answers."""

import json
from collections.abc import Generator, Sequence
from contextlib import contextmanager
from pathlib import Path

import pytest
from pydantic import HttpUrl

from activities.check import read_inputs
from activities.resources import Resources, open_resources
from activities.second_opinion import second_opinion, with_opinions
from connectors.base import Unavailable
from connectors.model import BrokenReply, Call, Endpoint, Outcome
from documents.mail import bare_facts
from jobs.answer.job import ANSWER
from jobs.answer.schema import AnswerProposal, Claim
from jobs.core import Draft, Intake, Opined, Release, Source, Status
from jobs.review import review
from settings import CrmSettings, ModelSettings, Settings
from tests.model.server import ModelServer, says, serving, status

SOURCE = "Goods may be returned within 30 days. Grüße"
CLAIM = "Goods must be returned within 30 days."


def endpoints(*servers: ModelServer) -> Sequence[Endpoint]:
    return [Endpoint(name=f"e{n}", base_url=HttpUrl(one.url), model="m") for n, one in enumerate(servers)]


def reply(*, supported: bool, wrong: str = "") -> str:
    return json.dumps({"proposal": {"wrong": wrong, "supported": supported}, "evidence": []})


def test_claim_and_source_are_asked_about_as_data() -> None:
    calls: list[Call] = []
    with serving(says(reply(supported=True))) as server:
        opinion = second_opinion(endpoints(server), CLAIM, SOURCE, calls.append)
    asked = server.received[0].body
    assert opinion.supported
    assert json.loads(asked["messages"][1]["content"]) == {"source": SOURCE, "claim": CLAIM}
    assert asked["response_format"]["json_schema"]["name"] == "second_opinion"
    assert [call.outcome for call in calls] == [Outcome.OK]


def test_a_model_that_doubts_names_the_detail() -> None:
    with serving(says(reply(supported=False, wrong="must"))) as server:
        opinion = second_opinion(endpoints(server), CLAIM, SOURCE, lambda _: None)
    assert (opinion.supported, opinion.wrong) == (False, "must")


def test_the_next_endpoint_is_asked_where_the_first_one_is_down() -> None:
    calls: list[Call] = []
    with serving(status(503)) as down, serving(says(reply(supported=False, wrong="must"))) as up:
        opinion = second_opinion(endpoints(down, up), CLAIM, SOURCE, calls.append)
    assert not opinion.supported
    assert [call.outcome for call in calls] == [Outcome.UNAVAILABLE, Outcome.OK]


def test_without_an_answer_there_is_no_opinion() -> None:
    with serving(status(503)) as down, pytest.raises(Unavailable):
        second_opinion(endpoints(down), CLAIM, SOURCE, lambda _: None)
    with serving(says("perhaps"), says("perhaps")) as vague, pytest.raises(BrokenReply):
        second_opinion(endpoints(vague), CLAIM, SOURCE, lambda _: None)


@contextmanager
def resources(folder: Path, server: ModelServer, *, on: bool = True) -> Generator[Resources]:
    settings = Settings(
        state=folder,
        crm=CrmSettings(url="http://127.0.0.1:9"),
        model=ModelSettings(base_url=server.url, name="m"),
        second_opinion=on,
    )
    opened = open_resources(settings, [ANSWER])
    opened.ledger.create_tables()
    yield opened
    opened.close()


SNIPPET = "returns.md#1"
DRAFT = Draft(
    proposal=AnswerProposal(
        language="en",
        claims=[
            Claim(text=CLAIM, source=SNIPPET, quote="Goods may be returned within 30 days."),
            Claim(text="Ask Ines.", source="nobody.md#1", quote="Ask Ines."),
        ],
        unanswered=[],
    ),
    evidence=[],
)
INTAKE = Intake(
    mail=bare_facts("Returns", [], []),
    sources=[Source(id=SNIPPET, text=SOURCE)],
)


def test_each_claim_of_a_given_source_gets_an_opinion_and_a_doubt_reaches_the_approver(tmp_path: Path) -> None:
    with serving(says(reply(supported=False, wrong="must"))) as server, resources(tmp_path, server) as opened:
        intake = with_opinions(opened, ANSWER, DRAFT, INTAKE, lambda _: None)
        inputs = read_inputs(opened, ANSWER, intake, case_id="c", input_sha256="", proposed_by="m")
    assert intake.opinions == [Opined(field="claims[0]", supported=False, wrong="must")]
    seen = review(ANSWER, DRAFT, inputs, Release())
    (check,) = [check for check in seen.checks if check.name == "second_opinion"]
    assert (check.status, check.field) == (Status.WARN, "claims[0]")
    assert "“must”" in check.message


def test_an_endpoint_that_is_down_costs_the_opinion_and_not_the_draft(tmp_path: Path) -> None:
    with serving(status(503)) as server, resources(tmp_path, server) as opened:
        intake = with_opinions(opened, ANSWER, DRAFT, INTAKE, lambda _: None)
    assert intake.opinions == [Opined(field="claims[0]", supported=None)]


def test_nothing_is_asked_unless_the_setting_is_on(tmp_path: Path) -> None:
    with serving() as server, resources(tmp_path, server, on=False) as opened:
        assert with_opinions(opened, ANSWER, DRAFT, INTAKE, lambda _: None) is INTAKE
        assert server.received == []
