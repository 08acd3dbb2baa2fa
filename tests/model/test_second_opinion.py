"""A second opinion over HTTP: what is asked, and what is made of the answers."""

import json
from collections.abc import Sequence

import pytest
from pydantic import HttpUrl

from activities.second_opinion import second_opinion
from connectors.base import Unavailable
from connectors.model import BrokenReply, Call, Endpoint, Outcome
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


def test_a_detail_that_is_named_as_wrong_counts_more_than_the_yes_beside_it() -> None:
    with serving(says(reply(supported=True, wrong="must"))) as server:
        opinion = second_opinion(endpoints(server), CLAIM, SOURCE, lambda _: None)
    assert not opinion.supported
    assert opinion.wrong == "must"


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
