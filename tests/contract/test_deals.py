"""What every connector to deals promises (`connectors.base.Deals`), tried on real servers through real sockets."""

import json
import re
import time
from collections.abc import Callable, Generator
from concurrent.futures import ThreadPoolExecutor
from datetime import UTC, date, datetime, timedelta
from decimal import Decimal
from threading import Event
from typing import Any

import pytest

from connectors.base import OutcomeUnknown, Refused
from connectors.odoo.deals import OdooDeals
from jobs.deals import (
    Activity,
    ActivityKind,
    Contact,
    CreateActivity,
    CustomerState,
    FieldChange,
    PostNote,
    UpdateDeal,
)
from tests.contract.conftest import Server
from tests.contract.proxy import Exchange, Proxy, gateway_timeout, reset, swallow
from tests.contract.test_crm import a_company

TODAY = datetime.now(UTC).date()
KINDS: tuple[ActivityKind, ...] = ("call", "mail", "meeting", "todo")


@pytest.fixture(scope="module")
def deals(server: Server) -> Generator[OdooDeals]:
    """One for all tests: to connect takes longer than most of them."""
    rpc = server.connect()
    yield OdooDeals(rpc)
    rpc.close()


def a_deal(server: Server, word: str, **values: Any) -> int:
    return server.create("crm.lead", **{"name": f"{word} deal", "type": "opportunity", **values})


def stage(server: Server, name: str) -> int:
    return server.ids("crm.stage", ["name", "=", name])[0]


def a_message(server: Server, id_: int, subtype: str, day: str, body: str = "<p>Text</p>", **values: Any) -> int:
    of = server.ids("mail.message.subtype", ["name", "=", subtype])[0]
    said = {"model": "crm.lead", "res_id": id_, "message_type": "email", "subtype_id": of, "body": body}
    row = {**said, "date": f"{day} 10:00:00", **values}
    return server.call("mail.message", "create", vals_list=[row])[0]


def at_ten(day: str) -> datetime:
    return datetime.fromisoformat(f"{day}T10:00:00+00:00")


def a_step(deal: int, word: str, **changes: Any) -> CreateActivity:
    step = CreateActivity(
        reference=f"step {word}",
        deal_id=deal,
        kind="call",
        summary=f"Call about {word}",
        note="Because <nobody> did.\n\nSince March & April",
        due=TODAY + timedelta(days=2),
        owner="admin",
    )
    return step.model_copy(update=changes)


def changed(deal: int, *changes: tuple[str, str, str]) -> UpdateDeal:
    return UpdateDeal(
        reference="change", deal_id=deal, changes=tuple(FieldChange(field=f, old=o, new=n) for f, o, n in changes)
    )


# Which deals there are


def test_open_deals_are_found_by_customer_and_by_address(server: Server, deals: OdooDeals, word: str) -> None:
    company = a_company(server, word)
    jan = server.create("res.partner", name="Jan", parent_id=company, email=f"Jan <jan@{word}.example>")
    own = a_deal(server, word, partner_id=company)
    of_contact = a_deal(server, word, partner_id=jan)
    nobodys = a_deal(server, word, email_from=f'"X" <x@{word}.example>')
    without_stage = a_deal(server, word, partner_id=company, stage_id=False)
    a_deal(server, word, partner_id=company, stage_id=stage(server, "Won"))
    a_deal(server, word, partner_id=company, active=False)
    a_deal(server, word, partner_id=company, type="lead")
    a_deal(server, word, email_from=f"xx@{word}.example")
    a_deal(server, word, partner_id=a_company(server, word, name=f"{word} another"))

    def found(customers: list[int], *emails: str) -> list[int]:
        return [deal.id for deal in deals.find_deals(customers, emails)]

    assert found([company]) == [without_stage, of_contact, own]
    assert found([], f"X@{word}.example") == [nobodys]
    assert found([], f"jan@{word}.example") == [of_contact]
    assert found([company], f"x@{word}.example") == [without_stage, nobodys, of_contact, own]
    assert found([]) == found([], "%", "") == found([99_999_999], f"_@{word}.example") == []


def test_deals_are_fifty_at_most(server: Server, deals: OdooDeals, word: str) -> None:
    company = a_company(server, word)
    rows = [{"name": f"{number}", "type": "opportunity", "partner_id": company} for number in range(52)]
    made = server.call("crm.lead", "create", vals_list=rows)
    assert [deal.id for deal in deals.find_deals([company], [])] == made[:1:-1]


