"""The sandbox company beyond what the CRM contract covers: its data, its pages, and that it forgets nothing."""

from pathlib import Path
from typing import Any

import httpx
import pytest
from stdnum import ean, iban
from stdnum.eu import vat
from stdnum.gb import vat as gb_vat

from sandbox import API_KEY
from sandbox.orm import OdooError, Orm, Store
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


def test_products_have_codes_barcodes_prices_stock_and_packs(orm: Orm) -> None:
    products = orm.search_read("product.product")
    assert len(products) >= 300
    assert len({product["default_code"] for product in products}) == len(products)
    assert all(ean.is_valid(product["barcode"]) for product in products)
    assert all(product["list_price"] > product["standard_price"] > 0 for product in products)
    assert any(product["free_qty"] < product["qty_available"] for product in products)
    assert any(product["qty_available"] == 0 for product in products)
    assert any(product["uom_ids"] for product in products)


def test_vat_numbers_and_bank_accounts_have_valid_check_digits(orm: Orm) -> None:
    companies = orm.search_read("res.partner", [["vat", "!=", False]], ["vat", "country_id"])
    codes = {country["id"]: country["code"] for country in orm.search_read("res.country")}
    assert len(companies) > 100
    for company in companies:
        code, number = codes[company["country_id"][0]], company["vat"].upper().replace(" ", "").replace(".", "")
        number = number.removeprefix(code)
        assert gb_vat.is_valid(number) if code == "GB" else vat.is_valid(code + number), company
    accounts = orm.search_read("res.partner.bank")
    assert len(accounts) == orm.search_count("res.partner", [["supplier_rank", ">", 0]])
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
        assert first["amount_untaxed"] == pytest.approx(sum(one[line] * one["price_unit"] for one in lines), abs=0.05)


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


@pytest.mark.parametrize(
    "path", ["/mail/view", "/mail/view?model=crm.lead&res_id=0", "/mail/view?model=x&res_id=1", "/list"]
)
def test_what_is_not_there_says_so(sandbox_url: str, path: str) -> None:
    page = httpx.get(f"{sandbox_url}{path}")
    assert (page.status_code, "There is no such" in page.text) == (404, True)


@pytest.mark.parametrize(
    "model", ["crm.lead", "res.partner", "product.product", "product.pricelist", "sale.order", "purchase.order"]
)
def test_every_list_and_its_records_open(sandbox_url: str, model: str) -> None:
    listed = httpx.get(f"{sandbox_url}/list?model={model}")
    assert listed.status_code == 200
    record = listed.text.split('<li><a href="')[1].split('"')[0].replace("&amp;", "&")
    assert httpx.get(f"{sandbox_url}{record}").status_code == 200
