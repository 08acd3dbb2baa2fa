"""The next_action job on every server: what the CRM says of a deal becomes one planned step, which then stands."""

from dataclasses import replace
from datetime import UTC, datetime, timedelta

import pytest

from connectors.odoo import OdooDeals
from jobs.advice import Background
from jobs.core import Draft, Inputs, Mode, Release
from jobs.crm import Facts
from jobs.deals import CreateActivity, DealFacts
from jobs.next_action.job import NEXT_ACTION
from jobs.next_action.schema import NextStep
from jobs.review import Review, review
from tests.contract.conftest import Server
from tests.unit.deals import examples, inputs_of


@pytest.fixture
def deals(server: Server) -> OdooDeals:
    return OdooDeals(server.connect())


def looked_up(deals: OdooDeals, deal_id: int, day: int) -> Inputs:
    """The deal as a case sees it that is opened so many days from now."""
    deal = deals.deal(deal_id)
    state = deals.state(deal.customer_id) if deal.customer_id else None
    facts = Facts(deal=DealFacts(deals=(deal,), state=state), background=Background())
    today = (datetime.now(UTC) + timedelta(days=day)).date()
    row = {**examples()[0], "deal": {"id": deal_id}, "today": today.isoformat()}
    return inputs_of(row, facts=facts)


def reviewed(inputs: Inputs) -> Review:
    return review(NEXT_ACTION, Draft(proposal=NextStep(ranking=[]), evidence=[]), inputs, Release(mode=Mode.AUTO))


def test_a_quiet_deal_gets_one_step_which_then_stands(server: Server, deals: OdooDeals, word: str) -> None:
    customer = server.create("res.partner", name=f"Ladders {word}", is_company=True)
    [owner] = server.call("res.users", "search_read", domain=[["share", "=", False]], fields=["login"], limit=1)
    lead = server.create(
        "crm.lead",
        name=f"Hall {word}",
        type="opportunity",
        partner_id=customer,
        user_id=owner["id"],
        contact_name="Ilse",
    )
    fresh = reviewed(looked_up(deals, lead, 0))
    assert (fresh.plan, fresh.proposal["action"]) == ([], "wait")

    inputs = looked_up(deals, lead, 20)
    seen = reviewed(inputs)
    assert seen.proposal["action"] == "call_owner_contact"
    [write] = seen.plan
    assert isinstance(write, CreateActivity)
    write = write.model_copy(update={"reference": f"{write.reference}-{word}"})
    first, second = deals.create_activity(write), deals.create_activity(write)
    assert (first.id, first.found, second.found) == (second.id, False, True)

    [activity] = deals.deal(lead).activities
    assert (activity.summary, activity.due, activity.owner) == (write.summary, write.due, owner["login"])
    assert activity.summary == f"Ladders {word}: call Ilse, who has not been heard of for a while"
    again = reviewed(replace(looked_up(deals, lead, 20), case_id="another"))
    assert again.proposal["declined"] == "a next step is planned already"
    assert again.plan == []

    server.call("crm.lead", "write", ids=[lead], vals={"active": False})
    assert reviewed(looked_up(deals, lead, 20)).proposal["declined"] == "the deal is closed"
