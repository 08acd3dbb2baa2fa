"""What every ERP connector promises (`connectors.base.Erp`), tried on real servers through real sockets."""

import time
from collections.abc import Callable, Generator, Sequence
from concurrent.futures import ThreadPoolExecutor
from contextlib import contextmanager
from datetime import UTC, date, datetime, timedelta
from decimal import Decimal
from typing import Any

import pytest
from pydantic import SecretStr

from connectors.base import OutcomeUnknown, Refused, Unavailable
from connectors.odoo import OdooErp, OdooRpc
from jobs.crm import Written
from jobs.erp import CreateQuotation, PricedQuotation, Product, QuotationLine, Terms
from tests.contract.conftest import Server
from tests.contract.proxy import Exchange, Proxy, gateway_timeout, reset, swallow, unavailable

LOAD = r'sale\.order(/|", ?")load'
NOTE = r'mail\.message(/|", ?")load'
VALID_UNTIL = date(2031, 3, 14)


@pytest.fixture
def erp(server: Server) -> Generator[OdooErp]:
    rpc = server.connect()
    yield OdooErp(rpc)
    rpc.close()


@pytest.fixture(scope="session", autouse=True)
def discounts_shown(server: Server) -> None:
    """A company that uses price lists and shows their discounts: two switches that a new Odoo has off."""
    switches = {"group_product_pricelist": True, "group_discount_per_so_line": True}
    made = server.answer("res.config.settings", "create", vals_list=[switches])
    if made.is_success:  # The sandbox has them on for good.
        server.call("res.config.settings", "execute", ids=made.json())


def a_product(server: Server, word: str, price: float = 10.0, **values: Any) -> int:
    product = {"name": f"Cable {word}", "default_code": word.upper(), "list_price": price, "is_storable": True}
    return server.create("product.product", **(product | values))


def a_customer(server: Server, word: str, *rules: dict[str, Any], **values: Any) -> int:
    """With a price list of its own, made of the rules."""
    pricelist = a_pricelist(server, word, *rules)
    company = {"name": f"{word} Trading", "is_company": True, "property_product_pricelist": pricelist}
    return server.create("res.partner", **(company | values))


def a_pricelist(server: Server, word: str, *rules: dict[str, Any], **values: Any) -> int:
    return server.create("product.pricelist", name=f"Trade {word}", item_ids=[[0, 0, rule] for rule in rules], **values)


def per_cent(off: float, least: float = 0) -> dict[str, Any]:
    return {"applied_on": "3_global", "compute_price": "percentage", "percent_price": off, "min_quantity": least}


def fixed(server: Server, product: int, price: float, least: float = 0) -> dict[str, Any]:
    return {
        "applied_on": "0_product_variant",
        "product_tmpl_id": server.read("product.product", product, "product_tmpl_id")["product_tmpl_id"][0],
        "product_id": product,
        "compute_price": "fixed",
        "fixed_price": price,
        "min_quantity": least,
    }


def a_currency(server: Server, word: str) -> int:
    """A foreign one: 1.2345 of it buy one of the company's."""
    name = f"Q{word[:2].upper()}"
    if known := server.ids("res.currency", ["name", "=", name]):
        return known[0]
    currency = server.create("res.currency", name=name, symbol=name)
    server.create("res.currency.rate", currency_id=currency, name="2020-01-01", rate=1.2345)
    return currency


def a_tax(server: Server, word: str, per_cent: float, **values: Any) -> int:
    return server.create("account.tax", name=f"{per_cent} % {word}", amount=per_cent, type_tax_use="sale", **values)


def lines(*asked: tuple[int, float | str]) -> tuple[QuotationLine, ...]:
    return tuple(QuotationLine(product_id=product, quantity=Decimal(str(quantity))) for product, quantity in asked)


def cents(value: float) -> Decimal:
    return Decimal(str(round(value, 2)))


def created_order(server: Server, customer: int, asked: Sequence[QuotationLine]) -> int:
    """An order that Odoo creates in the plain way, by which the connector's prices are judged."""
    commands = [[0, 0, {"product_id": line.product_id, "product_uom_qty": float(line.quantity)}] for line in asked]
    return server.create("sale.order", partner_id=customer, order_line=commands)


def order_name(server: Server, order: int) -> str:
    return server.read("sale.order", order, "name")["name"]


def assert_priced_as_created(server: Server, erp: OdooErp, customer: int, asked: Sequence[QuotationLine]) -> None:
    assert_same(server, erp.price(customer, asked), created_order(server, customer, asked))