def test_a_deal_says_what_it_is(server: Server, deals: OdooDeals, word: str) -> None:
    company = a_company(server, word)
    jan = server.create("res.partner", name="Jan", parent_id=company, email=f"jan@{word}.example")
    before = datetime.now(UTC).replace(microsecond=0)
    id_ = a_deal(
        server,
        word,
        partner_id=jan,
        user_id=server.ids("res.users", ["login", "=", "admin"])[0],
        team_id=server.ids("crm.team", ["name", "=", "Sales"])[0],
        stage_id=stage(server, "Qualified"),
        expected_revenue=12500.5,
        probability=30,
        date_deadline="2027-02-28",
        date_last_stage_update="2026-01-05 09:30:00",
    )
    deal = deals.deal(id_)
    assert deals.find_deals([company], []) == [deal]
    assert (deal.id, deal.title, deal.stage, deal.is_open) == (id_, f"{word} deal", "Qualified", True)
    assert (deal.owner, deal.team) == ("admin", "Sales")
    assert (deal.customer_id, deal.customer) == (company, f"{word} Trading")
    assert (deal.contact, deal.email) == ("Jan", f"jan@{word}.example")
    assert (deal.revenue, deal.probability, deal.deadline) == (Decimal("12500.50"), Decimal(30), date(2027, 2, 28))
    assert len(deal.currency) == 3
    assert deal.stage_since == datetime(2026, 1, 5, 9, 30, tzinfo=UTC)
    assert before <= deal.opened_at <= datetime.now(UTC)
    assert (deal.last_contact, deal.last_note, deal.activities, deal.fields) == (None, "", (), {})
    assert deal.url == f"{server.url}/mail/view?model=crm.lead&res_id={id_}"


def test_what_nobody_filled_in_is_empty(server: Server, deals: OdooDeals, word: str) -> None:
    deal = deals.deal(a_deal(server, word, user_id=False, team_id=False, stage_id=False, partner_name="Firm"))
    assert (deal.owner, deal.team, deal.stage, deal.customer, deal.contact, deal.email) == ("", "", "", "Firm", "", "")
    assert (deal.customer_id, deal.revenue, deal.deadline) == (None, None, None)


def test_a_closed_deal_says_so_and_other_records_are_none(server: Server, deals: OdooDeals, word: str) -> None:
    won = a_deal(server, word, stage_id=stage(server, "Won"))
    assert not deals.deal(won).is_open
    assert not deals.deal(a_deal(server, word, active=False)).is_open
    for id_ in (99_999_999, a_deal(server, word, type="lead")):
        with pytest.raises(Refused, match=f"no deal {id_}"):
            deals.deal(id_)


def test_further_fields_are_shown_as_text(server: Server, deals: OdooDeals, word: str) -> None:
    country = server.ids("res.country", ["code", "=", "BE"])[0]
    values = {"referred": f"<{word}>", "description": "<p>One &amp; two</p><p>three</p>", "country_id": country}
    id_ = a_deal(server, word, **values, expected_revenue=10, date_deadline="2027-01-31")
    fields = ("referred", "description", "country_id", "expected_revenue", "date_deadline", "contact_name", "active")
    assert deals.deal(id_, fields).fields == {
        "referred": f"<{word}>",
        "description": "One & two\nthree",
        "country_id": "Belgium",
        "expected_revenue": "10",
        "date_deadline": "2027-01-31",
        "contact_name": "",
        "active": "true",
    }


@pytest.mark.parametrize(
    ("name", "problem"), [("x_sub_nothing", "no field 'x_sub_nothing'"), ("tag_ids", "tag_ids .*many2many")]
)
def test_a_field_that_is_none_is_refused_by_name(
    server: Server, deals: OdooDeals, word: str, name: str, problem: str
) -> None:
    id_ = a_deal(server, word)
    with pytest.raises(Refused, match=problem):
        deals.deal(id_, ("referred", name))
    with pytest.raises(Refused, match=problem):
        deals.update_deal(changed(id_, ("referred", "", "x"), (name, "", "x")))
    assert server.read("crm.lead", id_, "referred")["referred"] is False


def test_stages_come_in_their_order(deals: OdooDeals) -> None:
    stages = deals.stages()
    assert [name for name in stages if name in ("New", "Qualified", "Proposition", "Won")] == [
        *("New", "Qualified", "Proposition", "Won")
    ]
    assert len(set(stages)) == len(stages)


def test_contacts_are_the_persons_of_the_customers(server: Server, deals: OdooDeals, word: str) -> None:
    company, other = a_company(server, word), a_company(server, word)
    address = f"Jan <jan@{word}.example>"
    jan = server.create(
        "res.partner", name="Jan", parent_id=company, email=address, phone="+32 2 555 0101", function="Buyer"
    )
    an = server.create("res.partner", name="An", parent_id=other)
    server.create("res.partner", name="Gate 3", parent_id=company, type="delivery")
    server.create("res.partner", name="Gone", parent_id=company, active=False)
    assert deals.contacts([company, other]) == [
        Contact(id=jan, name="Jan", email=f"jan@{word}.example", phone="+32 2 555 0101", function="Buyer"),
        Contact(id=an, name="An"),
    ]
    assert deals.contacts([]) == []


