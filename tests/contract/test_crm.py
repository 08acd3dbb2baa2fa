"""What every CRM connector promises (`connectors.base.Crm`), tried on real servers through real sockets."""

import base64
import hashlib
import time
from collections.abc import Callable, Generator
from concurrent.futures import ThreadPoolExecutor
from contextlib import contextmanager
from datetime import UTC, datetime, timedelta
from email.utils import format_datetime
from threading import Event
from typing import Any

import pytest
from pydantic import SecretStr

from connectors.base import Crm, OutcomeUnknown, Refused, Unavailable
from connectors.odoo import OdooCrm, OdooRpc
from jobs.crm import AttachFile, CreateRecord, CustomerClues, Written
from tests.contract.conftest import Server
from tests.contract.proxy import Exchange, Proxy, gateway_timeout, reset, swallow, unavailable

LOAD = r'crm\.lead(/|", ?")load'
READ = r"search_read"


def a_record(reference: str, **changes: Any) -> CreateRecord:
    record = CreateRecord(
        reference=reference,
        kind="lead",
        title="Cable glands",
        description="Please quote.",
        priority="normal",
        tags=(),
        team=None,
        owner=None,
        customer_id=None,
        company="Severn Panels",
        contact="Gareth Pugh",
        email="gareth@severn.example",
        phone="+44 1632 960417",
    )
    return record.model_copy(update=changes)


def a_company(server: Server, word: str, **values: Any) -> int:
    return server.create("res.partner", **{"name": f"{word} Trading", "is_company": True, **values})


def customer_ids(crm: Crm, **clues: tuple[Any, ...]) -> list[int]:
    return [customer.id for customer in crm.find_customers(CustomerClues(**clues))]


def leads(server: Server, reference: str) -> list[int]:
    return server.ids("crm.lead", ["referred", "=", reference])


# Customers


@pytest.mark.parametrize("clue", ["info@{}.example", "jan@{}.example", "j.jansen@{}.test"])
def test_any_address_of_a_company_leads_to_the_company(server: Server, crm: OdooCrm, word: str, clue: str) -> None:
    belgium = server.ids("res.country", ["code", "=", "BE"])[0]
    tag = server.create("res.partner.category", name=f"SLA {word}")
    admin = server.ids("res.users", ["login", "=", "admin"])[0]
    company = a_company(
        server,
        word,
        email=f"Info@{word}.EXAMPLE",
        vat="BE 0477.472.701",
        country_id=belgium,
        category_id=[[6, 0, [tag]]],
        user_id=admin,
    )
    server.create(
        "res.partner", name="Jan", parent_id=company, email=f'"Jan" <Jan@{word}.example>; j.jansen@{word}.test'
    )
    [customer] = crm.find_customers(CustomerClues(emails=(clue.format(word),)))
    assert customer.id == company
    assert customer.name == f"{word} Trading"
    assert customer.email == f"info@{word}.example"
    assert set(customer.emails) == {f"info@{word}.example", f"jan@{word}.example", f"j.jansen@{word}.test"}
    assert customer.vat.replace(".", "").replace(" ", "") == "BE0477472701"
    assert (customer.tags, customer.owner, customer.country) == ((f"SLA {word}",), "admin", "BE")


def test_a_mail_domain_leads_to_everyone_who_uses_it(server: Server, crm: OdooCrm, word: str) -> None:
    mine = [a_company(server, word, email=f"sales@{word}.example"), a_company(server, word, email=f"a@{word}.example")]
    for other in (f"x@sub.{word}.example", f"x@{word}.example.test", f"x@not{word}.example"):
        a_company(server, word, email=other)
    assert customer_ids(crm, domains=(f"{word}.example",)) == mine


@pytest.mark.parametrize(
    ("stored", "asked"),
    [
        ("NL123456782B90", "NL123456782B90"),
        ("NL 1234.56.782.B90", "NL123456782B90"),
        ("nl123456782b90", "NL123456782B90"),
        ("123456782B90", "NL123456782B90"),
        ("BE 477.472.701", "BE0477472701"),
    ],
)
def test_a_vat_number_is_found_in_any_notation(
    server: Server, crm: OdooCrm, word: str, stored: str, asked: str
) -> None:
    company = a_company(server, word, vat=stored)
    stranger = a_company(server, word, vat=asked[:-1] + "7" if asked[-1] != "7" else asked[:-1] + "8")
    found = customer_ids(crm, vats=(asked,))
    assert company in found
    assert stranger not in found
    server.call("res.partner", "write", ids=[company, stranger], vals={"vat": False})