def assert_same(server: Server, priced: PricedQuotation, id_: int) -> None:
    names = ("currency_id", "amount_untaxed", "amount_tax", "amount_total", "order_line")
    order = server.read("sale.order", id_, *names)
    totals = (priced.untaxed.amount, priced.tax.amount, priced.total.amount, priced.currency)
    expected = (*(cents(order[f"amount_{name}"]) for name in ("untaxed", "tax", "total")), order["currency_id"][1])
    assert totals == expected
    fields = ["product_id", "product_uom_qty", "price_unit", "discount", "price_subtotal", "tax_ids"]
    rows = server.call("sale.order.line", "read", ids=order["order_line"], fields=fields)
    taxes = {tax["id"]: tax["name"] for tax in server.call("account.tax", "search_read", domain=[], fields=["name"])}
    assert [
        (line.product_id, float(line.quantity), float(line.discount), line.net.amount, line.taxes)
        for line in priced.lines
    ] == [
        (
            row["product_id"][0],
            row["product_uom_qty"],
            row["discount"],
            cents(row["price_subtotal"]),
            tuple(taxes[tax] for tax in row["tax_ids"]),
        )
        for row in rows
    ]
    assert [float(line.unit_price.amount) for line in priced.lines] == pytest.approx(
        [row["price_unit"] for row in rows], abs=1e-8
    )


# Products


def listed(erp: OdooErp, ids: Sequence[int], since: datetime | None = None) -> dict[int, Product]:
    return {product.id: product for page in erp.products(since) for product in page if product.id in ids}


def test_a_product_is_as_the_catalogue_says(server: Server, erp: OdooErp, word: str) -> None:
    units = server.ids("uom.uom", ["name", "=", "Units"])[0]
    box = server.create("uom.uom", name=f"Box {word}", relative_factor=50, relative_uom_id=units)
    pallet = server.create("uom.uom", name=f"Pallet {word}", relative_factor=20, relative_uom_id=box)
    barcode = str(time.time_ns())[:13]
    full = a_product(server, word, barcode=barcode, description_sale="On a reel", uom_ids=[[6, 0, [box, pallet]]])
    boxed = server.create("product.product", name=f"Boxed {word}", uom_id=box, uom_ids=[[6, 0, [pallet]]])
    products = listed(erp, [full, boxed])
    product = products[full]
    assert (product.sku, product.name, product.barcode) == (word.upper(), f"Cable {word}", barcode)
    assert (product.description, product.unit, product.active) == ("On a reel", "Units", True)
    assert [(pack.name, pack.quantity) for pack in product.packs] == [(f"Box {word}", 50), (f"Pallet {word}", 1000)]
    assert (products[boxed].sku, products[boxed].barcode, products[boxed].description) == ("", "", "")
    assert products[boxed].unit == f"Box {word}"
    assert [(pack.name, pack.quantity) for pack in products[boxed].packs] == [(f"Pallet {word}", 20)]
    assert product.changed_at is not None
    assert abs((datetime.now(UTC) - product.changed_at).total_seconds()) < 60


def test_a_products_names_in_other_languages_are_read(server: Server, erp: OdooErp, word: str) -> None:
    languages = server.ids("res.lang", ["code", "in", ["nl_NL", "fr_FR"]])
    server.call("res.lang", "write", ids=languages, vals={"active": True})
    cable, archived, same = (a_product(server, f"{word}{number}") for number in range(3))
    names = {"nl_NL": f"Kabel {word}", "fr_FR": f"Câble {word}"}
    server.call("product.product", "write", ids=[archived], vals={"active": False})
    created = server.read("product.product", same, "write_date")["write_date"]
    time.sleep(1.1)  # Odoo tells seconds.
    for product in (cable, archived):
        server.call(
            "product.product", "update_field_translations", ids=[product], field_name="name", translations=names
        )
    in_dutch = {"lang": "nl_NL"}
    server.call("product.product", "write", ids=[cable], vals={"name": f"Snoer {word}"}, context=in_dutch)
    since = datetime.fromisoformat(created).replace(tzinfo=UTC) + timedelta(seconds=1)
    products = listed(erp, [cable, archived, same], since)
    assert set(products) == {cable, archived}
    assert products[cable].name == f"Cable {word}0"
    assert set(products[cable].other_names) == {f"Snoer {word}", f"Câble {word}"}
    assert set(products[archived].other_names) == set(names.values())
    assert listed(erp, [same])[same].other_names == ()


def test_only_what_may_be_sold_is_listed(server: Server, erp: OdooErp, word: str) -> None:
    sold = a_product(server, word)
    archived = a_product(server, word, active=False)
    bought = a_product(server, word, sale_ok=False)
    assert set(listed(erp, [sold, archived, bought])) == {sold}


