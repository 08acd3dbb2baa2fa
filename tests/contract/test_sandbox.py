"""The sandbox company beyond what the CRM contract covers: its data, its pages, and that it forgets nothing."""

import re
import sqlite3
from datetime import date
from email import message_from_bytes
from email.utils import parseaddr
from pathlib import Path
from typing import Any

import httpx
import pytest
from stdnum import ean, iban
from stdnum.eu import vat
from stdnum.gb import vat as gb_vat

import sandbox
from sandbox import API_KEY
from sandbox.orm import OdooError, Orm, Store
from sandbox.sales import rounded
from sandbox.seed import seed
from tests.contract.conftest import serving


@pytest.fixture(scope="module")
def store(tmp_path_factory: pytest.TempPathFactory) -> Store:
    return seeded(tmp_path_factory.mktemp("seeded") / "company.db")


@pytest.fixture
def orm(store: Store) -> Orm:
    return Orm(store)


def seeded(path: Path) -> Store:
    store = Store(path)
    with store.transaction():
        seed(Orm(store))
    return store


def without_times(store: Store) -> dict[str, Any]:
    times = ("create_date", "write_date")
    return {
        model: [{name: value for name, value in row.items() if name not in times} for row in rows.values()]
        for model, rows in store.rows.items()
    }


def test_the_company_is_the_same_each_time(store: Store, tmp_path: Path) -> None:
    assert without_times(seeded(tmp_path / "again.db")) == without_times(store)


def test_deals_are_of_the_same_age_whenever_the_company_is_made(tmp_path: Path) -> None:
    """The sandbox is a place to try the job for next steps on: each kind of situation is there."""
    today = date(2027, 5, 3)
    store = Store(tmp_path / "company.db")
    with store.transaction():
        seed(Orm(store), today)
    orm = Orm(store)
    [deal] = orm.search_read("crm.lead", [["name", "=", "Pump station refurbishment, phase 2"]])
    stage_since = (deal["create_date"], deal["date_last_stage_update"])
    assert stage_since == ("2027-03-23 09:00:00", "2027-04-14 09:00:00")
    assert deal["write_date"] == "2027-04-14 09:00:00"
    [quotation] = orm.search_read("sale.order", [["opportunity_id", "=", deal["id"]]])
    assert (quotation["state"], quotation["validity_date"]) == ("sent", "2027-05-06")
    owed = [["move_type", "=", "out_invoice"], ["state", "=", "posted"], ["amount_residual", ">", 0]]
    assert {move["payment_state"] for move in orm.search_read("account.move", owed)} == {"not_paid"}
    assert any(move["invoice_date_due"] < str(today) for move in orm.search_read("account.move", owed))
    assert orm.search_count("account.move", [["payment_state", "=", "paid"]]) >= 10
    due = [activity["date_deadline"] < str(today) for activity in orm.search_read("mail.activity")]
    assert set(due) == {True, False}
    assert orm.search("mail.activity", [["active", "=", False], ["date_done", "!=", False]])
    complaint = [["tag_ids.name", "=", "complaint"], ["active", "=", True]]
    assert orm.search_read("crm.lead", complaint)[0]["partner_id"][1] == "Carrick Civils Ltd"


def test_products_have_codes_barcodes_prices_stock_and_packs(orm: Orm) -> None:
    products = orm.search_read("product.product", [["sale_ok", "=", True]])
    assert len(products) >= 300
    assert len({product["default_code"] for product in products}) == len(products)
    assert all(ean.is_valid(product["barcode"]) for product in products)
    assert all(product["list_price"] > product["standard_price"] > 0 for product in products)
    assert any(product["free_qty"] < product["qty_available"] for product in products)
    assert any(product["qty_available"] == 0 for product in products)
    assert any(product["uom_ids"] for product in products)


def test_products_are_named_in_every_language(store: Store) -> None:
    sold = [["sale_ok", "=", True]]
    names = {
        lang: [row["name"] for row in Orm(store, {"lang": lang}).search_read("product.product", sold, order="id")]
        for lang in ("en_US", "nl_NL", "de_DE", "fr_FR")
    }
    for lang, own in names.items():
        assert len(set(own)) == len(own)
        assert not any("{" in name for name in own)
        if lang != "en_US":
            assert sum(a == b for a, b in zip(own, names["en_US"], strict=True)) <= 5  # Mantelleitung is German.
    gland = names["en_US"].index("Cable gland M20 IP68 brass nickel-plated")
    assert names["nl_NL"][gland] == "Kabelwartel M20 IP68 messing vernikkeld"
    assert names["de_DE"][gland] == "Kabelverschraubung M20 IP68 Messing vernickelt"
    assert names["fr_FR"][gland] == "Presse-étoupe M20 IP68 laiton nickelé"
    assert "Dompelpomp 1,1 kW 400V" in names["nl_NL"]


