"""Fills an empty sandbox with a small technical wholesaler, the same one each time."""

import csv
import itertools
import re
import tomllib
import unicodedata
from collections.abc import Callable, Sequence
from datetime import UTC, date, datetime, time, timedelta
from pathlib import Path
from random import Random
from typing import Any

from stdnum import iban, luhn
from stdnum.iso7064 import mod_11_10

from sandbox.deals import Deals
from sandbox.orm import Orm, Row

_DATA = Path(__file__).parent / "data"
_DECIMAL_POINT = re.compile(r"(?<=\d)\.(?=\d)")
_TODAY = datetime(2026, 3, 2, 9, tzinfo=UTC)


def seed(orm: Orm, today: date | None = None) -> None:
    """Deals are of the same age on `today` each time (the day it is, if not said); all else is of the same days."""
    _Seed(orm, today or datetime.now(UTC).date()).run()


class _Seed:
    def __init__(self, orm: Orm, today: date) -> None:
        self._orm = orm
        self._today = datetime.combine(today, time(9), UTC)
        self._random = Random(19)
        self._later = Random(2026)
        """For what the company learnt later, so that what it had before stays the same."""
        self._buying = Random(4)
        """The same, for what was added for buying."""
        self._selling = Random(5)
        """The same, for what was added for deals."""
        self._data: Row = tomllib.loads((_DATA / "company.toml").read_text())
        self._purchasing: Row = tomllib.loads((_DATA / "purchases.toml").read_text(encoding="utf-8"))
        self._countries: dict[str, Row] = self._data["countries"]
        self._translations = {row.pop("text"): row for row in _table("translations.csv")}
        self._ids: dict[str, dict[str, int]] = {}
        self._purchase_taxes: dict[str, int] = {}
        self._domains: set[str] = set()

    def run(self) -> None:
        self._base()
        products = self._products()
        customers = self._customers()
        vendors = self._vendors()
        self._pricelists(products, customers)
        self._sales(products, customers)
        self._purchases(products, vendors)
        self._leads(customers)
        self._deliveries(customers)
        self._own_numbers(products, customers)
        self._regulars(products, customers)
        self._payables(products, vendors)
        Deals(self._orm, self._ids, self._today).seed(customers)

    def _one(self, model: str, **values: Any) -> int:
        return self._orm.create(model, values)[0]

    def _named(self, model: str, rows: dict[str, Row]) -> None:
        """Creates records that are referred to by their key later on."""
        self._ids[model] = {key: self._one(model, **values) for key, values in rows.items()}

    def _external(self, model: str, rows: dict[str, Row]) -> None:
        """Creates records that Odoo knows by external ids."""
        for external_id, values in rows.items():
            self._orm.load(model, ["id", *values], [[external_id, *values.values()]])

    def _base(self) -> None:
        for code, name in self._data["languages"].items():
            self._one("res.lang", name=name, code=code, active=True)
        lists = {"res.partner.category": "categories", "crm.team": "teams", "crm.tag": "lead_tags"}
        for model, key in lists.items():
            self._named(model, {name: {"name": name} for name in self._data[key]})
        countries = {code: {"name": country["name"], "code": code} for code, country in self._countries.items()}
        self._named("res.country", countries)
        self._named("res.currency", {"EUR": {"name": "EUR", "symbol": "€"}, "GBP": {"name": "GBP", "symbol": "£"}})
        self._one("res.currency.rate", name="2026-01-01", currency_id=self._ids["res.currency"]["GBP"], rate=0.86)
        self._named("account.tax", {"21%": {"name": "21%", "amount": 21}})
        self._books()
        self._named("account.payment.term", {name: self._term(name) for name in self._data["payment_terms"]})
        self._external("mail.message.subtype", self._data["message_kinds"])
        self._external("mail.activity.type", self._data["activity_kinds"])
        self._external("ir.model", {"crm.model_crm_lead": {"name": "Lead", "model": "crm.lead"}})
        stages = {name: {"name": name, "sequence": n} for n, name in enumerate(self._data["stages"])}
        stages["Won"]["is_won"] = True
        self._named("crm.stage", stages)
        self._users()

    def _books(self) -> None:
        accounts = self._data["accounts"].items()
        rows = {code: {"code": code, "name": name, "account_type": kind} for code, (name, kind) in accounts}
        self._named("account.account", rows)
        goods = self._ids["account.account"]["7000"]
        self._one("account.journal", name="Purchases", code="BILL", type="purchase", default_account_id=goods)
        sold = self._ids["account.account"]["8000"]
        self._one("account.journal", name="Customer invoices", code="INV", type="sale", default_account_id=sold)
        for name, (rate, category, *ours) in self._data["purchase_taxes"].items():
            self._purchase_taxes[name] = self._purchase_tax(name, rate, category, ours=bool(ours))
        owed = self._ids["account.account"]["1510"]
        self._one("account.tax.repartition.line", tax_id=self._ids["account.tax"]["21%"], account_id=owed)

    def _purchase_tax(self, name: str, rate: float, category: str, *, ours: bool) -> int:
        account = self._ids["account.account"]["1520"]
        factors = (100, -100) if ours else (100,)
        parts = [{"factor_percent": factor, "account_id": account} for factor in factors]
        return self._one(
            "account.tax",
            name=name,
            amount=rate,
            type_tax_use="purchase",
            ubl_cii_tax_category_code=category,
            tax_group_id=self._one("account.tax.group", name=f"VAT {name}"),
            country_id=self._ids["res.country"]["NL"],
            invoice_repartition_line_ids=[[0, 0, part] for part in parts],
        )

    def _users(self) -> None:
        domain = self._data["domain"]
        company = self._one(
            "res.partner",
            name="Kestrel & Vos",
            is_company=True,
            email=f"info@{domain}",
            country_id=self._ids["res.country"]["NL"],
            vat=f"NL{_vat_number('NL', self._buying)}",
        )
        self._one(
            "res.company",
            name="Kestrel & Vos",
            partner_id=company,
            currency_id=self._ids["res.currency"]["EUR"],
            account_sale_tax_id=self._ids["account.tax"]["21%"],
            account_purchase_tax_id=self._purchase_taxes["21%"],
        )
        self._one("res.users", name="OdooBot", login="__system__", active=False)
        self._named("res.users", {"admin": {"name": "Integration", "login": "admin", "partner_id": company}})
        for local, name in self._data["users"].items():
            person = {"name": name, "email": f"{local}@{domain}"}
            partner = self._one("res.partner", **person, parent_id=company, partner_share=False)
            self._ids["res.users"][local] = self._one("res.users", **person, login=person["email"], partner_id=partner)

    def _term(self, name: str) -> Row:
        days, *since = self._data["payment_days"][name]
        line = {"nb_days": days} | ({"delay_type": since[0]} if since else {})
        return {"name": name, "line_ids": [[0, 0, line]]}

    # Products and prices

    def _products(self) -> list[Row]:
        units: dict[str, tuple[int, str]] = self._data["units"]
        self._named("uom.uom", {name: {"name": name, "relative_factor": factor} for name, (factor, _) in units.items()})
        for name, (_, base) in units.items():
            base_id = self._ids["uom.uom"].get(base, False)
            self._orm.write("uom.uom", [self._ids["uom.uom"][name]], {"relative_uom_id": base_id})
        families = _table("products.csv")
        self._named("product.category", {family["category"]: {"name": family["category"]} for family in families})
        stock = self._one("stock.location", name="WH/Stock", usage="internal")
        products = [product for family in families for product in self._variants(family)]
        for product in products:
            self._stock(product["id"], stock)
        return products

    def _variants(self, family: dict[str, str]) -> list[Row]:
        packs = [self._ids["uom.uom"][pack] for pack in family["packs"].split(",") if pack]
        shared: Row = {
            "categ_id": self._ids["product.category"][family["category"]],
            "uom_id": self._ids["uom.uom"][family["unit"]],
        }
        name = _title(family["name"])
        template = self._one("product.template", name=name, list_price=float(family["price"]), **shared)
        titles = {lang: _title(text) for lang, text in self._translations[family["name"]].items()}
        self._translate("product.template", template, titles)
        shared |= {"product_tmpl_id": template, "uom_ids": [[6, 0, packs]]}
        axes = [[_axis_value(value) for value in axis.split("|")] for axis in family["axes"].split(" // ")]
        return [self._product(family, values, shared) for values in itertools.product(*axes)]

    def _product(self, family: dict[str, str], values: tuple[tuple[str, str, float], ...], shared: Row) -> Row:
        price = float(family["price"])
        for _, _, factor in values:
            price *= factor
        barcode = f"200{self._random.randrange(10**9):09}"  # 200: never given out by GS1.
        product: Row = {
            "name": family["name"].format(*(name for name, _, _ in values)),
            "default_code": family["code"].format(*(code for _, code, _ in values)),
            "barcode": barcode + _ean_check_digit(barcode),
            "list_price": round(price, 2),
            "standard_price": round(price * self._random.uniform(0.55, 0.75), 2),
            "sale_delay": self._later.randint(1, 15),
            "is_storable": True,
        }
        id_ = self._one("product.product", **product, **shared)
        self._translate("product.product", id_, self._names(family, [name for name, _, _ in values]))
        return product | shared | {"id": id_}

    def _names(self, family: dict[str, str], values: Sequence[str]) -> dict[str, str]:
        """Of a product, in each other language."""
        texts = self._translations[family["name"]]
        return {lang: text.format(*(self._word(value, lang) for value in values)) for lang, text in texts.items()}

    def _word(self, value: str, language: str) -> str:
        listed = self._translations.get(value)
        return listed[language] if listed else _DECIMAL_POINT.sub(",", value)

    def _translate(self, model: str, id_: int, names: dict[str, str]) -> None:
        self._orm.update_field_translations(model, [id_], "name", names)

    def _stock(self, product: int, location: int) -> None:
        quantity = self._random.choice([0, 0, 3, 12, 40, 150, 600, 2400])
        reserved = self._random.randint(0, quantity // 4)
        self._one(
            "stock.quant", product_id=product, location_id=location, quantity=quantity, reserved_quantity=reserved
        )

    def _pricelists(self, products: list[Row], customers: list[Row]) -> None:
        currencies = self._ids["res.currency"]
        self._one("product.pricelist", name="Public", currency_id=currencies["EUR"])
        trade = self._one("product.pricelist", name="Trade 2026", currency_id=currencies["EUR"])
        for category in self._ids["product.category"].values():
            for quantity, discount in ((0, 12), (100, 18), (500, 24)):
                self._item(
                    trade, "2_product_category", categ_id=category, min_quantity=quantity, percent_price=discount
                )
        for customer in customers:
            if "Key account" in customer["tags"]:
                agreed = self._agreement(
                    customer, products, currencies["GBP" if customer["country"] == "GB" else "EUR"]
                )
                self._orm.write("res.partner", [customer["id"]], {"property_product_pricelist": agreed})
            elif "Installer" in customer["tags"]:
                self._orm.write("res.partner", [customer["id"]], {"property_product_pricelist": trade})

    def _agreement(self, customer: Row, products: list[Row], currency: int) -> int:
        pricelist = self._one("product.pricelist", name=f"Agreement {customer['name']}", currency_id=currency)
        for product in self._random.sample(products, 10):
            for quantity, factor in ((1, 0.9), (50, 0.82), (250, 0.75)):
                price = round(product["list_price"] * factor, 2)
                applies = {"product_id": product["id"], "min_quantity": quantity}
                self._item(pricelist, "0_product_variant", **applies, fixed_price=price)
        self._item(pricelist, "3_global", percent_price=10)
        return pricelist

    def _item(self, pricelist: int, applied_on: str, **values: Any) -> None:
        kind = "fixed" if "fixed_price" in values else "percentage"
        self._one("product.pricelist.item", pricelist_id=pricelist, applied_on=applied_on, compute_price=kind, **values)

    # Partners

    def _customers(self) -> list[Row]:
        customers = [
            self._customer(known, _contacts(known["contacts"]), known["tags"].split("|") if known["tags"] else [])
            for known in _table("customers.csv")
        ]
        for code, country in self._countries.items():
            customers += [self._invented(code, country, surname) for surname in country["surnames"] * 2]
        return customers

    def _invented(self, code: str, country: Row, surname: str) -> Row:
        trade, shape = self._random.choice(country["trades"]), self._random.choice(country["shapes"])
        name = shape.format(surname=surname, trade=trade)
        city = self._random.choice(country["cities"])
        domain = f"{_ascii(surname)}-{_ascii(trade)}"
        domain = f"{domain}-{_ascii(city)}.example" if domain in self._domains else f"{domain}.example"
        self._domains.add(domain.removesuffix(".example"))
        firsts = self._random.sample(country["first_names"], self._random.randint(0, 2))
        contacts = [(f"{first} {surname}", f"{_ascii(first)}.{_ascii(surname)}@{domain}") for first in firsts]
        tags = self._random.sample(["Installer", "End user", "Reseller"], self._random.randint(0, 1))
        typed = self._random.choice([name, name, name, name.upper(), name.lower(), f" {name} "])
        company = {"name": typed, "country": code, "city": city, "email": f"info@{domain}"}
        return self._customer(company, contacts, tags)

    def _customer(self, company: dict[str, str], contacts: list[tuple[str, str]], tags: list[str]) -> Row:
        code = company["country"]
        hold = "Credit hold: prepayment only, ask finance before shipping." if "Credit hold" in tags else ""
        limit = self._random.choice([0, 2500, 10000, 50000])
        language = self._language(company)
        id_ = self._company(
            company,
            tags,
            customer_rank=1,
            user_id=self._salesperson(code),
            property_payment_term_id=self._ids["account.payment.term"][self._later.choice(self._data["payment_terms"])],
            credit=round(limit * self._later.uniform(0, 0.8) if not hold else limit + 1840.55, 2),
            credit_limit=limit,
            sale_warn_msg=hold,
            comment=f"<p>{hold}</p>" if hold else "",
        )
        for name, address in contacts:
            self._contact(id_, name, email=address, phone=self._filled(code, "phone"), lang=language)
        return {"id": id_, "name": company["name"].strip(), "country": code, "tags": tags, "language": language}

    def _contact(self, company: int, name: str, **values: Any) -> int:
        return self._one("res.partner", name=name, parent_id=company, **values)

    def _language(self, company: dict[str, str]) -> str:
        languages: dict[str, str] = self._countries[company["country"]]["languages"]
        return languages.get(company.get("city", ""), languages["default"])

    def _company(self, company: dict[str, str], tags: list[str], **values: Any) -> int:
        code = company["country"]
        return self._one(
            "res.partner",
            name=company["name"],
            is_company=True,
            email=company["email"],
            phone=self._filled(code, "phone"),
            street=self._filled(code, "street"),
            zip=self._filled(code, "zip"),
            city=company.get("city", ""),
            country_id=self._ids["res.country"][code],
            vat=self._vat(code),
            lang=self._language(company),
            category_id=[[6, 0, [self._ids["res.partner.category"][tag] for tag in tags]]],
            **values,
        )

    def _vendors(self) -> list[Row]:
        banks = {
            code: self._one("res.bank", name=f"Kredietvereniging {code}", bic=f"KVEX{code}22")
            for code in self._countries
        }
        vendors: list[Row] = []
        for vendor in _table("vendors.csv"):
            vendors.append({"id": self._company(vendor, ["Vendor"], supplier_rank=1), "name": vendor["name"]})
            self._account(vendors[-1]["id"], _iban(vendor["country"], self._random), banks[vendor["country"]])
        return vendors

    def _account(self, partner: int, number: str, bank: int) -> None:
        self._one("res.partner.bank", acc_number=number, partner_id=partner, bank_id=bank, allow_out_payment=True)

    def _salesperson(self, country: str) -> int:
        return self._ids["res.users"][self._countries[country]["salesperson"]]

    def _filled(self, country: str, template: str) -> str:
        return _digits(self._countries[country][template], self._random)

    def _vat(self, country: str) -> str:
        """A number with a valid check digit, in one of the notations people type."""
        number = _vat_number(country, self._random)
        dotted = ".".join((number[:4], number[4:7], number[7:]))
        spaced = dotted.replace(".", " ")
        notations = (country + number, country + number, f"{country} {spaced}", f"{country} {dotted}", number)
        return self._random.choice((*notations, f"{country}{number}".lower()))

    def _deliveries(self, customers: list[Row]) -> None:
        """Goods go to another address at every key account and at some others."""
        for customer in customers:
            country = self._countries[customer["country"]]
            if self._later.random() < 0.15 or "Key account" in customer["tags"]:
                self._contact(
                    customer["id"],
                    self._data["goods_in"][customer["language"][:2]],
                    type="delivery",
                    street=_digits(country["street"], self._later),
                    zip=_digits(country["zip"], self._later),
                    city=self._later.choice(country["cities"]),
                    country_id=self._ids["res.country"][customer["country"]],
                    lang=customer["language"],
                )

    def _own_numbers(self, products: list[Row], customers: list[Row]) -> None:
        """Every key account has its own numbers for some products, each in a style of its own."""
        key_accounts = [customer for customer in customers if "Key account" in customer["tags"]]
        for customer, style in zip(key_accounts, self._data["own_numbers"], strict=True):
            for product in self._later.sample(products, 6):
                self._one(
                    "product.customerinfo",
                    partner_id=customer["id"],
                    product_id=product["id"],
                    product_tmpl_id=product["product_tmpl_id"],
                    product_code=_digits(style, self._later),
                    product_name=product["name"].upper(),
                )

    # Deals and orders

    def _sales(self, products: list[Row], customers: list[Row]) -> None:
        for _ in range(160):
            customer = self._random.choice(customers)
            date = _TODAY - timedelta(days=self._random.randint(1, 360))
            lines = self._lines(products, "product_uom_qty", self._random)
            reference = self._random.choice(["", f"PO {self._random.randint(1000, 9999)}"])
            state = self._random.choice(["sale", "sale", "sale", "draft", "cancel"])
            self._order(customer, date, lines, state, reference)

    def _regulars(self, products: list[Row], customers: list[Row]) -> None:
        """Whoever writes in the sample mails, and every key account, has ordered three times at least."""
        for customer in customers:
            if customer["name"] in self._data["regulars"] or "Key account" in customer["tags"]:
                confirmed = [["partner_id", "=", customer["id"]], ["state", "=", "sale"]]
                for _ in range(3 - self._orm.search_count("sale.order", confirmed)):
                    date = _TODAY - timedelta(days=self._later.randint(5, 120))
                    reference = f"PO {self._later.randint(1000, 9999)}"
                    self._order(
                        customer, date, self._lines(products, "product_uom_qty", self._later), "sale", reference
                    )

    def _order(self, customer: Row, date: datetime, lines: list[Row], state: str, reference: str) -> None:
        self._one(
            "sale.order",
            partner_id=customer["id"],
            client_order_ref=reference,
            date_order=_stamp(date),
            validity_date=str((date + timedelta(days=30)).date()),
            state=state,
            user_id=self._salesperson(customer["country"]),
            team_id=self._ids["crm.team"]["Sales"],
            order_line=[[0, 0, line] for line in lines],
        )

    def _purchases(self, products: list[Row], vendors: list[Row]) -> None:
        costs = {product["id"]: product["standard_price"] for product in products}
        for number in range(60):
            vendor = self._random.choice(vendors)
            date = _TODAY - timedelta(days=self._random.randint(1, 180))
            lines = self._lines(products, "product_qty", self._random)
            for line in lines:
                received = self._random.choice([0, line["product_qty"]])
                line |= {"qty_received": received, "qty_invoiced": self._random.choice([0, received])}
                cost = costs[line["product_id"]]
                line["price_unit"] = cost
                supplied = {"partner_id": vendor["id"], "product_id": line["product_id"], "price": cost}
                self._one("product.supplierinfo", **supplied, product_code=f"V{line['product_id']:06}", delay=5)
            self._one(
                "purchase.order",
                name=f"P{number + 1:05}",
                partner_id=vendor["id"],
                date_order=_stamp(date),
                date_planned=_stamp(date + timedelta(days=14)),
                state=self._random.choice(["purchase", "purchase", "draft"]),
                currency_id=self._ids["res.currency"]["EUR"],
                order_line=[[0, 0, line] for line in lines],
            )

    # Bills

    def _payables(self, products: list[Row], vendors: list[Row]) -> None:
        """What there is to be invoiced, and what has been."""
        articles = {product["default_code"]: product for product in products} | self._bought_services()
        partners = {vendor["name"]: vendor["id"] for vendor in vendors} | self._service_vendors()
        self._account(1, _iban("NL", self._buying), 1)
        for name, terms in self._purchasing["terms"].items():
            values = {"property_supplier_payment_term_id": self._ids["account.payment.term"][terms]}
            self._orm.write("res.partner", [partners[name]], values)
        for number, order in enumerate(self._purchasing["orders"], 61):
            self._purchase(f"P{number:05}", partners[order["vendor"]], order, articles)
        for bill in self._purchasing["bills"]:
            self._bill(partners[bill["vendor"]], bill)

    def _bought_services(self) -> dict[str, Row]:
        return {
            code: {"id": self._one("product.product", name=name, default_code=code, type="service", sale_ok=False)}
            for code, name in self._purchasing["products"].items()
        }

    def _service_vendors(self) -> dict[str, int]:
        vendors: dict[str, int] = {}
        for vendor in self._purchasing["services"]:
            vendors[vendor["name"]] = id_ = self._company(vendor, ["Vendor"], supplier_rank=1)
            [bank] = self._orm.search("res.bank", [["name", "=", f"Kredietvereniging {vendor['country']}"]])
            self._account(id_, _iban(vendor["country"], self._buying), bank)
        return vendors

    def _purchase(self, number: str, vendor: int, order: Row, articles: dict[str, Row]) -> None:
        lines: list[Row] = []
        for code, ordered, received, price in order["lines"]:
            article = articles[code]["id"]
            lines.append({"product_id": article, "product_qty": ordered, "qty_received": received, "price_unit": price})
            number_of_vendor = f"V{article:06}"
            known = [["partner_id", "=", vendor], ["product_id", "=", article]]
            if not self._orm.search("product.supplierinfo", known):
                supplied = {"partner_id": vendor, "product_id": article, "price": price}
                self._one("product.supplierinfo", **supplied, product_code=number_of_vendor, delay=5)
        self._one(
            "purchase.order",
            name=number,
            partner_id=vendor,
            partner_ref=order.get("number_of_vendor", ""),
            date_order=_stamp(datetime.combine(order["date"], time(9))),
            state=order.get("state", "purchase"),
            order_line=[[0, 0, line] for line in lines],
        )

    def _bill(self, vendor: int, bill: Row) -> None:
        tax = [[6, 0, [self._purchase_taxes[bill["tax"]]]]]
        lines = [self._bill_line(bill, *line) | {"tax_ids": tax} for line in bill["lines"]]
        [id_] = self._orm.create(
            "account.move",
            {
                "move_type": bill.get("kind", "in_invoice"),
                "partner_id": vendor,
                "ref": bill["number"],
                "invoice_date": str(bill["date"]),
                "invoice_line_ids": [[0, 0, line] for line in lines],
            },
        )
        if bill.get("state") != "draft":
            self._orm.action_post("account.move", [id_])

    def _bill_line(self, bill: Row, text: str, quantity: float, price: float = 0, account: str = "") -> Row:
        if account:
            of = self._ids["account.account"][account]
            return {"name": text, "quantity": quantity, "price_unit": price, "account_id": of}
        ordered = [["order_id.partner_ref", "=", bill["order"]], ["product_id.default_code", "=", text]]
        [line] = self._orm.search_read("purchase.order.line", ordered)
        product = line["product_id"][0]
        linked = {"product_id": product, "purchase_line_id": line["id"]}
        return linked | {"quantity": quantity, "price_unit": line["price_unit"]}

    def _lines(self, products: list[Row], quantity: str, random: Random) -> list[Row]:
        return [
            {
                "product_id": product["id"],
                "name": f"[{product['default_code']}] {product['name']}",
                quantity: random.choice([1, 2, 5, 10, 25, 100, 200]),
            }
            for product in random.sample(products, random.randint(1, 6))
        ]

    def _leads(self, customers: list[Row]) -> None:
        stages = list(self._ids["crm.stage"].values())
        for number in range(40):
            customer = self._random.choice(customers)
            stage = self._random.choice(stages)
            age = self._selling.randint(20, 200)
            self._one(
                "crm.lead",
                create_date=self._ago(age),
                date_last_stage_update=self._ago(self._selling.randint(age // 3, age)),
                name=self._data["deals"][number % 10],
                partner_id=customer["id"],
                team_id=self._ids["crm.team"]["Sales"],
                user_id=self._salesperson(customer["country"]),
                stage_id=stage,
                probability=100 if stage == stages[-1] else self._random.choice([10, 30, 60]),
                expected_revenue=self._random.randint(5, 400) * 100,
                priority=self._random.choice(["0", "1", "1", "2"]),
                active=number % 9 != 0,
            )

    def _ago(self, days: int) -> str:
        return _stamp(self._today - timedelta(days=days))


def _table(name: str) -> list[dict[str, str]]:
    with (_DATA / name).open(encoding="utf-8", newline="") as file:
        return list(csv.DictReader(file, delimiter=";"))


def _contacts(cell: str) -> list[tuple[str, str]]:
    return [
        (name.strip(), address.rstrip(">"))
        for name, _, address in (part.partition("<") for part in cell.split("|"))
        if name
    ]


def _digits(pattern: str, random: Random) -> str:
    return re.sub("#", lambda _: str(random.randint(1, 9)), pattern)


def _stamp(moment: datetime) -> str:
    return moment.strftime("%Y-%m-%d %H:%M:%S")


def _title(name: str) -> str:
    """Of a family, without the places of the axes."""
    return re.sub(r"\s+", " ", name.replace("{}", "")).strip(" ,")


def _axis_value(value: str) -> tuple[str, str, float]:
    rest, _, factor = value.partition("*")
    name, _, code = rest.partition("=")
    return name, re.sub(r"[^A-Z0-9]", "", (code or name).upper()), float(factor or 1)


def _vat_number(country: str, random: Random) -> str:
    while True:
        digits = str(random.randint(10_000_000, 99_999_999))
        match country:
            case "NL":
                check = sum(int(digit) * weight for digit, weight in zip(digits, range(9, 1, -1), strict=True)) % 11
                if check < 10:
                    return f"{digits}{check}B01"
            case "BE":
                base = int(f"0{digits[:7]}")
                return f"{base:08}{97 - base % 97:02}"
            case "DE":
                return digits + mod_11_10.calc_check_digit(digits)
            case "FR":
                siren = digits + luhn.calc_check_digit(digits)
                return f"{(12 + 3 * (int(siren) % 97)) % 97:02}{siren}"
            case _:
                total = sum(int(digit) * weight for digit, weight in zip(digits[:7], range(8, 1, -1), strict=True))
                return f"{digits[:7]}{97 - total % 97:02}"


def _iban(country: str, random: Random) -> str:
    number = random.randint(10**9, 10**10 - 1)
    bank, branch = random.randint(10000, 99999), random.randint(10000, 99999)
    accounts: dict[str, Callable[[], str]] = {
        "NL": lambda: f"KVEX{number}",
        "GB": lambda: f"KVEX{bank}{number:011}"[:18],
        "DE": lambda: f"{bank}{number:013}",
        "BE": lambda: f"{number}{number % 97 or 97:02}",
        "FR": lambda: f"{bank}{branch}{number:011}{97 - (89 * bank + 15 * branch + 3 * number) % 97:02}",
    }
    account = accounts[country]()
    return iban.format(f"{country}{iban.calc_check_digits(f'{country}00{account}')}{account}")


def _ean_check_digit(digits: str) -> str:
    total = sum(int(digit) * (3 if position % 2 else 1) for position, digit in enumerate(digits))
    return str(-total % 10)


def _ascii(text: str) -> str:
    expanded = re.sub("[äöü]", lambda umlaut: {"ä": "ae", "ö": "oe", "ü": "ue"}[umlaut.group()], text.casefold())
    plain = unicodedata.normalize("NFKD", expanded).encode("ascii", "ignore").decode()
    return re.sub(r"[^a-z]+", "-", plain).strip("-")