# What was said and done


def test_contact_is_what_the_customer_could_read(server: Server, deals: OdooDeals, word: str) -> None:
    id_ = a_deal(server, word)
    assert deals.deal(id_).last_contact is None
    a_message(server, id_, "Discussions", "2026-02-01", message_type="comment")
    a_message(server, id_, "Discussions", "2026-03-01")
    expected = deals.deal(id_).last_contact
    assert expected == at_ten("2026-03-01")
    a_message(server, id_, "Note", "2026-04-01", message_type="comment")
    a_message(server, id_, "Note", "2026-04-02")
    a_message(server, id_, "Discussions", "2026-04-03", is_internal=True)
    a_message(server, id_, "Discussions", "2026-04-04", message_type="notification")
    a_message(server, a_deal(server, word), "Discussions", "2026-04-05")
    assert deals.deal(id_).last_contact == expected


def test_what_was_said_on_a_deals_quotation_is_contact(server: Server, deals: OdooDeals, word: str) -> None:
    company = a_company(server, word)
    id_ = a_deal(server, word, partner_id=company)
    order = server.create("sale.order", partner_id=company, opportunity_id=id_)
    a_message(server, id_, "Discussions", "2026-02-01")
    a_message(server, order, "Discussions", "2026-03-01", model="sale.order")
    a_message(server, order, "Note", "2026-04-01", model="sale.order")
    assert deals.deal(id_).last_contact == at_ten("2026-03-01")


@pytest.mark.parametrize(("kind", "reaches"), [("call", True), ("mail", True), ("meeting", True), ("todo", False)])
def test_what_was_planned_and_done_is_contact_if_it_reaches_the_customer(
    server: Server, deals: OdooDeals, word: str, kind: ActivityKind, reaches: bool
) -> None:
    id_ = a_deal(server, word)
    step = deals.create_activity(a_step(id_, word, kind=kind))
    assert deals.deal(id_).last_contact is None
    server.call("mail.activity", "action_feedback", ids=[step.id], feedback="Done.")
    deal = deals.deal(id_)
    assert deal.activities == ()
    assert bool(deal.last_contact) == reaches


def test_the_newest_note_is_shown_as_text(server: Server, deals: OdooDeals, word: str) -> None:
    id_ = a_deal(server, word)
    a_message(server, id_, "Note", "2026-04-02", "<p>Wants <b>M20</b> &amp; M25</p><ul><li>soon</li></ul>")
    a_message(server, id_, "Note", "2026-03-02", "<p>Older</p>")
    a_message(server, id_, "Discussions", "2026-05-02", "<p>To the customer</p>")
    assert deals.deal(id_).last_note == "Wants M20 & M25\nsoon"


# Notes


def notes(server: Server, deal: int) -> list[dict[str, Any]]:
    domain = [["model", "=", "crm.lead"], ["res_id", "=", deal], ["message_type", "=", "comment"]]
    return server.call("mail.message", "search_read", domain=domain, fields=["body", "is_internal", "subtype_id"])


def test_a_note_is_internal_and_text_whatever_it_looks_like(server: Server, deals: OdooDeals, word: str) -> None:
    id_ = a_deal(server, word)
    text = f"{word} <script>alert(1)</script> 5 < 6\nsecond\n\nthird \0"
    written = deals.post_note(PostNote(reference=f"note {word}", deal_id=id_, body=text))
    assert (written.write, written.model, written.found) == ("post_note", "mail.message", False)
    assert written.url == f"{server.url}/mail/view?model=crm.lead&res_id={id_}"
    [note] = notes(server, id_)
    assert (note["id"], note["is_internal"], note["subtype_id"][1]) == (written.id, True, "Note")
    assert "<script" not in note["body"]
    assert deals.deal(id_).last_note == f"{word} <script>alert(1)</script> 5 < 6\nsecond\nthird"
    assert deals.deal(id_).last_contact is None


def test_a_note_is_posted_once(server: Server, deals: OdooDeals, word: str) -> None:
    id_ = a_deal(server, word)
    note = PostNote(reference=f"note {word}", deal_id=id_, body="Text")
    first, again = deals.post_note(note), deals.post_note(note.model_copy(update={"body": "Another text"}))
    assert (again.id, again.found) == (first.id, True)
    assert [row["id"] for row in notes(server, id_)] == [first.id]
    assert deals.post_note(note.model_copy(update={"reference": f"other {word}"})).id != first.id