def test_every_translation_is_of_something() -> None:
    folder = Path(sandbox.__file__).parent / "data"
    sold = (folder / "products.csv").read_text(encoding="utf-8")
    texts = [line.split(";")[0] for line in (folder / "translations.csv").read_text(encoding="utf-8").splitlines()[1:]]
    assert len(set(texts)) == len(texts)
    assert all(text in sold for text in texts)


def test_a_language_that_is_not_active_is_refused(store: Store) -> None:
    with pytest.raises(OdooError, match="Invalid language code: nl_BE"):
        Orm(store, {"lang": "nl_BE"}).search_read("product.product", limit=1)


def test_what_is_written_in_a_language_is_read_in_it(tmp_path: Path) -> None:
    store = seeded(tmp_path / "company.db")
    with store.transaction():
        orm = Orm(store)
        [template] = orm.create("product.template", {"name": "Cable"})
        [product] = orm.create("product.product", {"name": "Cable", "product_tmpl_id": template})
        Orm(store, {"lang": "nl_NL"}).write("product.template", [template], {"name": "Kabel"})
    store = Store(tmp_path / "company.db")
    for lang, name in ((None, "Cable"), ("en_US", "Cable"), ("nl_NL", "Kabel")):
        [row] = Orm(store, {"lang": lang}).read("product.product", [product], ["name", "display_name"])
        assert (row["name"], row["display_name"]) == (name, name)


def test_vat_numbers_and_bank_accounts_have_valid_check_digits(orm: Orm) -> None:
    companies = orm.search_read("res.partner", [["vat", "!=", False]], ["vat", "country_id"])
    codes = {country["id"]: country["code"] for country in orm.search_read("res.country")}
    assert len(companies) > 100
    for company in companies:
        code, number = codes[company["country_id"][0]], company["vat"].upper().replace(" ", "").replace(".", "")
        number = number.removeprefix(code)
        assert gb_vat.is_valid(number) if code == "GB" else vat.is_valid(code + number), company
    accounts = orm.search_read("res.partner.bank", [["partner_id.supplier_rank", ">", 0]])
    assert len(accounts) == orm.search_count("res.partner", [["supplier_rank", ">", 0]])
    accounts += (ours := orm.search_read("res.partner.bank", [["partner_id.ref_company_ids", "!=", False]]))
    assert len(ours) == 1
    assert all(iban.is_valid(account["acc_number"]) for account in accounts)


def test_every_mail_domain_is_one_that_no_one_can_own(orm: Orm) -> None:
    for row in orm.search_read("res.partner", [["email", "!=", False]], ["email"]):
        assert all(part.strip("> ").endswith(".example") for part in row["email"].split(",")), row


def test_there_is_something_for_every_job(orm: Orm) -> None:
    tagged = {tag: orm.search_count("res.partner", [["category_id.name", "=", tag]]) for tag in ("SLA", "Credit hold")}
    assert min(tagged.values()) > 0
    assert orm.search_count("product.pricelist.item", [["min_quantity", ">", 1], ["product_id", "!=", False]]) > 0
    assert orm.search_count("res.partner", [["property_product_pricelist", "!=", False]]) > 0
    assert orm.search_count("crm.lead", [["stage_id.is_won", "=", False]]) > 10
    for order, line in (("sale.order", "product_uom_qty"), ("purchase.order", "product_qty")):
        [first] = orm.search_read(order, [["order_line", "!=", False]], limit=1)
        lines = orm.read(f"{order}.line", first["order_line"])
        net = sum(one[line] * one["price_unit"] * (1 - one.get("discount", 0) / 100) for one in lines)
        assert first["amount_untaxed"] == pytest.approx(net, abs=0.05)