@pytest.mark.parametrize(
    ("stored", "asked"),
    [
        ("Van {} Techniek B.V.", "van {} techniek bv"),
        ("{} Müller GmbH & Co. KG", "{} Mueller"),
        ("MUELLER {} GMBH", "Müller {}"),
        ("{} Électricité SARL", "{} Electricite"),
        ("{} Façades S.A.S.", "{} Facades"),
        ("Weiß {} KG", "Weiss {}"),
        ("{} Instalatietechniek", "{} Installatietechniek"),
        ("{} & Zonen", "{} en Zonen BV"),
        ("Gebr. {} Pompen en Machines", "{} pompen"),
        ("{}", "{} Ltd."),
    ],
)
def test_a_name_is_found_as_people_spell_it(server: Server, crm: OdooCrm, word: str, stored: str, asked: str) -> None:
    company = a_company(server, word, name=stored.format(word.title()))
    assert company in customer_ids(crm, names=(asked.format(word),))


def test_a_name_is_found_among_hundreds_that_share_a_word(server: Server, crm: OdooCrm, word: str) -> None:
    crowd: list[dict[str, Any]] = [{"name": f"Aa{number} {word}techniek", "is_company": True} for number in range(510)]
    others = server.call("res.partner", "create", vals_list=crowd)
    company = a_company(server, word, name=f"Zuidhoek {word}techniek")
    found = customer_ids(crm, names=(f"Zuidhoek {word.title()}techniek BV",))
    assert company in found  # So may another run's Zuidhoek be, with a random name of its own.
    assert not set(found) & set(others)


def test_a_different_name_is_not_found(server: Server, crm: OdooCrm, word: str) -> None:
    made = a_company(server, word, name=f"{word} Pumps Ltd")
    found = customer_ids(crm, names=(f"Northern {word} Catering", "Ltd", f"{word[::-1]} Pumps"))
    assert made not in found  # other tests' companies, with random names of their own, may be


def test_all_clues_together_name_each_customer_once(server: Server, crm: OdooCrm, word: str) -> None:
    company = a_company(server, word, name=f"{word} Trading BV", email=f"info@{word}.example")
    clues = {"emails": (f"info@{word}.example",), "domains": (f"{word}.example",), "names": (f"{word} trading",)}
    assert customer_ids(crm, **clues) == [company]
    assert customer_ids(crm) == []


def test_an_id_is_that_of_a_customer(server: Server, crm: OdooCrm, word: str) -> None:
    company = a_company(server, word)
    contact = server.create("res.partner", name="Jan", parent_id=company)
    own = server.ids("res.partner", ["ref_company_ids", "!=", False])[0]
    assert customer_ids(crm, ids=(company,)) == customer_ids(crm, ids=(contact,)) == [company]
    assert customer_ids(crm, ids=(99_999_999, own)) == []


def test_colleagues_and_the_company_itself_are_no_customers(server: Server, crm: OdooCrm, word: str) -> None:
    own = server.ids("res.partner", ["ref_company_ids", "!=", False])[0]
    before = server.read("res.partner", own, "email")["email"]
    server.call("res.partner", "write", ids=[own], vals={"email": f"info@{word}.example"})
    try:
        assert customer_ids(crm, domains=(f"{word}.example",)) == []
    finally:
        server.call("res.partner", "write", ids=[own], vals={"email": before})


@pytest.mark.parametrize("hostile", ["%", "_", "\\", "'", '"', "a\0b", "\ud800", "%' OR 1=1 --", "[['id','>',0]]"])
def test_clues_are_data(crm: OdooCrm, hostile: str) -> None:
    assert customer_ids(crm, emails=(hostile,), domains=(hostile,), vats=(hostile,), names=(f"{hostile}qxz",)) == []


# Open records, teams, owners


def test_open_records_are_those_of_the_company_and_its_contacts(server: Server, crm: OdooCrm, word: str) -> None:
    company = a_company(server, word)
    contact = server.create("res.partner", name="Jan", parent_id=company)
    won = server.ids("crm.stage", ["is_won", "=", True])[0]
    first = server.create("crm.lead", name="first", partner_id=company, referred="r-1")
    second = server.create("crm.lead", name="second", partner_id=contact)
    without_stage = server.create("crm.lead", name="third", partner_id=company, stage_id=False)
    server.create("crm.lead", name="won", partner_id=company, stage_id=won)
    server.create("crm.lead", name="lost", partner_id=company, active=False)
    server.create("crm.lead", name="another's", partner_id=a_company(server, word))
    found = crm.open_records(company)
    assert [record.id for record in found] == [without_stage, second, first]
    assert (found[2].title, found[2].reference) == ("first", "r-1")