def test_no_deal_means_no_note_and_no_step(deals: OdooDeals, word: str) -> None:
    with pytest.raises(Refused, match="no deal 99999999"):
        deals.post_note(PostNote(reference=word, deal_id=99_999_999, body="Text"))
    with pytest.raises(Refused, match="no deal 99999999"):
        deals.create_activity(a_step(99_999_999, word))
    with pytest.raises(Refused, match="no deal 99999999"):
        deals.update_deal(changed(99_999_999, ("revenue", "", "1")))


# Steps


def steps(server: Server, deal: int) -> list[int]:
    return server.ids("mail.activity", ["res_model", "=", "crm.lead"], ["res_id", "=", deal])


@pytest.mark.parametrize("kind", KINDS)
def test_a_step_is_planned_for_its_owner(server: Server, deals: OdooDeals, word: str, kind: ActivityKind) -> None:
    id_ = a_deal(server, word)
    written = deals.create_activity(a_step(id_, word, kind=kind))
    assert (written.write, written.model, written.found) == ("create_activity", "mail.activity", False)
    due = TODAY + timedelta(days=2)
    step = Activity(id=written.id, kind=kind, summary=f"Call about {word}", due=due, owner="admin")
    assert deals.deal(id_).activities == (step,)
    note = server.read("mail.activity", written.id, "note")["note"]
    assert "Because &lt;nobody&gt; did.</p><p>Since March &amp; April" in note
    assert "countersign" not in re.sub(r"<[^>]*>", "", note)


def test_steps_come_in_the_order_they_are_due(server: Server, deals: OdooDeals, word: str) -> None:
    id_ = a_deal(server, word)
    days = [3, -1, 2]
    for day in days:
        deals.create_activity(a_step(id_, f"{word} {day}", due=TODAY + timedelta(days=day)))
    assert [step.due for step in deals.deal(id_).activities] == [TODAY + timedelta(days=day) for day in sorted(days)]


def test_a_step_without_an_owner_is_the_deals_owners(server: Server, deals: OdooDeals, word: str) -> None:
    admin = server.ids("res.users", ["login", "=", "admin"])[0]
    owned, nobodys = a_deal(server, word, user_id=admin), a_deal(server, word, user_id=False)
    for id_, owner in ((owned, "admin"), (nobodys, "")):
        deals.create_activity(a_step(id_, f"{word} {id_}", owner=""))
        assert [step.owner for step in deals.deal(id_).activities] == [owner]


def test_an_unknown_owner_is_refused_by_name(server: Server, deals: OdooDeals, word: str) -> None:
    id_ = a_deal(server, word)
    with pytest.raises(Refused, match="no owner 'nobody'"):
        deals.create_activity(a_step(id_, word, owner="nobody"))
    assert steps(server, id_) == []


def test_a_step_is_planned_once_also_when_it_is_done_or_gone(server: Server, deals: OdooDeals, word: str) -> None:
    id_ = a_deal(server, word)
    first = deals.create_activity(a_step(id_, word))
    server.call("mail.activity", "write", ids=[first.id], vals={"summary": "Changed", "date_deadline": "2027-01-01"})
    again = deals.create_activity(a_step(id_, word, summary="Another"))
    assert (again.id, again.found) == (first.id, True)
    server.call("mail.activity", "action_feedback", ids=[first.id])
    assert deals.create_activity(a_step(id_, word)).found
    assert steps(server, id_) == [first.id]
    server.call("mail.activity", "unlink", ids=[first.id])  # As Odoo before 19 does it with what is done.
    assert deals.create_activity(a_step(id_, word)).found
    assert steps(server, id_) == []
    assert deals.create_activity(a_step(id_, word, reference=f"another {word}")).found is False


def test_a_step_whose_note_was_written_anew_is_not_planned_again(server: Server, deals: OdooDeals, word: str) -> None:
    id_ = a_deal(server, word)
    first = deals.create_activity(a_step(id_, word))
    server.call("mail.activity", "write", ids=[first.id], vals={"note": "<p>Mine</p>"})
    assert deals.create_activity(a_step(id_, word)).id == first.id
    assert steps(server, id_) == [first.id]


def test_attempts_at_the_same_time_write_once(server: Server, word: str) -> None:
    id_ = a_deal(server, word)
    clients = [OdooDeals(server.connect()) for _ in range(4)]
    note = PostNote(reference=f"note {word}", deal_id=id_, body="Text")
    with ThreadPoolExecutor(4) as pool:
        planned = [pool.submit(client.create_activity, a_step(id_, word)) for client in clients]
        posted = [pool.submit(client.post_note, note) for client in clients]
    assert {one.result().id for one in planned} == set(steps(server, id_))
    assert {one.result().id for one in posted} == {row["id"] for row in notes(server, id_)}
    assert (len(steps(server, id_)), len(notes(server, id_))) == (1, 1)


