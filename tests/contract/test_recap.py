"""The recap job on every server: what a call is turned into stands on the deal, once, however often it is written."""

from collections.abc import Generator
from datetime import UTC, date, datetime
from decimal import Decimal

import pytest

from connectors.base import Refused
from connectors.odoo import OdooCrm, OdooDeals
from documents.mail import bare_facts
from jobs.core import InputFile, Inputs
from jobs.crm import AttachFile, Facts, Write, Written
from jobs.deals import CreateActivity, DealFacts, PostNote, UpdateDeal
from jobs.recap.plan import plan
from jobs.recap.rules import RULES
from jobs.recap.schema import Budget, NextStep, RecapProposal, Said
from tests.contract.conftest import Server
from tests.contract.test_crm import a_company
from tests.contract.test_deals import a_deal

CALL = b"Jan Bos: We need 40 lamps, and can spend 12,500 euros."
RULES_WITH_A_FIELD = RULES.model_copy(update={"fields": {"competitor": "referred"}})


@pytest.fixture
def deals(server: Server) -> Generator[OdooDeals]:
    rpc = server.connect()
    yield OdooDeals(rpc)
    rpc.close()


def recapped(deal_id: int, currency: str) -> RecapProposal:
    return RecapProposal(
        language="en",
        company=None,
        summary="Jan needs <40> lamps.",
        decisions=["LED & 4000 K"],
        need="40 lamps",
        budget=Budget(amount=Decimal(12500), currency=currency),
        authority=None,
        timeline=None,
        competitor="Lumen Direct",
        objections=[],
        next_steps=[NextStep(owner=None, what="send a quotation", due="2026-12-04")],
        next_meeting="2026-12-10",
        signal="qualified",
        stage_suggestion="Qualified",
        said=[Said(field="need", speaker="Jan Bos", time="00:00:01", words="We need 40 lamps")],
        call_date="2026-11-27",
        deal_id=deal_id,
    )


def looked_up(deals: OdooDeals, deal_id: int, case_id: str) -> Inputs:
    deal = deals.deal(deal_id, tuple(RULES_WITH_A_FIELD.fields.values()))
    facts = DealFacts(deals=(deal,), stages=tuple(deals.stages()))
    return Inputs(
        case_id=case_id,
        sources=[],
        mail=bare_facts("", [], []),
        facts=Facts(deal=facts),
        rules=RULES_WITH_A_FIELD,
        input_sha256="0" * 64,
        input_file=InputFile(name="call.txt", media_type="text/plain"),
        opened=date(2026, 11, 27),
        today=datetime.now(UTC).date(),
    )


def written(crm: OdooCrm, deals: OdooDeals, deal_id: int, writes: list[Write]) -> list[Written]:
    def one(write: Write) -> Written:
        match write:
            case PostNote():
                return deals.post_note(write)
            case CreateActivity():
                return deals.create_activity(write)
            case UpdateDeal():
                return deals.update_deal(write)
            case AttachFile():
                return crm.attach_file(deals.place(deal_id), write, CALL)
            case _:
                raise AssertionError(write)

    return [one(write) for write in writes]


def test_a_recap_stands_on_its_deal_once(server: Server, crm: OdooCrm, deals: OdooDeals, word: str) -> None:
    stage = server.ids("crm.stage", ["name", "=", "New"])[0]
    admin = server.ids("res.users", ["login", "=", "admin"])[0]
    company = a_company(server, word)
    id_ = a_deal(server, word, partner_id=company, stage_id=stage, user_id=admin, expected_revenue=10000)
    before = deals.deal(id_)
    writes = plan(recapped(id_, before.currency), looked_up(deals, id_, f"recap-{word}"))
    kinds = [write.write for write in writes]
    assert kinds == ["post_note", "attach_file", "create_activity", "create_activity", "update_deal"]

    first, second = written(crm, deals, id_, writes), written(crm, deals, id_, writes)
    assert [one.found for one in first] == [False] * 5
    assert [(one.id, one.found) for one in second] == [(one.id, True) for one in first]

    now = deals.deal(id_, ("referred",))
    assert (now.stage, now.revenue, now.fields["referred"]) == ("Qualified", Decimal("12500.00"), "Lumen Direct")
    steps = [(step.due, step.owner) for step in now.activities]
    assert steps == [(date(2026, 12, 4), "admin"), (date(2026, 12, 10), "admin")]
    assert now.activities[-1].kind == "meeting"
    assert "Jan needs <40> lamps." in now.last_note
    assert "LED & 4000 K" in now.last_note
    assert now.last_contact == before.last_contact
    assert server.ids("ir.attachment", ["res_model", "=", "crm.lead"], ["res_id", "=", id_]) == [first[1].id]


def test_a_recap_never_overwrites_what_changed_since(server: Server, deals: OdooDeals, word: str) -> None:
    id_ = a_deal(server, word, partner_id=a_company(server, word), referred="Lampen Direkt")
    [*_, update] = plan(recapped(id_, deals.deal(id_).currency), looked_up(deals, id_, f"recap-{word}"))
    assert isinstance(update, UpdateDeal)
    assert ("referred", "Lampen Direkt", "Lumen Direct") in [(c.field, c.old, c.new) for c in update.changes]
    server.call("crm.lead", "write", ids=[id_], vals={"referred": "Somebody else"})
    with pytest.raises(Refused, match=r"referred .* is 'Somebody else' by now"):
        deals.update_deal(update)
    assert deals.deal(id_).revenue is None