def test_products_come_in_pages(server: Server, erp: OdooErp, word: str, monkeypatch: pytest.MonkeyPatch) -> None:
    made = [a_product(server, f"{word}{number}") for number in range(5)]
    since = datetime.fromisoformat(server.read("product.product", made[0], "write_date")["write_date"])
    monkeypatch.setattr("connectors.odoo.erp._PAGE", 2)
    pages = list(erp.products(since.replace(tzinfo=UTC)))
    assert max(len(page) for page in pages) == 2
    ids = [product.id for page in pages for product in page]
    assert [id_ for id_ in ids if id_ in made] == made
    assert len(set(ids)) == len(ids)


def test_what_changed_includes_what_may_not_be_sold_any_more(server: Server, erp: OdooErp, word: str) -> None:
    same, renamed, archived, stopped = made = [a_product(server, f"{word}{number}") for number in range(4)]
    template = server.read("product.product", renamed, "product_tmpl_id")["product_tmpl_id"][0]
    time.sleep(1.1)  # Odoo tells seconds.
    server.call("product.template", "write", ids=[template], vals={"name": f"New {word}"})
    server.call("product.product", "write", ids=[archived], vals={"active": False})
    server.call("product.product", "write", ids=[stopped], vals={"sale_ok": False})
    since = datetime.fromisoformat(server.read("product.template", template, "write_date")["write_date"])
    changed = listed(erp, made, since.replace(tzinfo=UTC))
    assert {id_: product.active for id_, product in changed.items()} == {renamed: True, archived: False, stopped: False}
    assert changed[renamed].name == f"New {word}"
    assert changed[renamed].changed_at == since.replace(tzinfo=UTC)
    assert same not in changed


def test_stock_is_what_is_free(server: Server, erp: OdooErp, word: str) -> None:
    kept = a_product(server, word, sale_delay=4)
    empty = a_product(server, word)
    service = server.create("product.product", name="Advice", type="service", is_storable=False)
    shelf = server.ids("stock.location", ["usage", "=", "internal"])[0]
    server.create("stock.quant", product_id=kept, location_id=shelf, quantity=12.5, reserved_quantity=2)
    stock = {one.product_id: (one.free, one.lead_days) for one in erp.stock([empty, service, kept])}
    assert stock == {kept: (Decimal("10.5"), 4), empty: (0, 0)}
    assert erp.stock([]) == []


# Customers


def test_terms_are_what_an_order_of_the_customer_gets(server: Server, erp: OdooErp, word: str) -> None:
    terms_of_payment = server.create("account.payment.term", name=f"21 days {word}")
    currency = a_currency(server, word)
    pricelist = a_pricelist(server, word, currency_id=currency)
    customer = a_customer(
        server,
        word,
        property_product_pricelist=pricelist,
        property_payment_term_id=terms_of_payment,
        lang="en_US",
        street="Dam 1",
        zip="1012 JS",
        city="Amsterdam",
    )
    terms = erp.terms(customer)
    assert (terms.customer_id, terms.pricelist) == (customer, f"Trade {word}")
    assert terms.currency == server.read("res.currency", currency, "name")["name"]
    assert (terms.language, terms.payment_terms) == ("en_US", f"21 days {word}")
    assert (terms.credit_limit, terms.credit_used, terms.blocked) == (None, 0, "")
    assert "Dam 1" in terms.delivery_address
    assert "Amsterdam" in terms.delivery_address
    server.create("res.partner", name="Depot", parent_id=customer, type="delivery", street="Kade 3", city="Utrecht")
    terms = erp.terms(customer)
    assert "Kade 3" in terms.delivery_address
    assert "Dam 1" not in terms.delivery_address
    assert "\n" not in terms.delivery_address


def test_a_credit_limit_of_the_customer_counts(server: Server, erp: OdooErp, word: str) -> None:
    assert erp.terms(a_customer(server, word, credit_limit=2500.5)).credit_limit == Decimal("2500.50")


def blocked(server: Server, erp: OdooErp, word: str, **values: Any) -> str:
    terms: Terms = erp.terms(a_customer(server, word, **values))
    return terms.blocked


def test_a_sales_warning_or_a_tag_blocks(server: Server, erp: OdooErp, word: str) -> None:
    hold = (server.ids("res.partner.category", ["name", "=", "Credit hold"]) or [0])[0] or server.create(
        "res.partner.category", name="Credit hold"
    )
    other = server.create("res.partner.category", name=f"Key account {word}")
    assert blocked(server, erp, word, category_id=[[6, 0, [other]]]) == ""
    assert blocked(server, erp, word, category_id=[[6, 0, [hold, other]]]) == "Credit hold"
    assert blocked(server, erp, word, sale_warn_msg="Ask Finance\nfirst") == "Ask Finance first"