# Changes


def test_fields_of_every_kind_are_changed(server: Server, deals: OdooDeals, word: str) -> None:
    id_ = a_deal(server, word, stage_id=stage(server, "New"), referred="Fair", priority="1")
    old = deals.deal(id_, ("priority", "country_id", "description", "color"))
    written = deals.update_deal(
        changed(
            id_,
            ("stage", "new", "Qualified"),
            ("revenue", "", "12500.50"),
            ("deadline", "", "2027-02-28"),
            ("referred", "Fair", f"  {word} <b>\0"),
            ("priority", old.fields["priority"], "2"),
            ("country_id", "", "belgium"),
            ("description", "", "One < two\n\nthree"),
            ("color", "0", "3"),
        )
    )
    assert (written.write, written.model, written.id, written.found) == ("update_deal", "crm.lead", id_, False)
    deal = deals.deal(id_, ("referred", "priority", "country_id", "description", "color"))
    assert (deal.stage, deal.revenue, deal.deadline) == ("Qualified", Decimal("12500.50"), date(2027, 2, 28))
    assert deal.fields["referred"] == f"{word} <b>"
    assert deal.fields["country_id"] == "Belgium"
    assert deal.fields["description"] == "One < two\nthree"
    assert deal.fields["color"] == "3"
    assert server.read("crm.lead", id_, "priority")["priority"] == "2"


def test_a_change_is_made_once(server: Server, deals: OdooDeals, word: str) -> None:
    id_ = a_deal(server, word, expected_revenue=100)
    change = changed(id_, ("revenue", "100.00", "250"), ("deadline", "", "2027-02-28"))
    assert not deals.update_deal(change).found
    before = server.read("crm.lead", id_, "write_date")
    assert deals.update_deal(change).found
    server.call("crm.lead", "write", ids=[id_], vals={"date_deadline": False})
    assert not deals.update_deal(change).found  # What has its new value is left alone, the other is written.
    after = server.read("crm.lead", id_, "write_date", "expected_revenue", "date_deadline")
    assert (after["expected_revenue"], after["date_deadline"]) == (250, "2027-02-28")
    assert after["write_date"] >= before["write_date"]


@pytest.mark.parametrize(
    ("field", "old", "new", "stands"),
    [
        ("revenue", "100", "250", {"expected_revenue": 120}),
        ("revenue", "", "250", {"expected_revenue": 100}),
        ("stage", "New", "Proposition", {"stage_id": "Qualified"}),
        ("deadline", "2027-01-01", "2027-02-01", {"date_deadline": "2027-03-01"}),
        ("deadline", "2027-01-01", "2027-02-01", {"date_deadline": False}),
        ("referred", "", "Fair", {"referred": "Web site"}),
    ],
)
def test_a_value_that_someone_has_changed_meanwhile_stays_and_so_does_all_else(
    server: Server, deals: OdooDeals, word: str, field: str, old: str, new: str, stands: dict[str, Any]
) -> None:
    values = {name: stage(server, value) if name == "stage_id" else value for name, value in stands.items()}
    id_ = a_deal(server, word, **values, contact_name="Jan")
    before = server.read("crm.lead", id_, *values, "contact_name")
    with pytest.raises(Refused, match=f"{field} of deal {id_} is .* by now, not '{old}'; nothing was changed"):
        deals.update_deal(changed(id_, ("contact_name", "Jan", "An"), (field, old, new)))
    assert server.read("crm.lead", id_, *values, "contact_name") == before


@pytest.mark.parametrize(
    ("field", "new", "problem"),
    [
        ("stage", "Nowhere", "no stage 'Nowhere'"),
        ("revenue", "a lot", "'a lot' is no value"),
        ("revenue", "NaN", "'NaN' is no value"),
        ("deadline", "next week", "'next week' is no value"),
        ("priority", "9", "'9' is no value .* one of"),
        ("country_id", "Atlantis", "no 'Atlantis'"),
        ("create_date", "2026-01-01", "create_date"),
        ("email_from", "x@y.example", "email_from"),
    ],
)
def test_a_value_that_is_none_is_refused(
    server: Server, deals: OdooDeals, word: str, field: str, new: str, problem: str
) -> None:
    id_ = a_deal(server, word, priority=False, contact_name="Jan", stage_id=False)
    with pytest.raises(Refused, match=problem):
        deals.update_deal(changed(id_, ("contact_name", "Jan", "An"), (field, "", new)))
    assert server.read("crm.lead", id_, "contact_name")["contact_name"] == "Jan"