def test_key_accounts_and_whoever_writes_in_the_sample_mails_have_ordered_before(orm: Orm) -> None:
    mails = sorted((Path(sandbox.__file__).parent / "mails").glob("*.eml"))
    senders = {parseaddr(message_from_bytes(mail.read_bytes())["From"])[1].partition("@")[2] for mail in mails}
    at_domain = [["email", "ilike", f"@{domain}"] for domain in sorted(senders)]
    domain = [["customer_rank", ">", 0], *["|"] * len(at_domain), ["category_id.name", "=", "Key account"], *at_domain]
    customers = orm.search("res.partner", domain)
    assert len(customers) >= 6
    for customer in customers:
        orders = orm.search_read("sale.order", [["partner_id", "=", customer], ["state", "=", "sale"]])
        assert len(orders) >= 3
        assert all(order["order_line"] and order["amount_total"] > 0 for order in orders)


def test_key_accounts_have_numbers_of_their_own_and_a_place_for_goods(orm: Orm) -> None:
    for account in orm.search("res.partner", [["category_id.name", "=", "Key account"]]):
        numbers = orm.search_read("product.customerinfo", [["partner_id", "=", account]])
        assert len({number["product_code"] for number in numbers}) == len(
            {number["product_id"][0] for number in numbers}
        )
        assert len(numbers) == 6
        assert len({re.sub(r"\d", "#", number["product_code"]) for number in numbers}) == 1
        assert orm.address_get("res.partner", [account], ["delivery"])["delivery"] != account


def test_there_is_something_to_be_invoiced_and_something_that_was(orm: Orm) -> None:
    lines = orm.search_read(
        "purchase.order.line", [["order_id.name", ">", "P00060"], ["order_id.state", "=", "purchase"]]
    )
    billed = {(line["qty_invoiced"] > 0, line["qty_invoiced"] < line["product_qty"]) for line in lines}
    assert billed == {(False, True), (True, True), (True, False)}
    assert any(0 < line["qty_received"] < line["product_qty"] for line in lines)
    assert any(line["qty_received_method"] == "manual" for line in lines)
    vendors = orm.search_read("res.partner", [["supplier_rank", ">", 0]])
    assert all(vendor["property_supplier_payment_term_id"] for vendor in vendors)
    bills = orm.search_read("account.move")
    assert {(bill["state"], bill["move_type"]) for bill in bills} == {
        *(("posted", "in_invoice"), ("posted", "in_refund"), ("draft", "in_invoice"), ("posted", "out_invoice"))
    }
    for bill in bills:
        entries = orm.read("account.move.line", bill["line_ids"])
        assert sum(entry["amount_currency"] for entry in entries) == pytest.approx(0)
        assert all(entry["account_id"] for entry in entries)
        assert bill["invoice_date_due"] >= bill["invoice_date"]


def test_customers_are_written_to_in_their_language(orm: Orm) -> None:
    customers = orm.search_read("res.partner", [["customer_rank", ">", 0]], ["lang", "country_id", "city"])
    spoken = {(customer["country_id"][1], customer["lang"]) for customer in customers}
    belgian = {("Belgium", "nl_BE"), ("Belgium", "fr_BE")}
    assert spoken == belgian | {
        *(("Netherlands", "nl_NL"), ("Germany", "de_DE"), ("France", "fr_FR"), ("United Kingdom", "en_GB"))
    }


def test_orders_are_at_the_prices_of_the_customers_price_list(orm: Orm) -> None:
    installer = ["order_id.partner_id.category_id.name", "=", "Installer"]
    key_account = ["order_id.partner_id.category_id.name", "=", "Key account"]
    trade = orm.search_read("sale.order.line", [installer, "!", key_account])
    assert {line["discount"] for line in trade if line["product_uom_qty"] >= 100} == {18}
    assert {line["discount"] for line in trade if line["product_uom_qty"] < 100} == {12}
    [pounds] = orm.search("sale.order", [["currency_id.name", "=", "GBP"]], limit=1)
    order = orm.read("sale.order", [pounds])[0]
    assert order["pricelist_id"][1] == "Agreement Severn Panels Limited (GBP)"
    for line in orm.read("sale.order.line", order["order_line"]):
        rule = orm.read("product.pricelist.item", [line["pricelist_item_id"][0]])[0]
        [product] = orm.read("product.product", [line["product_id"][0]])
        expected = rule["fixed_price"] or product["list_price"] * 0.86
        assert line["price_unit"] == pytest.approx(expected)
        assert line["discount"] == rule["percent_price"]


@pytest.mark.parametrize(("value", "cents"), [(2.675, 2.68), (1.005, 1.01), (-1.005, -1.01), (0.0, 0.0), (7.544, 7.54)])
def test_amounts_are_rounded_half_up_in_spite_of_floats(value: float, cents: float) -> None:
    assert rounded(value, 2) == cents