def test_a_customer_that_is_not_there_is_refused(erp: OdooErp) -> None:
    with pytest.raises(Refused):
        erp.terms(99_999_999)
    with pytest.raises(Refused):
        erp.price(99_999_999, lines((1, 1)))


def test_own_numbers_are_the_customers(server: Server, erp: OdooErp, word: str) -> None:
    customer, stranger = a_customer(server, word), a_customer(server, word)
    if server.answer("product.customerinfo", "search", domain=[]).status_code == 404:
        assert erp.own_numbers(customer) == []  # The OCA's module is not installed.
        return
    cable, gland = a_product(server, word), a_product(server, word)
    template = server.read("product.product", gland, "product_tmpl_id")["product_tmpl_id"][0]
    for partner, product, template_id, code in (
        (customer, cable, False, "4711-0815"),
        (customer, False, template, "4711-0816"),
        (customer, cable, False, False),
        (stranger, cable, False, "X-1"),
    ):
        server.create(
            "product.customerinfo",
            partner_id=partner,
            product_id=product,
            product_tmpl_id=template_id,
            product_code=code,
        )
    numbers = {own.number: own.product_id for own in erp.own_numbers(customer)}
    assert numbers == {"4711-0815": cable, "4711-0816": gland}


def test_confirmed_orders_of_the_company_and_its_contacts_are_its_history(
    server: Server, erp: OdooErp, word: str
) -> None:
    customer = a_customer(server, word)
    contact = server.create("res.partner", name="Jan", parent_id=customer)
    cable, gland = a_product(server, word), a_product(server, f"{word}2")
    old = created_order(server, customer, lines((gland, 3), (cable, 2.5)))
    new = created_order(server, contact, lines((cable, 7)))
    created_order(server, customer, lines((cable, 1)))  # A draft is no history.
    for order, day in ((old, "2025-05-06 10:00:00"), (new, "2026-07-08 10:00:00")):
        server.call("sale.order", "write", ids=[order], vals={"state": "sale", "date_order": day})
    history = erp.ordered(customer)
    assert [(line.product_id, line.quantity, line.order, line.ordered_on) for line in history] == [
        (cable, 7, order_name(server, new), date(2026, 7, 8)),
        (gland, 3, order_name(server, old), date(2025, 5, 6)),
        (cable, Decimal("2.5"), order_name(server, old), date(2025, 5, 6)),
    ]
    assert (history[0].sku, history[0].name, history[0].unit) == (word.upper(), f"Cable {word}", "Units")
    assert erp.ordered(a_customer(server, word)) == []


# Prices


def test_prices_are_those_of_a_created_order(server: Server, erp: OdooErp, word: str) -> None:
    cable, gland = a_product(server, word, 12.34), a_product(server, word, 0.0335)
    tape = a_product(server, word, 7.77)
    customer = a_customer(
        server,
        word,
        per_cent(18, 100),
        per_cent(7.5),
        fixed(server, cable, 11.5, 10),
        fixed(server, cable, 10.985, 250),
    )
    asked = lines((cable, 9), (cable, 10), (cable, 249), (cable, 250), (gland, 333), (gland, 1), (tape, 3.37))
    assert_priced_as_created(server, erp, customer, asked)


def test_without_rules_the_list_price_counts(server: Server, erp: OdooErp, word: str) -> None:
    assert_priced_as_created(server, erp, a_customer(server, word), lines((a_product(server, word, 19.99), 3)))


def test_a_contact_pays_its_companys_prices(server: Server, erp: OdooErp, word: str) -> None:
    cable = a_product(server, word, 100)
    contact = server.create("res.partner", name="Jan", parent_id=a_customer(server, word, per_cent(10)))
    [line] = erp.price(contact, lines((cable, 1))).lines
    assert line.net.amount == 90


def test_a_foreign_currency_counts_for_every_amount(server: Server, erp: OdooErp, word: str) -> None:
    cable, gland = a_product(server, word, 12.34, standard_price=7.1), a_product(server, f"{word}2", 0.0335)
    currency = a_currency(server, word)
    pricelist = a_pricelist(server, word, per_cent(12.5), fixed(server, gland, 0.05, 100), currency_id=currency)
    customer = a_customer(server, word, property_product_pricelist=pricelist)
    asked = lines((cable, 17), (gland, 99), (gland, 101))
    assert_priced_as_created(server, erp, customer, asked)
    priced = erp.price(customer, asked)
    name = server.read("res.currency", currency, "name")["name"]
    amounts = [priced.untaxed, priced.tax, priced.total, *(line.net for line in priced.lines)]
    assert {money.currency for money in (*amounts, priced.lines[0].unit_price)} == {name}
    assert priced.lines[0].cost is not None
    assert round(priced.lines[0].cost, 6) == round(Decimal("7.1") * Decimal("1.2345"), 6)