def test_a_stage_is_one_of_the_deals_team(server: Server, deals: OdooDeals, word: str) -> None:
    teams = [server.create("crm.team", name=f"{word} {number}") for number in (1, 2)]
    stages = [server.create("crm.stage", name=word, sequence=2, team_ids=[[6, 0, [team]]]) for team in teams]
    for team, wanted in zip(reversed(teams), reversed(stages), strict=True):
        id_ = a_deal(server, word, team_id=team, stage_id=stage(server, "New"))
        deals.update_deal(changed(id_, ("stage", "New", word)))
        assert server.read("crm.lead", id_, "stage_id")["stage_id"][0] == wanted
    stranger = a_deal(server, word, team_id=False, stage_id=stage(server, "New"))
    with pytest.raises(Refused, match=f"no stage '{word}'"):
        deals.update_deal(changed(stranger, ("stage", "New", word)))


# When the network fails


def connected(server: Server, proxy: Proxy) -> OdooDeals:
    deals = OdooDeals(server.connect(proxy.url))
    deals.stages()  # Version and login are settled before anything fails.
    return deals


@pytest.mark.parametrize("fault", [swallow, gateway_timeout])
def test_a_write_whose_answer_is_lost_is_found_again(
    server: Server, proxy: Proxy, word: str, fault: Callable[[Exchange], None]
) -> None:
    id_ = a_deal(server, word)
    deals = connected(server, proxy)
    proxy.fail(r'mail\.activity(/|", ?")load', fault)
    proxy.fail(r'mail\.message(/|", ?")load', fault)
    proxy.fail(r'crm\.lead(/|", ?")write', fault)
    assert steps(server, id_) == []
    step = deals.create_activity(a_step(id_, word))
    note = deals.post_note(PostNote(reference=f"note {word}", deal_id=id_, body="Text"))
    deals.update_deal(changed(id_, ("revenue", "", "250")))
    assert steps(server, id_) == [step.id]
    assert [row["id"] for row in notes(server, id_)] == [note.id]
    assert deals.deal(id_).revenue == 250


def test_a_change_that_never_arrived_can_be_repeated(server: Server, proxy: Proxy, word: str) -> None:
    id_ = a_deal(server, word)
    deals = connected(server, proxy)
    proxy.fail(r'crm\.lead(/|", ?")write', reset)
    change = changed(id_, ("revenue", "", "250"))
    with pytest.raises(OutcomeUnknown, match=r"Odoo crm\.lead\.write"):
        deals.update_deal(change)
    assert deals.deal(id_).revenue is None
    assert not deals.update_deal(change).found
    assert deals.deal(id_).revenue == 250


def test_a_step_that_arrives_after_the_next_attempt_is_no_second_one(server: Server, proxy: Proxy, word: str) -> None:
    id_ = a_deal(server, word)
    release, arrived = Event(), Event()

    def held(exchange: Exchange) -> None:
        release.wait(30)
        exchange.forward()
        arrived.set()

    deals = connected(server, proxy)
    proxy.fail(r'mail\.activity(/|", ?")load', held)
    with ThreadPoolExecutor(1) as pool:
        first = pool.submit(deals.create_activity, a_step(id_, word))
        while not any('"load"' in request or "/load" in request for request in proxy.seen):
            time.sleep(0.01)
        second = OdooDeals(server.connect()).create_activity(a_step(id_, word))
        server.call("mail.activity", "action_feedback", ids=[second.id])
        release.set()
        assert arrived.wait(30)
        assert first.exception() is None or isinstance(first.exception(), OutcomeUnknown)
    assert steps(server, id_) == [second.id]


# How it stands with a customer


def an_invoice(server: Server, customer: int, issued: str, due: str, amount: float = 100, **values: Any) -> int:
    line: dict[str, Any] = {"name": "Goods", "quantity": 1, "price_unit": amount, "tax_ids": [[6, 0, []]]}
    bill: dict[str, Any] = {"move_type": "out_invoice", "partner_id": customer, "invoice_date": issued}
    bill |= {"invoice_date_due": due, "invoice_payment_term_id": False, "invoice_line_ids": [[0, 0, line]]}
    rows: list[dict[str, Any]] = [{**bill, **values}]
    [id_] = server.call("account.move", "create", vals_list=rows)
    if values.get("state") != "draft":
        server.call("account.move", "action_post", ids=[id_])
    return id_