def test_open_records_are_twenty_at_most(server: Server, crm: OdooCrm, word: str) -> None:
    company = a_company(server, word)
    made = [server.create("crm.lead", name=f"{number}", partner_id=company) for number in range(22)]
    assert [record.id for record in crm.open_records(company)] == made[:1:-1]


def test_teams_and_owners_are_what_a_record_can_be_given_to(server: Server, crm: OdooCrm) -> None:
    assert "Sales" in crm.teams()
    assert "admin" in crm.owners()
    assert "__system__" not in crm.owners()  # Archived.


# Writing


def test_a_record_carries_everything(server: Server, crm: OdooCrm, word: str) -> None:
    written = crm.create_record(
        a_record(
            f"case {word} ü",
            title="Kabelverschraubungen – 250 Stück",
            priority="high",
            tags=("rush", word),
            team="sales",
            owner="admin",
        )
    )
    assert (written.model, written.found) == ("crm.lead", False)
    assert written.url == f"{server.url}/mail/view?model=crm.lead&res_id={written.id}"
    fields = (
        "name",
        "referred",
        "priority",
        "type",
        "partner_id",
        "partner_name",
        "contact_name",
        "email_from",
        "phone",
    )
    lead = server.read("crm.lead", written.id, *fields, "team_id", "user_id", "tag_ids", "description")
    assert lead["name"] == "Kabelverschraubungen – 250 Stück"
    assert lead["referred"] == f"case {word} ü"
    assert (lead["priority"], lead["type"], lead["partner_id"]) == ("3", "opportunity", False)
    assert (lead["partner_name"], lead["contact_name"]) == ("Severn Panels", "Gareth Pugh")
    assert (lead["email_from"], lead["phone"]) == ("gareth@severn.example", "+44 1632 960417")
    assert lead["team_id"][1] == "Sales"
    assert lead["user_id"][0] == server.ids("res.users", ["login", "=", "admin"])[0]
    tags = server.call("crm.tag", "read", ids=lead["tag_ids"], fields=["name"])
    assert {tag["name"] for tag in tags} == {"rush", word}


def test_without_an_owner_the_lead_belongs_to_no_one(server: Server, crm: OdooCrm, word: str) -> None:
    written = crm.create_record(a_record(word, team="Sales"))
    assert server.read("crm.lead", written.id, "user_id")["user_id"] is False


def test_the_description_is_text_whatever_it_looks_like(server: Server, crm: OdooCrm, word: str) -> None:
    text = "Größe 5 < 6 & <script>alert('x')</script>\nsecond line\n\n漢字 \0 \ud800 <b>bold</b>"
    written = crm.create_record(a_record(word, title="<b>Ångström</b>", description=text))
    lead = server.read("crm.lead", written.id, "name", "description")
    assert lead["name"] == "<b>Ångström</b>"
    assert "<script" not in lead["description"]
    assert "Größe 5 &lt; 6 &amp; &lt;script&gt;alert(" in lead["description"]
    assert "<br>second line</p><p>漢字" in lead["description"].replace("<br/>", "<br>")
    assert "&lt;b&gt;bold&lt;/b&gt;" in lead["description"]


def test_a_known_customer_is_linked_and_left_as_it_is(server: Server, crm: OdooCrm, word: str) -> None:
    company = a_company(server, word, email=f"info@{word}.example", phone="+31 85 555 0101")
    contact = server.create("res.partner", name="Jan", parent_id=company, email=f"Jan <jan@{word}.example>")
    partners = len(server.ids("res.partner"))
    stranger = crm.create_record(
        a_record(f"{word} 1", customer_id=company, email=f"new@{word}.example", phone="+31 6 555")
    )
    known = crm.create_record(a_record(f"{word} 2", customer_id=company, email=f"JAN@{word}.example"))
    assert server.read("crm.lead", stranger.id, "partner_id")["partner_id"][0] == company
    assert server.read("crm.lead", known.id, "partner_id")["partner_id"][0] == contact
    assert f"new@{word}.example, +31 6 555" in server.read("crm.lead", stranger.id, "description")["description"]
    assert len(server.ids("res.partner")) == partners
    after = server.read("res.partner", company, "email", "phone")
    assert (after["email"], after["phone"]) == (f"info@{word}.example", "+31 85 555 0101")
    assert server.read("res.partner", contact, "email", "phone")["phone"] is False