@pytest.mark.parametrize("included", [False, True])
def test_taxes_are_those_of_a_created_order(server: Server, erp: OdooErp, word: str, included: bool) -> None:
    values = {"price_include_override": "tax_included"} if included else {}
    high, low = a_tax(server, word, 21, **values), a_tax(server, word, 9, **values)
    cable = a_product(server, word, 3.33, taxes_id=[[6, 0, [high]]])
    gland = a_product(server, word, 1.05, taxes_id=[[6, 0, [low]]])
    free = a_product(server, word, 1.99, taxes_id=[[6, 0, []]])
    customer = a_customer(server, word, per_cent(3.5))
    asked = lines(*((product, quantity) for product in (cable, gland, free) for quantity in (1, 3, 7, 0.5)))
    assert_priced_as_created(server, erp, customer, asked)
    priced = erp.price(customer, asked)
    assert priced.lines[0].taxes == (f"21.0 % {word}",) or priced.lines[0].taxes == (f"21 % {word}",)
    assert priced.lines[-1].taxes == ()
    assert priced.tax.amount > 0
    assert priced.untaxed.amount + priced.tax.amount == priced.total.amount


def test_an_unknown_customer_pays_list_prices(server: Server, erp: OdooErp, word: str) -> None:
    priced = erp.price(None, lines((a_product(server, word, 12.34), 100)))
    assert (priced.pricelist, priced.untaxed.amount) == ("", 1234)
    company = server.read("res.company", server.ids("res.company")[0], "currency_id")
    assert priced.currency == company["currency_id"][1]


def test_pricing_writes_nothing(server: Server, erp: OdooErp, word: str) -> None:
    customer, cable = a_customer(server, word), a_product(server, word)
    before = order_name(server, created_order(server, customer, lines((cable, 1))))
    erp.price(customer, lines((cable, 5)))
    assert len(server.ids("sale.order", ["partner_id", "=", customer])) == 1
    after = order_name(server, created_order(server, customer, lines((cable, 1))))
    assert int(after[1:]) == int(before[1:]) + 1


def test_each_price_says_where_it_stands(server: Server, erp: OdooErp, word: str) -> None:
    cable, gland = a_product(server, word, 12.34, standard_price=7.1), a_product(server, word, 0.0625)
    lamp = a_product(server, word, 5)
    customer = a_customer(
        server, word, fixed(server, cable, 11.5, 10), {**per_cent(18, 100), **whole_template(server, gland)}
    )
    priced = erp.price(customer, lines((cable, 10), (gland, 150), (lamp, 1)))
    currency = priced.currency
    by_rule, discounted, listed_price = priced.lines
    assert (by_rule.unit_price.amount, by_rule.discount, by_rule.net.amount) == (Decimal("11.50"), 0, 115)
    assert by_rule.unit_price.source.rule == f"Trade {word}: 11.50 {currency} from 10"
    assert (by_rule.unit_price.source.model, by_rule.unit_price.source.field) == (
        "product.pricelist.item",
        "fixed_price",
    )
    rule = server.read("product.pricelist.item", by_rule.unit_price.source.id, "fixed_price", "write_date")
    assert (rule["fixed_price"], rule["write_date"]) == (11.5, by_rule.unit_price.source.version)
    assert (str(discounted.unit_price.amount), discounted.discount) == ("0.0625", 18)
    assert discounted.net.amount == Decimal("7.69")
    assert discounted.unit_price.source.rule == f"Trade {word}: 18 % off from 100"
    assert discounted.unit_price.source.field == "percent_price"
    source = listed_price.unit_price.source
    assert (source.model, source.field, source.rule) == ("product.template", "list_price", "")
    template = server.read("product.product", lamp, "product_tmpl_id")["product_tmpl_id"][0]
    assert (source.id, source.version) == (
        template,
        server.read("product.template", template, "write_date")["write_date"],
    )
    assert (priced.pricelist, priced.untaxed.source.rule) == (f"Trade {word}", f"Trade {word}")
    assert (by_rule.cost, listed_price.cost) == (Decimal("7.10"), None)


def whole_template(server: Server, product: int) -> dict[str, Any]:
    template = server.read("product.product", product, "product_tmpl_id")["product_tmpl_id"][0]
    return {"applied_on": "1_product", "product_tmpl_id": template}


