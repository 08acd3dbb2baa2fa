"""Odoo's JSON-2 API itself: the sandbox answers what the real server answers."""

from typing import Any

import httpx
import pytest

from tests.contract.conftest import Server

pytestmark = pytest.mark.parametrize("server", ["sandbox", "odoo19-json2"], indirect=True)
NOT_MODEL = "the model 'nope.model' does not exist"
MISSING = "Record does not exist or has been deleted.\n(Record: {}, User: 2)"


@pytest.mark.parametrize(
    ("model", "method", "arguments", "status", "name", "message"),
    [
        ("nope.model", "search", {}, 404, "werkzeug.exceptions.NotFound", NOT_MODEL),
        ("crm.lead", "nope", {}, 404, "werkzeug.exceptions.NotFound", "The method 'crm.lead.nope' does not exist"),
        (
            *("crm.lead", "_search", {}, 403, "odoo.exceptions.AccessError"),
            "Private methods (such as 'crm.lead._search') cannot be called remotely.",
        ),
        (
            *("crm.lead", "create", {}, 422, "werkzeug.exceptions.UnprocessableEntity"),
            "missing a required argument: 'vals_list'",
        ),
        (
            *("crm.lead", "search", {}, 422, "werkzeug.exceptions.UnprocessableEntity"),
            "missing a required argument: 'domain'",
        ),
        (
            *("crm.lead", "search", {"domain": [["nope", "=", 1]]}, 500, "builtins.ValueError"),
            "Invalid field crm.lead.nope in condition ('nope', '=', 1)",
        ),
        (
            *("crm.lead", "search", {"domain": [["name", "zz", 1]]}, 500, "builtins.ValueError"),
            "Invalid operator in condition ('name', 'zz', 1)",
        ),
        (
            *("crm.lead", "search", {"domain": ["|", ["name", "=", 1]]}, 500, "builtins.ValueError"),
            "Domain() malformed domain ['|', ['name', '=', 1]]",
        ),
        (
            *("crm.lead", "search_read", {"fields": ["nope"]}, 500, "builtins.ValueError"),
            "Invalid field 'nope' on 'crm.lead'",
        ),
        (
            *("crm.lead", "search", {"domain": [], "order": "nope"}, 500, "builtins.ValueError"),
            "Invalid field 'nope' on model 'crm.lead'",
        ),
        (
            *("crm.lead", "create", {"vals_list": [{"nope": 1}]}, 500, "builtins.ValueError"),
            "Invalid field 'nope' in 'crm.lead'",
        ),
        (
            *("crm.lead", "create", {"vals_list": [{"name": "x", "priority": "9"}]}, 500, "builtins.ValueError"),
            "Wrong value for crm.lead.priority: '9'",
        ),
        (
            *("crm.lead", "create", {"vals_list": [{"name": "x", "team_id": 9999}]}, 404),
            *("odoo.exceptions.MissingError", MISSING.format("crm.team(9999,)")),
        ),
        (
            *("res.partner", "write", {"ids": [999999], "vals": {"name": "x"}}, 404),
            *("odoo.exceptions.MissingError", MISSING.format("res.partner(999999,)")),
        ),
        (
            "crm.lead",
            "load",
            {"fields": ["nope"], "data": [["x"]]},
            500,
            "builtins.ValueError",
            "Invalid field name 'nope'",
        ),
    ],
)
def test_a_wrong_call_is_refused_in_odoos_words(
    server: Server, model: str, method: str, arguments: dict[str, Any], status: int, name: str, message: str
) -> None:
    response = server.answer(model, method, **arguments)
    body = response.json()
    assert (response.status_code, body["name"], body["message"]) == (status, name, message)


@pytest.mark.parametrize(
    ("headers", "status", "text"),
    [
        ({"Authorization": "Bearer wrong"}, 401, "Invalid apikey"),
        ({"Authorization": ""}, 401, "use an API Key with a Bearer Authorization header"),
        ({"X-Odoo-Database": "nope"}, 404, "No database is selected"),
    ],
)
def test_a_call_without_the_right_is_refused(server: Server, headers: dict[str, str], status: int, text: str) -> None:
    response = server.http.post("/json/2/res.partner/search", json={"domain": []}, headers=headers)
    assert response.status_code == status
    assert text in response.text


def test_a_body_that_is_no_json_is_a_bad_request(server: Server) -> None:
    headers = {"Content-Type": "application/json"}
    response = server.http.post("/json/2/res.partner/search", content=b"{bad", headers=headers)
    assert (response.status_code, response.json()["name"]) == (400, "werkzeug.exceptions.BadRequest")


def test_the_version_is_public(server: Server) -> None:
    assert httpx.get(f"{server.url}/web/version").json()["version_info"][0] == 19