def test_a_record_is_created_once(server: Server, crm: OdooCrm, word: str) -> None:
    first = crm.create_record(a_record(word))
    server.call("crm.lead", "write", ids=[first.id], vals={"name": "edited by a person"})
    again = crm.create_record(a_record(word))
    assert (again.id, again.found) == (first.id, True)
    assert server.read("crm.lead", first.id, "name")["name"] == "edited by a person"
    assert leads(server, word) == [first.id]


def test_a_lead_that_was_archived_or_lost_its_reference_is_not_created_again(
    server: Server, crm: OdooCrm, word: str
) -> None:
    first = crm.create_record(a_record(word))
    server.call("crm.lead", "write", ids=[first.id], vals={"active": False})
    again = crm.create_record(a_record(word))
    assert (again.id, again.found) == (first.id, True)
    server.call("crm.lead", "write", ids=[first.id], vals={"referred": "edited by a person"})
    assert crm.create_record(a_record(word)).id == first.id
    assert leads(server, word) == []


def test_attempts_at_the_same_time_create_one_record(server: Server, word: str) -> None:
    clients = [OdooCrm(server.connect()) for _ in range(6)]
    with ThreadPoolExecutor(6) as pool:
        written = list(pool.map(lambda client: client.create_record(a_record(word, tags=(word,))), clients))
    assert len({one.id for one in written}) == 1
    assert leads(server, word) == [written[0].id]
    assert len(server.ids("crm.tag", ["name", "=", word])) == 1


def test_unknown_teams_and_owners_are_refused_by_name(server: Server, crm: OdooCrm, word: str) -> None:
    with pytest.raises(Refused, match=f"no team 'Team {word}'"):
        crm.create_record(a_record(word, team=f"Team {word}"))
    with pytest.raises(Refused, match="no owner '__system__'"):
        crm.create_record(a_record(word, owner="__system__"))
    assert leads(server, word) == []


def test_a_team_made_a_moment_ago_is_known(server: Server, crm: OdooCrm, word: str) -> None:
    assert word not in crm.teams()
    team = server.create("crm.team", name=word)
    written = crm.create_record(a_record(word, team=word))
    assert server.read("crm.lead", written.id, "team_id")["team_id"][0] == team


def test_what_odoo_refuses_is_said_in_its_words(server: Server, crm: OdooCrm, word: str) -> None:
    with pytest.raises(Refused, match=r"Odoo crm\.lead\.load: .*999999"):
        crm.create_record(a_record(word, customer_id=999999))
    with pytest.raises(Refused, match=r"Odoo crm\.lead\.load: Missing required value|cannot be completed"):
        crm.create_record(a_record(word, title=" \0"))
    assert leads(server, word) == []


def test_a_file_is_attached_once(server: Server, crm: OdooCrm, word: str) -> None:
    lead = crm.create_record(a_record(word))

    def attach(name: str, content: bytes) -> Written:
        file = AttachFile(name=name, media_type="message/rfc822", sha256=hashlib.sha256(content).hexdigest())
        return crm.attach_file(lead, file, content)

    first, again = attach("Anfrage für Öl.eml", b"\x00\xffmail"), attach("Anfrage für Öl.eml", b"\x00\xffmail")
    other = attach("Anfrage für Öl.eml", b"another mail")
    assert (first.id, first.found) == (again.id, False)
    assert again.found
    assert other.id != first.id
    assert sorted(server.ids("ir.attachment", ["res_model", "=", "crm.lead"], ["res_id", "=", lead.id])) == [
        first.id,
        other.id,
    ]
    stored = server.read("ir.attachment", first.id, "name", "mimetype", "datas")
    assert (stored["name"], stored["mimetype"]) == ("Anfrage für Öl.eml", "message/rfc822")
    assert base64.b64decode(stored["datas"]) == b"\x00\xffmail"


def test_a_large_file_arrives_whole(server: Server, crm: OdooCrm, word: str) -> None:
    content = bytes(range(256)) * 100_000  # 25.6 MB
    written = crm.attach_file(
        crm.create_record(a_record(word)), AttachFile(name="big.eml", media_type="message/rfc822", sha256=""), content
    )
    stored = server.read("ir.attachment", written.id, "checksum", "file_size")
    assert stored["checksum"] == hashlib.sha1(content, usedforsecurity=False).hexdigest()
    assert stored["file_size"] == len(content)