def test_amounts_rounded_line_by_line_are_those_of_a_created_order(server: Server, erp: OdooErp, word: str) -> None:
    [company] = server.ids("res.company")
    how = {"tax_calculation_rounding_method": "round_per_line"}
    if not server.answer("res.company", "read", ids=[company], fields=list(how)).is_success:
        pytest.skip("this server rounds once for the whole order")
    before = server.read("res.company", company, *how)
    cable = a_product(server, word, 0.33, taxes_id=[[6, 0, [a_tax(server, word, 21)]]])
    server.call("res.company", "write", ids=[company], vals=how)
    try:
        assert_priced_as_created(server, erp, a_customer(server, word), lines(*[(cable, 1)] * 30))
    finally:
        server.call("res.company", "write", ids=[company], vals={name: before[name] for name in how})


def test_formulas_are_computed_and_named_by_odoo(server: Server, erp: OdooErp, word: str) -> None:
    rule = {"applied_on": "3_global", "compute_price": "formula", "price_discount": 30, "price_surcharge": 0.4}
    answer = server.answer("product.pricelist", "create", vals_list=[{"name": word, "item_ids": [[0, 0, rule]]}])
    if not answer.is_success:
        pytest.skip("this server knows no formulas")
    cable = a_product(server, word, 12.34)
    customer = a_customer(server, word, property_product_pricelist=answer.json()[0])
    assert_priced_as_created(server, erp, customer, lines((cable, 7)))
    [line] = erp.price(customer, lines((cable, 7))).lines
    assert "30 % discount" in line.unit_price.source.rule


# Quotations


def a_quotation(erp: OdooErp, reference: str, customer: int, *asked: QuotationLine, **changes: Any) -> CreateQuotation:
    priced = erp.price(customer, asked)
    quotation = CreateQuotation(
        reference=reference,
        customer_id=customer,
        customer_reference="RFQ 7",
        lines=asked,
        note="Drafted from a mail.\n\n<b>Please check</b> the packs.",
        valid_until=VALID_UNTIL,
        currency=priced.currency,
        untaxed=priced.untaxed.amount,
        tax=priced.tax.amount,
        total=priced.total.amount,
    )
    return quotation.model_copy(update=changes)


@pytest.fixture
def quotation(server: Server, erp: OdooErp, word: str) -> CreateQuotation:
    cable, gland = a_product(server, word, 12.34), a_product(server, word, 0.0335)
    customer = a_customer(server, word, per_cent(18, 100), fixed(server, cable, 11.5, 10))
    return a_quotation(erp, word, customer, *lines((cable, 10), (gland, 333), (cable, 2.5)))


def orders(server: Server, reference: str) -> list[int]:
    return server.ids("sale.order", ["origin", "=", reference])


def notes(server: Server, order: int) -> list[str]:
    domain = [["model", "=", "sale.order"], ["res_id", "=", order], ["message_type", "=", "comment"]]
    return [row["body"] for row in server.call("mail.message", "search_read", domain=domain, fields=["body"])]


def test_a_quotation_is_a_draft_with_everything(
    server: Server, erp: OdooErp, quotation: CreateQuotation, word: str
) -> None:
    written = erp.create_quotation(quotation)
    assert (written.write, written.model, written.found) == ("create_quotation", "sale.order", False)
    assert written.url == f"{server.url}/mail/view?model=sale.order&res_id={written.id}"
    order = server.read("sale.order", written.id, *ORDER_FIELDS)
    assert (order["state"], order["origin"], order["client_order_ref"]) == ("draft", word, "RFQ 7")
    assert (order["validity_date"], order["partner_id"][0]) == (str(VALID_UNTIL), quotation.customer_id)
    assert order["pricelist_id"][1].startswith(f"Trade {word}")
    assert (cents(order["amount_untaxed"]), cents(order["amount_tax"])) == (quotation.untaxed, quotation.tax)
    assert cents(order["amount_total"]) == quotation.total
    fields = ["product_id", "product_uom_qty"]
    rows = server.call("sale.order.line", "read", ids=order["order_line"], fields=fields)
    assert [(row["product_id"][0], row["product_uom_qty"]) for row in rows] == [
        (line.product_id, float(line.quantity)) for line in quotation.lines
    ]
    [note] = notes(server, written.id)
    assert "&lt;b&gt;Please check&lt;/b&gt;" in note


ORDER_FIELDS = (
    *("state", "origin", "client_order_ref", "validity_date", "partner_id", "pricelist_id"),
    *("amount_untaxed", "amount_tax", "amount_total", "order_line"),
)


def test_a_quotation_is_created_once(server: Server, erp: OdooErp, quotation: CreateQuotation, word: str) -> None:
    first = erp.create_quotation(quotation)
    again = erp.create_quotation(quotation)
    assert (again.id, again.found) == (first.id, True)
    assert orders(server, word) == [first.id]
    assert len(notes(server, first.id)) == 1