def pay(server: Server, invoice: int, day: str, **values: Any) -> None:
    context = {"active_model": "account.move", "active_ids": [invoice]}
    rows = [{"payment_date": day, **values}]
    register = server.call("account.payment.register", "create", vals_list=rows, context=context)
    server.call("account.payment.register", "action_create_payments", ids=register)


def test_a_new_customer_has_nothing_open(server: Server, deals: OdooDeals, word: str) -> None:
    tag = server.create("res.partner.category", name=f"SLA {word}")
    company = a_company(server, word, category_id=[[6, 0, [tag]]])
    assert deals.state(company) == CustomerState(customer_id=company, name=f"{word} Trading", tags=(f"SLA {word}",))
    with pytest.raises(Refused, match="no customer 99999999"):
        deals.state(99_999_999)


def test_open_quotations_say_how_long_they_hold_and_what_is_short(server: Server, deals: OdooDeals, word: str) -> None:
    company = a_company(server, word)
    jan = server.create("res.partner", name="Jan", parent_id=company)
    shelf = server.ids("stock.location", ["usage", "=", "internal"])[0]
    unit = server.ids("uom.uom", ["name", "=", "Units"])[0]
    box = server.create("uom.uom", name=f"Box {word}", relative_factor=50, relative_uom_id=unit)
    gland, lamp, service = (
        server.create("product.product", name=f"{word} {name}", default_code=name.upper(), **values)
        for name, values in (
            ("gland", {"is_storable": True}),
            ("lamp", {"is_storable": True}),
            ("work", {"type": "service"}),
        )
    )
    for product, free in ((gland, 100), (lamp, 5)):
        server.create("stock.quant", product_id=product, location_id=shelf, quantity=free)

    def quoted(*lines: tuple[int, float, int], **values: Any) -> int:
        rows: list[list[Any]] = [
            [0, 0, {"product_id": product, "product_uom_qty": quantity, "product_uom_id": of, "price_unit": 2}]
            for product, quantity, of in lines
        ]
        rows.append([0, 0, {"display_type": "line_note", "name": "A remark"}])
        return server.create("sale.order", **{"partner_id": company, "order_line": rows, **values})

    day = {"date_order": "2026-03-01 10:00:00", "validity_date": "2026-04-15"}
    enough = quoted((gland, 2, box), (lamp, 5, unit), (service, 9, unit), **day)
    short = quoted((gland, 1, box), (gland, 51, unit), (lamp, 6, unit), partner_id=jan, state="sent")
    quoted((lamp, 9, unit), state="cancel")
    [newer, older] = deals.state(company).quotations
    assert (older.id, older.state, older.created, older.valid_until, older.short) == (
        *(enough, "draft", date(2026, 3, 1), date(2026, 4, 15), ()),
    )
    assert (newer.id, newer.state, newer.created) == (short, "sent", datetime.now(UTC).date())
    assert newer.short == (f"GLAND {word} gland", f"LAMP {word} lamp")
    row = server.read("sale.order", short, "name", "amount_total", "currency_id")
    assert (newer.number, float(newer.total), newer.currency) == (
        row["name"],
        row["amount_total"],
        row["currency_id"][1],
    )
    assert newer.url == f"{server.url}/mail/view?model=sale.order&res_id={short}"


def test_orders_are_counted_over_a_year(server: Server, deals: OdooDeals, word: str) -> None:
    company = a_company(server, word)
    days = [TODAY - timedelta(days=age) for age in (400, 200, 30)]
    for day in days:
        order = server.create("sale.order", partner_id=company)
        server.call("sale.order", "action_confirm", ids=[order])
        server.call("sale.order", "write", ids=[order], vals={"date_order": f"{day} 10:00:00"})
    server.create("sale.order", partner_id=company)
    state = deals.state(company)
    assert (state.last_order, state.orders_last_year, len(state.quotations)) == (days[-1], 2, 1)


def test_invoices_are_those_not_paid_in_full(server: Server, deals: OdooDeals, word: str) -> None:
    company = a_company(server, word)
    jan = server.create("res.partner", name="Jan", parent_id=company)
    late = an_invoice(server, jan, "2026-01-10", "2026-02-10", 120.5)
    partly = an_invoice(server, company, "2026-01-12", "2026-01-20", 100)
    pay(server, partly, "2026-01-15", amount=40)
    pay(server, an_invoice(server, company, "2026-01-05", "2026-01-20"), "2026-01-30")
    an_invoice(server, company, "2026-01-05", "2026-01-20", move_type="out_refund")
    an_invoice(server, company, "2026-01-05", "2026-01-20", state="draft")
    first, second = deals.state(company).invoices
    names = [server.read("account.move", id_, "name")["name"] for id_ in (partly, late)]
    assert (first.number, first.issued, first.due) == (names[0], date(2026, 1, 12), date(2026, 1, 20))
    assert (second.number, second.issued, second.due) == (names[1], date(2026, 1, 10), date(2026, 2, 10))
    assert (first.open_amount, second.open_amount) == (Decimal("60.00"), Decimal("120.50"))
    assert len(first.currency) == 3