# When the network fails


def garbage(exchange: Exchange) -> None:
    exchange.answer(200, b"<html><style>p{}</style><h1>Please log in</h1></html>", "text/html")


def late(exchange: Exchange) -> None:
    answer = exchange.forward()
    time.sleep(PATIENCE + 1)
    exchange.answer(*answer)


PATIENCE = 3
"""Seconds a client waits in tests about waiting: short, but long enough for an Odoo on a busy machine."""


@contextmanager
def connected(server: Server, proxy: Proxy, timeout: float = 20) -> Generator[OdooCrm]:
    crm = OdooCrm(server.connect(proxy.url, timeout=timeout))
    crm.teams()  # Version and login are settled before anything fails.
    yield crm
    crm.close()


@pytest.mark.parametrize("fault", [swallow, gateway_timeout, late])
def test_a_write_whose_answer_is_lost_is_found_again(
    server: Server, proxy: Proxy, word: str, fault: Callable[[Exchange], None]
) -> None:
    proxy.fail(LOAD, fault)
    with connected(server, proxy, timeout=PATIENCE if fault is late else 20) as crm:
        written = crm.create_record(a_record(word))
    assert leads(server, word) == [written.id]


def test_a_lost_answer_and_a_dead_server_leave_the_outcome_unknown_until_the_next_attempt(
    server: Server, proxy: Proxy, word: str
) -> None:
    with connected(server, proxy) as crm:
        proxy.fail(LOAD, swallow_and_then_fail_reads(proxy))
        with pytest.raises(OutcomeUnknown, match=r"Odoo crm\.lead\.load"):
            crm.create_record(a_record(word))
        written = crm.create_record(a_record(word))
    assert written.found
    assert leads(server, word) == [written.id]


def swallow_and_then_fail_reads(proxy: Proxy) -> Callable[[Exchange], None]:
    def fault(exchange: Exchange) -> None:
        proxy.fail(READ, unavailable, times=4)
        swallow(exchange)

    return fault


@pytest.mark.parametrize("fault", [reset, garbage])
def test_a_write_that_never_arrived_can_be_repeated(
    server: Server, proxy: Proxy, word: str, fault: Callable[[Exchange], None]
) -> None:
    proxy.fail(LOAD, fault)
    with connected(server, proxy) as crm:
        with pytest.raises(OutcomeUnknown):
            crm.create_record(a_record(word))
        assert leads(server, word) == []
        written = crm.create_record(a_record(word))
    assert leads(server, word) == [written.id]


def test_a_request_that_arrives_after_the_next_attempt_changes_nothing(server: Server, proxy: Proxy, word: str) -> None:
    release, arrived = Event(), Event()

    def held(exchange: Exchange) -> None:
        release.wait(30)
        exchange.forward()
        arrived.set()

    proxy.fail(LOAD, held)
    with connected(server, proxy, timeout=PATIENCE) as crm, ThreadPoolExecutor(1) as pool:
        first = pool.submit(crm.create_record, a_record(word))
        while not any("load" in request for request in proxy.seen):
            time.sleep(0.01)
        second = OdooCrm(server.connect()).create_record(a_record(word))
        assert first.result().id == second.id
    release.set()
    assert arrived.wait(30)
    assert leads(server, word) == [second.id]


def test_an_attachment_whose_answer_is_lost_is_found_again(server: Server, proxy: Proxy, word: str) -> None:
    proxy.fail(r'ir\.attachment(/|", ?")load', swallow)
    with connected(server, proxy) as crm:
        lead = crm.create_record(a_record(word))
        written = crm.attach_file(lead, AttachFile(name="a.eml", media_type="message/rfc822", sha256=""), b"mail")
    assert server.ids("ir.attachment", ["res_model", "=", "crm.lead"], ["res_id", "=", lead.id]) == [written.id]