def test_attempts_at_the_same_time_create_one_quotation(server: Server, quotation: CreateQuotation, word: str) -> None:
    def attempt(client: OdooErp) -> Written:
        return client.create_quotation(quotation)

    with ThreadPoolExecutor(4) as pool:
        written = list(pool.map(attempt, [OdooErp(server.connect()) for _ in range(4)]))
    assert {one.id for one in written} == set(orders(server, word))
    assert len(orders(server, word)) == 1
    assert len(notes(server, written[0].id)) == 1


def test_two_hundred_lines_are_priced_and_become_one_quotation(server: Server, erp: OdooErp, word: str) -> None:
    made = [{"name": f"{word} {number}", "list_price": 1.37 + number} for number in range(20)]
    products = server.call("product.product", "create", vals_list=made)
    customer = a_customer(server, word, per_cent(18, 100), per_cent(2))
    asked = lines(*((products[number % 20], number + 0.25) for number in range(200)))
    written = erp.create_quotation(a_quotation(erp, word, customer, *asked))
    assert_same(server, erp.price(customer, asked), written.id)


def test_remarks_are_printed_below_the_lines(server: Server, erp: OdooErp, quotation: CreateQuotation) -> None:
    remarks = ("Not offered: blue ones", "Not offered: <red> ones")
    plain = erp.create_quotation(quotation)
    written = erp.create_quotation(
        quotation.model_copy(update={"reference": "r" + quotation.reference, "remarks": remarks})
    )
    fields = ["name", "display_type", "product_id", "product_uom_qty", "price_unit", "discount", "price_subtotal"]
    expected, got = (
        server.call("sale.order.line", "search_read", domain=[["order_id", "=", one.id]], fields=fields)
        for one in (plain, written)
    )
    assert [(row["display_type"], row["name"]) for row in got[-2:]] == [("line_note", remark) for remark in remarks]
    assert [row | {"id": 0} for row in got[:-2]] == [row | {"id": 0} for row in expected]


@pytest.mark.parametrize("wrong", ["untaxed", "tax", "total", "currency"])
def test_other_totals_leave_nothing_behind(
    server: Server, erp: OdooErp, quotation: CreateQuotation, word: str, wrong: str
) -> None:
    ours: Any = "ZZZ" if wrong == "currency" else getattr(quotation, wrong) + Decimal("0.01")
    untaxed = quotation.untaxed if wrong != "untaxed" else ours
    with pytest.raises(Refused) as caught:
        erp.create_quotation(quotation.model_copy(update={wrong: ours}))
    assert f"{untaxed}" in str(caught.value)
    assert f"{quotation.untaxed}" in str(caught.value)
    assert orders(server, word) == []
    written = erp.create_quotation(quotation)  # Nothing is in its way, an external id neither.
    assert (orders(server, word), written.found) == ([written.id], False)


def test_an_attempt_killed_before_its_totals_were_checked_ends_like_one_that_was_not(
    server: Server, proxy: Proxy, quotation: CreateQuotation, word: str
) -> None:
    wrong = quotation.model_copy(update={"total": quotation.total + 1})
    with connected(server, proxy) as erp:
        proxy.fail("amount_untaxed", unavailable)
        with pytest.raises(Unavailable):
            erp.create_quotation(wrong)
        assert len(orders(server, word)) == 1
        with pytest.raises(Refused, match="deleted again"):
            erp.create_quotation(wrong)
        assert orders(server, word) == []
        proxy.fail("amount_untaxed", unavailable)
        with pytest.raises(Unavailable):
            erp.create_quotation(quotation)
        written = erp.create_quotation(quotation)
    assert orders(server, word) == [written.id]
    assert len(notes(server, written.id)) == 1


@pytest.mark.parametrize("change", [{"state": "sent"}, {"client_order_ref": "theirs"}])
def test_a_quotation_that_someone_has_taken_on_is_left_alone(
    server: Server, erp: OdooErp, quotation: CreateQuotation, change: dict[str, str]
) -> None:
    first = erp.create_quotation(quotation)
    time.sleep(1.1)  # Odoo tells seconds.
    server.call("sale.order", "write", ids=[first.id], vals=change)
    again = erp.create_quotation(quotation.model_copy(update={"total": quotation.total + 1}))
    assert (again.id, again.found) == (first.id, True)
    [field] = change
    assert server.read("sale.order", first.id, field)[field] == change[field]


def test_a_note_that_is_missing_is_added_to_a_draft_only(
    server: Server, proxy: Proxy, quotation: CreateQuotation, word: str
) -> None:
    sent = quotation.model_copy(update={"reference": f"{word} sent"})
    proxy.fail(NOTE, unavailable, times=2)
    with connected(server, proxy) as erp:
        for one in (quotation, sent):
            with pytest.raises(Unavailable):
                erp.create_quotation(one)
        server.call("sale.order", "write", ids=orders(server, sent.reference), vals={"state": "sent"})
        written = [erp.create_quotation(one).id for one in (quotation, sent)]
    assert [len(notes(server, id_)) for id_ in written] == [1, 0]