def test_the_number_of_a_deleted_quotation_is_not_given_out_again(tmp_path: Path) -> None:
    store = seeded(tmp_path / "company.db")
    orm = Orm(store)
    with store.transaction():
        [customer] = orm.search("res.partner", [["name", "=", "Carrick Civils Ltd"]])
        [first] = orm.create("sale.order", {"partner_id": customer})
    number = orm.read("sale.order", [first])[0]["name"]
    with store.transaction():
        orm.unlink("sale.order", [first])
    again = Store(tmp_path / "company.db")
    with again.transaction():
        [second] = Orm(again).create("sale.order", {"partner_id": customer})
    assert Orm(again).read("sale.order", [second])[0]["name"] == f"S{int(number[1:]) + 1:05}"
    assert Orm(again).read("sale.order", [first]) == []


def test_an_import_that_fails_half_way_leaves_nothing_behind(orm: Orm, store: Store) -> None:
    before = without_times(store)
    fields, data = ["id", "name", "user_id/.id"], [["a.b", "first", ""], ["a.c", "second", "99999"]]
    for attempt in range(2):  # The first one's external id is free again too.
        with store.transaction():
            answer = orm.load("crm.lead", fields, data)
        assert (answer["ids"], answer["messages"][0]["record"]) == (False, 1), attempt
    assert without_times(store) == before


def test_a_failed_call_leaves_nothing_behind(tmp_path: Path) -> None:
    store = Store(tmp_path / "company.db")
    partners: list[dict[str, Any]] = [{"name": "good"}, {"name": "bad", "nope": 1}]
    with pytest.raises(OdooError), store.transaction():
        Orm(store).create("res.partner", partners)
    assert Orm(store).search("res.partner", []) == []
    assert Orm(Store(tmp_path / "company.db")).search("res.partner", []) == []


def test_nothing_is_lost_or_seeded_again_over_a_restart(tmp_path: Path) -> None:
    headers = {"Authorization": f"Bearer {API_KEY}"}
    lead = {"fields": ["id", "name"], "data": [["a.b", "Kept"]], "context": {"mode": "update", "noupdate": True}}
    answers: list[Any] = []
    for _ in range(2):
        with serving(tmp_path / "company.db") as url:
            answers.append(httpx.post(f"{url}/json/2/crm.lead/load", json=lead, headers=headers).json()["ids"])
            count = httpx.post(f"{url}/json/2/crm.lead/search_count", json={"domain": []}, headers=headers).json()
            answers.append(count)
    assert answers[:2] == answers[2:]


def test_a_company_from_before_a_field_was_known_opens(tmp_path: Path) -> None:
    seeded(tmp_path / "company.db")
    with sqlite3.connect(tmp_path / "company.db") as database:
        without = "json_remove(document, '$.property_supplier_payment_term_id')"
        database.execute(f"UPDATE record SET document = {without} WHERE model = 'res.partner'")
    [vendor] = Orm(Store(tmp_path / "company.db")).search_read("res.partner", [["name", "=", "Noorderkabel B.V."]])
    assert vendor["property_supplier_payment_term_id"] is False


def test_a_lead_can_be_looked_at_in_a_browser(sandbox_url: str) -> None:
    headers = {"Authorization": f"Bearer {API_KEY}"}

    def create(model: str, **values: Any) -> int:
        answer = httpx.post(f"{sandbox_url}/json/2/{model}/create", json={"vals_list": [values]}, headers=headers)
        return answer.json()[0]

    lead = create("crm.lead", name="<i>Pumps</i>", description="<p>5 &lt; 6<br>next<script>alert(1)</script></p>")
    file = create("ir.attachment", name="Öl.html", res_model="crm.lead", res_id=lead, datas="PGI+aGk8L2I+")
    page = httpx.get(f"{sandbox_url}/mail/view?model=crm.lead&res_id={lead}")
    assert page.status_code == 200
    assert "Sandbox company" in page.text
    assert "&lt;i&gt;Pumps&lt;/i&gt;" in page.text
    assert "5 &lt; 6\nnext" in page.text
    assert "<script" not in page.text
    assert "Öl.html" in page.text
    assert "&lt;i&gt;Pumps&lt;/i&gt;" in httpx.get(sandbox_url).text
    download = httpx.get(f"{sandbox_url}/web/content/{file}")
    assert download.content == b"<b>hi</b>"
    assert download.headers["Content-Disposition"].startswith("attachment;")