def test_how_late_a_customer_pays_is_the_mean_of_its_last_twelve_invoices(
    server: Server, deals: OdooDeals, word: str
) -> None:
    company = a_company(server, word)
    an_invoice(server, company, "2026-01-12", "2026-01-20")
    assert deals.state(company).paid_late_days is None
    early, late = (an_invoice(server, company, "2026-01-05", "2026-01-20") for _ in range(2))
    pay(server, early, "2026-01-18")
    assert deals.state(company).paid_late_days == -2
    pay(server, late, "2026-01-21", amount=50)
    pay(server, late, "2026-02-03")
    assert deals.state(company).paid_late_days == 6
    for month in range(2, 14):
        year, of_year = divmod(month - 1, 12)
        due = f"{2026 + year}-{of_year + 1:02}-20"
        pay(server, an_invoice(server, company, f"{2026 + year}-{of_year + 1:02}-05", due), due)
    assert deals.state(company).paid_late_days == 0


def test_complaints_are_open_records_with_that_tag(server: Server, word: str) -> None:
    company = a_company(server, word)
    jan = server.create("res.partner", name="Jan", parent_id=company)
    found = server.ids("crm.tag", ["name", "=ilike", "complaint"])
    tags = [[6, 0, [found[0] if found else server.create("crm.tag", name="Complaint")]]]
    older = a_deal(server, word, name=f"{word} older", partner_id=company, tag_ids=tags, type="lead")
    a_deal(server, word, name=f"{word} newer", partner_id=jan, tag_ids=tags)
    a_deal(server, word, partner_id=company, tag_ids=tags, stage_id=stage(server, "Won"))
    a_deal(server, word, partner_id=company, tag_ids=tags, active=False)
    deal = a_deal(server, word, partner_id=company)
    assert older
    deals = OdooDeals(server.connect())  # The tag may be new: lists are kept for a while.
    assert deals.state(company).complaints == (f"{word} newer", f"{word} older")
    assert [one.id for one in deals.find_deals([company], [])] == [deal]


@pytest.mark.parametrize("model", [r"account\.", r"sale\.order", r"crm\.lead"])
def test_what_the_user_may_not_read_stays_empty(server: Server, proxy: Proxy, word: str, model: str) -> None:
    company = a_company(server, word)
    server.create("sale.order", partner_id=company)
    an_invoice(server, company, "2026-01-10", "2026-02-10")

    def forbidden(exchange: Exchange) -> None:
        error = "You are not allowed to access these records."
        if server.wire == "jsonrpc":
            data = {"name": "odoo.exceptions.AccessError", "message": error}
            exchange.answer(200, json.dumps({"error": {"data": data}}).encode(), "application/json")
        else:
            body = {"name": "odoo.exceptions.AccessError", "message": error}
            exchange.answer(403, json.dumps(body).encode(), "application/json")

    deals = connected(server, proxy)
    assert len(deals.state(company).invoices) == 1
    proxy.fail(rf'{model}[\w.]*(/|", ?")search_read', forbidden, times=20)
    state = deals.state(company)
    assert state.name == f"{word} Trading"
    assert (len(state.invoices), len(state.quotations)) == (0 if "account" in model else 1, 0 if "sale" in model else 1)


# What waits


def test_stale_deals_are_those_that_nobody_touched_and_nobody_will(server: Server, deals: OdooDeals, word: str) -> None:
    ahead = datetime.now(UTC) + timedelta(days=1)
    idle, written, planned, overdue, won, ticket = (
        a_deal(server, word, partner_id=a_company(server, word), **values)
        for values in ({}, {}, {}, {}, {"stage_id": stage(server, "Won")}, {"type": "lead"})
    )
    a_message(server, written, "Note", str((ahead + timedelta(days=1)).date()), message_type="comment")
    deals.create_activity(a_step(planned, f"{word} 1", due=(ahead + timedelta(days=3)).date()))
    deals.create_activity(a_step(overdue, f"{word} 2", due=TODAY))
    found = [deal.id for deal in deals.stale_deals(ahead, limit=100_000)]
    assert [id_ for id_ in found if id_ in (idle, written, planned, overdue, won, ticket)] == [idle, overdue]
    before = datetime.now(UTC) - timedelta(hours=1)
    assert idle not in [deal.id for deal in deals.stale_deals(before, limit=100_000)]
    assert len(deals.stale_deals(ahead, limit=1)) == 1