@pytest.mark.parametrize(
    ("domain", "expected"),
    [
        ([["name", "=", "{} Pump"]], ["pump"]),
        ([["name", "ilike", "{} pUMP"]], ["pump", "pumps"]),
        ([["name", "like", "{} pump"]], []),
        ([["name", "=ilike", "{}%s"]], ["pumps"]),
        ([["name", "=ilike", "{} _ump"]], ["pump"]),
        ([["name", "in", ["{} Pump", "{} Valve"]]], ["pump", "valve"]),
        ([["name", "not in", ["{} Pump", "{} Valve"]]], ["pumps"]),
        ([["name", "!=", "{} Pump"]], ["pumps", "valve"]),
        ([["partner_id.name", "ilike", "{} trad"]], ["pump"]),
        ([["partner_id.vat", "=", False]], ["pump", "pumps"]),
        ([["partner_id", "=", False]], ["valve"]),
        ([["partner_id", "ilike", "{} trad"]], ["pump", "pumps"]),
        ([["partner_id.commercial_partner_id.name", "=", "{} Trading"]], ["pump", "pumps"]),
        (["!", ["partner_id.name", "ilike", "{}"]], ["pumps", "valve"]),
        (["|", ["name", "=", "{} Pump"], ["name", "=", "{} Valve"]], ["pump", "valve"]),
        (["&", ["name", "ilike", "pump"], "!", ["name", "ilike", "pumps"]], ["pump"]),
        ([["expected_revenue", ">=", 20]], ["pumps", "valve"]),
        ([["expected_revenue", "<", 20]], ["pump"]),
        ([["tag_ids", "=", False]], ["pumps", "valve"]),
        ([["tag_ids.name", "=", "{}"]], ["pump"]),
        ([["stage_id.is_won", "=", False]], ["pump", "pumps", "valve"]),
        ([["active", "=", False]], ["lost"]),
        ([["active", "in", [True, False]]], ["pump", "pumps", "valve", "lost"]),
    ],
)
def test_domains_mean_what_they_mean_in_odoo(
    server: Server, deals: dict[str, int], word: str, domain: list[Any], expected: list[str]
) -> None:
    filled = [[_fill(part, word) for part in term] if isinstance(term, list) else term for term in domain]
    mine = [["referred", "=", word], *filled]
    assert server.call("crm.lead", "search", domain=mine, order="id") == [deals[name] for name in expected]


def _fill(part: Any, word: str) -> Any:
    if isinstance(part, list):
        return [_fill(one, word) for one in part]
    return part.replace("{}", word) if isinstance(part, str) else part


@pytest.fixture
def deals(server: Server, word: str) -> dict[str, int]:
    company = server.create("res.partner", name=f"{word} Trading", is_company=True)
    contact = server.create("res.partner", name="Jan", parent_id=company)
    tag = server.create("crm.tag", name=word)
    rows: dict[str, dict[str, Any]] = {
        "pump": {"name": f"{word} Pump", "partner_id": company, "expected_revenue": 10, "tag_ids": [[4, tag]]},
        "pumps": {"name": f"{word} Pumps", "partner_id": contact, "expected_revenue": 20},
        "valve": {"name": f"{word} Valve", "expected_revenue": 30, "tag_ids": [[6, 0, []]]},
        "lost": {"name": f"{word} Lost", "active": False},
    }
    return {name: server.create("crm.lead", referred=word, **values) for name, values in rows.items()}


def test_order_limit_and_offset(server: Server, deals: dict[str, int], word: str) -> None:
    domain = [["referred", "=", word]]
    order = {"domain": domain, "order": "expected_revenue desc, id"}
    assert server.call("crm.lead", "search", **order, limit=2) == [deals["valve"], deals["pumps"]]
    assert server.call("crm.lead", "search", **order, offset=2) == [deals["pump"]]
    assert server.call("crm.lead", "search_count", domain=domain) == 3


def test_relations_read_and_write_as_in_odoo(server: Server, deals: dict[str, int], word: str) -> None:
    tag = server.ids("crm.tag", ["name", "=", word])[0]
    lead = server.read("crm.lead", deals["pump"], "partner_id", "tag_ids", "display_name")
    assert lead["partner_id"][1] == f"{word} Trading"
    assert lead["tag_ids"] == [tag]
    commands = [[3, tag], [0, 0, {"name": f"{word} new"}]]
    server.call("crm.lead", "write", ids=[deals["pump"]], vals={"tag_ids": commands})
    [new] = server.read("crm.lead", deals["pump"], "tag_ids")["tag_ids"]
    assert server.call("crm.tag", "name_search", name=f"{word} new") == [[new, f"{word} new"]]
    contact = server.read("crm.lead", deals["pumps"], "partner_id")["partner_id"]
    assert contact[1] == f"{word} Trading, Jan"
    family = server.ids("res.partner", ["id", "child_of", lead["partner_id"][0]])
    assert sorted(family) == sorted([lead["partner_id"][0], contact[0]])


def test_a_lead_writes_its_address_into_its_partner(server: Server, word: str) -> None:
    """Odoo's own behaviour, and why the connector leaves address and phone out of a known customer's lead."""
    company = server.create("res.partner", name=word, email=f"a@{word}.example", phone="+31 85 555 0101")
    server.create("crm.lead", name="x", partner_id=company, email_from=f"b@{word}.example", phone="+31 85 555 0202")
    after = server.read("res.partner", company, "email", "phone")
    assert (after["email"], after["phone"]) == (f"b@{word}.example", "+31 85 555 0202")


def test_tag_names_are_unique(server: Server, word: str) -> None:
    assert server.call("crm.tag", "name_create", name=word)[1] == word
    response = server.answer("crm.tag", "name_create", name=word)
    assert response.status_code == 422
    assert response.json()["message"] == "The operation cannot be completed: Tag name already exists!"


def test_a_message_lands_on_its_record(server: Server, deals: dict[str, int]) -> None:
    [message] = server.call("crm.lead", "message_post", ids=[deals["pump"]], body="5 < 6 <b>x</b>")
    stored = server.read("mail.message", message, "model", "res_id", "body")
    assert (stored["model"], stored["res_id"]) == ("crm.lead", deals["pump"])
    assert "5 &lt; 6 &lt;b&gt;x&lt;/b&gt;" in stored["body"]