def test_a_quotation_can_be_looked_at_in_a_browser(sandbox_url: str) -> None:
    def call(model: str, method: str, **arguments: Any) -> Any:
        headers = {"Authorization": f"Bearer {API_KEY}"}
        return httpx.post(f"{sandbox_url}/json/2/{model}/{method}", json=arguments, headers=headers).json()

    [customer] = call("res.partner", "search", domain=[["name", "=", "Müller Elektrotechnik GmbH"]])
    [product] = call("product.product", "search", domain=[["default_code", "=", "CA-CAT6-GY"]])
    lines = [[0, 0, {"product_id": product, "product_uom_qty": 3000}]]
    [order] = call(
        "sale.order", "create", vals_list=[{"partner_id": customer, "order_line": lines, "note": "<i>x</i>"}]
    )
    page = httpx.get(f"{sandbox_url}/mail/view?model=sale.order&res_id={order}").text
    for shown in (
        "[CA-CAT6-GY]",
        "3000 m",
        ">0.41<",
        "24 %",
        ">21%<",
        ">934.80<",
        "934.80 EUR",
        "196.31 EUR",
        "1,131.11 EUR",
    ):
        assert shown in page, shown
    assert "<i>" not in page
    number = re.findall(r"<h1>(S\d+)</h1>", page)[0]
    for overview in ("", "/list?model=sale.order"):
        row = httpx.get(f"{sandbox_url}{overview}").text.split(f">{number}<")[1].split("</tr>")[0]
        assert "Müller Elektrotechnik GmbH" in row
        assert "1,131.11 EUR" in row


def test_a_bill_can_be_looked_at_in_a_browser(sandbox_url: str) -> None:
    def call(model: str, method: str, **arguments: Any) -> Any:
        headers = {"Authorization": f"Bearer {API_KEY}"}
        return httpx.post(f"{sandbox_url}/json/2/{model}/{method}", json=arguments, headers=headers).json()

    [vendor] = call("res.partner", "search", domain=[["name", "=", "Noorderkabel B.V."]])
    [line] = call("purchase.order.line", "search", domain=[["order_id.name", "=", "P00061"]], limit=1)
    [product] = call("product.product", "search", domain=[["default_code", "=", "CA-YMVK-3X25"]])
    ordered = {"product_id": product, "quantity": 250, "price_unit": 0.79, "purchase_line_id": line}
    lines = [[0, 0, ordered], [0, 0, {"name": "<i>Freight</i>", "price_unit": 12.5}]]
    bill = {"move_type": "in_invoice", "partner_id": vendor, "ref": "NK 7", "invoice_date": "2026-03-02"}
    [move] = call("account.move", "create", vals_list=[bill | {"invoice_line_ids": lines}])
    page = httpx.get(f"{sandbox_url}/mail/view?model=account.move&res_id={move}").text
    for shown in (
        "<h1>Draft Bill (NK 7)</h1>",
        "250 m",
        ">0.79<",
        ">21%<",
        "Purchases of goods · P00061",
        "&lt;i&gt;Freight",
        "197.50",
        "210.00 EUR",
        "251.48 EUR",
    ):
        assert shown in page, shown
    assert "<i>" not in page
    for overview in ("", "/list?model=account.move"):
        row = httpx.get(f"{sandbox_url}{overview}").text.split(">Draft Bill (NK 7)<")[1].split("</tr>")[0]
        assert "Noorderkabel B.V." in row
        assert "251.48 EUR" in row


@pytest.mark.parametrize(
    "path", ["/mail/view", "/mail/view?model=crm.lead&res_id=0", "/mail/view?model=x&res_id=1", "/list"]
)
def test_what_is_not_there_says_so(sandbox_url: str, path: str) -> None:
    page = httpx.get(f"{sandbox_url}{path}")
    assert (page.status_code, "There is no such" in page.text) == (404, True)


@pytest.mark.parametrize(
    "model",
    [
        *("crm.lead", "res.partner", "product.product", "product.pricelist"),
        *("sale.order", "purchase.order", "account.move"),
    ],
)
def test_every_list_and_its_records_open(sandbox_url: str, model: str) -> None:
    listed = httpx.get(f"{sandbox_url}/list?model={model}")
    assert listed.status_code == 200
    record = listed.text.split('<a href="/mail')[1].split('"')[0].replace("&amp;", "&")
    assert httpx.get(f"{sandbox_url}/mail{record}").status_code == 200