def test_an_unknown_product_is_refused_in_odoos_words(
    server: Server, erp: OdooErp, quotation: CreateQuotation, word: str
) -> None:
    with pytest.raises(Refused, match=r"Odoo sale\.order\.load: .*99999999"):
        erp.create_quotation(quotation.model_copy(update={"lines": lines((99_999_999, 1))}))
    assert orders(server, word) == []


def test_a_salesperson_needs_no_more_rights_than_to_sell(server: Server, erp: OdooErp, word: str) -> None:
    if server.wire != "jsonrpc":
        pytest.skip("a key of one's own cannot be made over the API, and only JSON-RPC takes a password in its place")
    groups = [("sales_team", "group_sale_salesman_all_leads"), ("base", "group_user")]
    ids = [group_id(server, *group) for group in groups]
    server.create("res.users", name="Sally", login=word, password=f"{word}-Pw1", group_ids=[[6, 0, ids]])
    cable = a_product(server, word, 12.34, standard_price=7)
    customer = a_customer(server, word, per_cent(18, 100), credit_limit=500)
    rpc = OdooRpc(server.url, server.database, SecretStr(f"{word}-Pw1"), user=word, protocol="jsonrpc")
    hers = OdooErp(rpc)
    asked = lines((cable, 120))
    assert hers.price(customer, asked) == erp.price(customer, asked)
    assert (hers.terms(customer).credit_limit, hers.terms(customer).credit_used) == (None, None)
    assert hers.own_numbers(customer) == hers.ordered(customer) == []
    assert [one.product_id for one in hers.stock([cable])] == [cable]
    assert listed(hers, [cable])
    written = hers.create_quotation(a_quotation(hers, word, customer, *asked))
    assert len(notes(server, written.id)) == 1
    wrong = a_quotation(hers, f"{word} 2", customer, *asked, total=Decimal(1))
    with pytest.raises(Refused, match=r"draft S\d+ has to be deleted by hand: .*not allowed"):
        hers.create_quotation(wrong)
    rpc.close()


def group_id(server: Server, module: str, name: str) -> int:
    domain = [["module", "=", module], ["name", "=", name]]
    return server.call("ir.model.data", "search_read", domain=domain, fields=["res_id"])[0]["res_id"]


# When the network fails


@contextmanager
def connected(server: Server, proxy: Proxy) -> Generator[OdooErp]:
    rpc = server.connect(proxy.url)
    erp = OdooErp(rpc)
    erp.stock([1])  # Version and login are settled before anything fails.
    yield erp
    rpc.close()


@pytest.mark.parametrize("fault", [swallow, gateway_timeout])
def test_a_quotation_whose_answer_is_lost_is_found_again(
    server: Server, proxy: Proxy, quotation: CreateQuotation, word: str, fault: Callable[[Exchange], None]
) -> None:
    proxy.fail(LOAD, fault)
    with connected(server, proxy) as erp:
        written = erp.create_quotation(quotation)
    assert orders(server, word) == [written.id]
    assert len(notes(server, written.id)) == 1


def test_a_quotation_that_never_arrived_can_be_repeated(
    server: Server, proxy: Proxy, quotation: CreateQuotation, word: str
) -> None:
    proxy.fail(LOAD, reset)
    with connected(server, proxy) as erp:
        with pytest.raises(OutcomeUnknown):
            erp.create_quotation(quotation)
        assert orders(server, word) == []
        written = erp.create_quotation(quotation)
    assert orders(server, word) == [written.id]


def test_a_lost_deletion_ends_in_the_same_refusal(
    server: Server, proxy: Proxy, quotation: CreateQuotation, word: str
) -> None:
    wrong = quotation.model_copy(update={"total": quotation.total + 1})
    proxy.fail("unlink", swallow)
    with connected(server, proxy) as erp:
        with pytest.raises(OutcomeUnknown):
            erp.create_quotation(wrong)
        with pytest.raises(Refused, match="deleted again"):
            erp.create_quotation(wrong)
    assert orders(server, word) == []


def test_a_read_without_an_answer_is_unavailable(server: Server, proxy: Proxy, word: str) -> None:
    customer, cable = a_customer(server, word), a_product(server, word)
    with connected(server, proxy) as erp:
        proxy.fail("onchange", swallow)
        with pytest.raises(Unavailable) as caught:
            erp.price(customer, lines((cable, 1)))
    assert not isinstance(caught.value, OutcomeUnknown)