@pytest.mark.parametrize(
    ("value", "low", "high"),
    [("7", 7, 7), ("in a date", 50, 60), ("soon", None, None), ("-3", 0, 0), ("inf", None, None)],
)
def test_the_vendors_retry_after_is_passed_on(
    server: Server, proxy: Proxy, word: str, value: str, low: float | None, high: float | None
) -> None:
    if value == "in a date":
        value = format_datetime(datetime.now(UTC) + timedelta(seconds=60), usegmt=True)
    proxy.fail(LOAD, lambda exchange: exchange.answer(429, b"slow down", "text/plain", Retry_After=value))
    with connected(server, proxy) as crm, pytest.raises(Unavailable, match="429 slow down") as caught:
        crm.create_record(a_record(word))
    assert not isinstance(caught.value, OutcomeUnknown)
    assert caught.value.retry_after == low if low is None else low <= (caught.value.retry_after or 0) <= (high or 0)
    assert leads(server, word) == []


@pytest.mark.parametrize(
    ("fault", "message"),
    [
        (unavailable, "503 Down for maintenance"),
        (garbage, "no JSON: Please log in"),
        (reset, "no answer"),
        (late, "no answer: ReadTimeout"),
        (gateway_timeout, "504"),
    ],
)
def test_a_read_that_fails_may_work_later(
    server: Server, proxy: Proxy, fault: Callable[[Exchange], None], message: str
) -> None:
    with connected(server, proxy, timeout=PATIENCE if fault is late else 20) as crm:
        proxy.fail(READ, fault)
        with pytest.raises(Unavailable, match=message) as caught:
            crm.find_customers(CustomerClues(emails=("x@y.example",)))
        assert not isinstance(caught.value, OutcomeUnknown)
        assert crm.find_customers(CustomerClues(emails=("x@y.example",))) == []


def test_a_redirect_is_refused_with_its_target(server: Server, proxy: Proxy) -> None:
    with connected(server, proxy) as crm:
        proxy.fail(READ, lambda exchange: exchange.answer(301, b"", "text/html", Location="https://crm.example/"))
        with pytest.raises(Refused, match=r"301 to https://crm\.example/"):
            crm.open_records(1)


def test_no_server_means_unavailable(server: Server) -> None:
    crm = OdooCrm(server.connect("http://127.0.0.1:9"))
    with pytest.raises(Unavailable, match=r"no connection to http://127\.0\.0\.1:9"):
        crm.teams()


def test_a_wrong_api_key_is_refused_and_never_shown(server: Server) -> None:
    crm = OdooCrm(server.connect(key="wrong-4711"))
    with pytest.raises(Refused, match="key") as caught:
        crm.teams()
    assert "4711" not in str(caught.value)


def test_the_api_key_is_not_in_a_message_even_if_the_answer_holds_it(server: Server, proxy: Proxy) -> None:
    with connected(server, proxy) as crm:
        proxy.fail(READ, lambda exchange: exchange.answer(403, f"bad key {server.key}!".encode(), "text/plain"))
        with pytest.raises(Refused, match=r"403 bad key \*\*\*!"):
            crm.open_records(1)


def test_a_server_without_json2_is_spoken_to_over_jsonrpc(server: Server, proxy: Proxy) -> None:
    proxy.fail("/web/version", lambda exchange: exchange.answer(404, b"not found", "text/html"))
    proxy.fail("/jsonrpc", unavailable)
    crm = OdooCrm(OdooRpc(proxy.url, server.database, SecretStr(server.key), user="admin"))
    with pytest.raises(Unavailable, match="503"):
        crm.teams()
    assert [request.split()[0] for request in proxy.seen] == ["/web/version", "/jsonrpc"]


def test_jsonrpc_needs_to_know_the_login(server: Server) -> None:
    with pytest.raises(Refused, match="login"):
        OdooCrm(OdooRpc(server.url, server.database, SecretStr(server.key), protocol="jsonrpc")).teams()


# Cost


def test_an_inquiry_costs_the_client_little(server: Server, crm: OdooCrm, word: str) -> None:
    company = a_company(server, word, email=f"info@{word}.example")
    clues = CustomerClues(emails=(f"info@{word}.example",), domains=(f"{word}.example",), names=(f"{word} trading",))

    def inquiry(number: int) -> None:
        [customer] = crm.find_customers(clues)
        crm.open_records(customer.id)
        record = a_record(f"{word} {number}", customer_id=company, team="Sales", owner="admin", tags=("quote",))
        file = AttachFile(name="mail.eml", media_type="message/rfc822", sha256="")
        crm.attach_file(crm.create_record(record), file, b"mail" * 5_000)

    def cost(number: int) -> float:
        before = time.thread_time()
        inquiry(number)
        return time.thread_time() - before

    assert (
        min(cost(number) for number in range(10)) <= 0.025
    )  # Seconds; the best of ten, as others use the machine too.
