"""What Odoo 19 computes of a quotation: price list, prices, discounts, taxes and totals.

As a company has it that uses price lists and shows their discounts. Left out: fiscal positions (every customer pays the
product's own taxes), formulas in price rules, price lists of countries.
"""

import math
from collections.abc import Callable, Iterable, Mapping
from datetime import UTC, datetime, timedelta
from typing import Any

Row = dict[str, Any]
Rows = Mapping[str, Mapping[int, Row]]

Taxed = tuple[float, dict[int, float]]
"""What a line comes to before tax, and each of its taxes."""

_PRICED_BY = frozenset({"product_id", "product_uom_qty", "product_uom_id"})
_DIGITS = 2
"""Of quantities and discounts."""


class Sales:
    """`row` answers a record by its id, or raises that there is none."""

    def __init__(self, rows: Rows, row: Callable[[str, Any], Row], user: int) -> None:
        self._rows = rows
        self._row = row
        self._user = user

    # Orders

    def order(self, vals: Row) -> Row:
        """`vals` of a new order, and what Odoo fills in where they are silent."""
        now = datetime.now(UTC)
        filled: Row = {
            "date_order": now.strftime("%Y-%m-%d %H:%M:%S"),
            "validity_date": str(now.date() + timedelta(days=self.company["quotation_validity_days"])),
            "team_id": next((team["id"] for team in self._rows["crm.team"].values() if team["active"]), False),
        }
        if vals.get("partner_id"):
            filled |= self._of_customer(self._row("res.partner", vals["partner_id"]))
        filled |= vals
        pricelist = filled.get("pricelist_id")
        currency = self._row("product.pricelist", pricelist)["currency_id"] if pricelist else False
        return {"currency_id": currency or self.company["currency_id"]} | filled

    def _of_customer(self, partner: Row) -> Row:
        commercial = self.commercial_partner(partner)
        return {
            "partner_invoice_id": self.address(partner, "invoice"),
            "partner_shipping_id": self.address(partner, "delivery"),
            "payment_term_id": commercial["property_payment_term_id"],
            "pricelist_id": self.pricelist(partner),
            "user_id": partner["user_id"] or commercial["user_id"] or self._user,
        }

    def totals(self, order: Row, lines: Iterable[Row]) -> Row:
        digits = self.decimals(order)
        return self.summed([self._taxed(line, digits) for line in lines], digits)

    def summed(self, taxed: Iterable[Taxed], digits: int) -> Row:
        """Unless the company rounds per line, lines need not add up to the cent: tax is rounded for the whole order."""
        untaxed, included, taxes, excluded_taxes = 0.0, 0.0, dict[int, float](), False
        for base, of_line in taxed:
            untaxed += base
            included += base + sum(of_line.values())
            for tax, amount in of_line.items():
                taxes[tax] = taxes.get(tax, 0.0) + amount
                excluded_taxes |= not self.price_include(self._row("account.tax", tax))
        tax = rounded(sum(rounded(amount, digits) for amount in taxes.values()), digits)
        untaxed = rounded(untaxed if excluded_taxes else rounded(included, digits) - tax, digits)
        return {"amount_untaxed": untaxed, "amount_tax": tax, "amount_total": rounded(untaxed + tax, digits)}

    # Lines

    def line(self, order: Row, before: Row, vals: Row) -> Row:
        """`vals` of a line (`before` is empty for a new one), and what they change in it."""
        vals = vals | {name: rounded(vals[name], _DIGITS) for name in ("product_uom_qty", "discount") if name in vals}
        computed: Row = {"product_uom_qty": 0.0} if vals.get("display_type") else {}
        if vals.get("product_id"):
            product = self._row("product.product", vals["product_id"])
            computed |= {
                "name": self._description(product),
                "product_uom_id": product["uom_id"],
                "tax_ids": [[6, 0, product["taxes_id"]]],
                "customer_lead": product["sale_delay"],
            }
        after = before | computed | vals
        if after.get("product_id") and _PRICED_BY & vals.keys():
            unit_price, computed["discount"] = self._price(order, after)
            if not before or rounded(before["technical_price_unit"] - before["price_unit"], self.decimals(order)) == 0:
                computed |= {"price_unit": unit_price, "technical_price_unit": unit_price}
        if not before and "price_unit" in vals:
            computed["technical_price_unit"] = vals["price_unit"]
        return computed | vals

    def line_amounts(self, order: Row, line: Row) -> Row:
        digits = self.decimals(order)
        return shown(self._taxed(line, digits), digits)

    def rule(self, order: Row, line: Row) -> Row | None:
        """The rule of the price list that applies: the most specific one, then that of the greatest quantity."""
        if not line["product_id"] or not order["pricelist_id"]:
            return None
        product = self._row("product.product", line["product_id"])
        per_unit = self.factor(line["product_uom_id"]) / self.factor(product["uom_id"])
        quantity = rounded((line["product_uom_qty"] or 1.0) * per_unit, _DIGITS)
        categories = self._categories(product["categ_id"])

        scopes: dict[str, tuple[str, list[int]]] = {
            "0_product_variant": ("product_id", [product["id"]]),
            "1_product": ("product_tmpl_id", [product["product_tmpl_id"]]),
            "2_product_category": ("categ_id", categories),
            "3_global": ("pricelist_id", [order["pricelist_id"]]),
        }

        def applies(item: Row) -> bool:
            field, wanted = scopes[item["applied_on"]]
            return (
                item["pricelist_id"] == order["pricelist_id"]
                and item[field] in wanted
                and item["min_quantity"] <= quantity
                and (not item["date_start"] or item["date_start"] <= order["date_order"])
                and (not item["date_end"] or item["date_end"] >= order["date_order"])
            )

        def precedence(item: Row) -> tuple[Any, ...]:
            depth = categories.index(item["categ_id"]) if item["categ_id"] in categories else 0
            return item["applied_on"], -item["min_quantity"], depth, -item["id"]

        return min(filter(applies, self._rows["product.pricelist.item"].values()), key=precedence, default=None)

    def _price(self, order: Row, line: Row) -> tuple[float, float]:
        """Unit price and discount in per cent. Odoo rounds no unit price; a percentage shows as a discount."""
        product = self._row("product.product", line["product_id"])
        per_unit = self.factor(line["product_uom_id"]) / self.factor(product["uom_id"])
        rule = self.rule(order, line)
        if rule and rule["compute_price"] == "fixed":
            return rule["fixed_price"] * per_unit, 0.0
        base = product["list_price"] * per_unit * self.order_rate(order)
        price = base - base * (rule["percent_price"] / 100) if rule else base
        discount = (base - price) / base * 100 if price < base else 0.0
        return max(base, price), rounded(discount, _DIGITS)

    def _taxed(self, line: Row, digits: int) -> Taxed:
        price = line["price_unit"] * (1 - line["discount"] / 100)
        return self.taxed(line["product_uom_qty"] * price, line["tax_ids"], digits)

    def taxed(self, amount: float, tax_ids: Iterable[int], digits: int) -> Taxed:
        """Rounded only where the company rounds per line."""
        per_line = self.company["tax_calculation_rounding_method"] == "round_per_line"

        def kept(amount: float) -> float:
            return rounded(amount, digits) if per_line else amount

        taxes = [self._row("account.tax", tax) for tax in tax_ids]
        rates = {tax["id"]: self._rate_of(tax) / 100 for tax in taxes}
        within = {tax["id"] for tax in taxes if self.price_include(tax)}
        amount = kept(amount)
        net = amount / (1 + sum(rates[tax] for tax in within))
        amounts = {tax: kept(net * rates[tax]) for tax in within}
        base = amount - sum(amounts.values())
        return base, amounts | {tax: kept(base * rate) for tax, rate in rates.items() if tax not in within}

    def _rate_of(self, tax: Row) -> float:
        """Per cent that is to be paid: none where the buyer owes the tax himself, and deducts it again."""
        parts = [
            line["factor_percent"]
            for line in self._rows["account.tax.repartition.line"].values()
            if (line["tax_id"], line["document_type"], line["repartition_type"]) == (tax["id"], "invoice", "tax")
        ]
        return tax["amount"] * (sum(parts) / 100 if parts else 1)

    def _description(self, product: Row) -> str:
        code = f"[{product['default_code']}] " if product["default_code"] else ""
        more = f"\n{product['description_sale']}" if product["description_sale"] else ""
        return f"{code}{product['name']}{more}"

    # Purchase orders

    def bought(self, vals: Row) -> Row:
        """`vals` of a new line of a purchase order, and what Odoo fills in."""
        if not vals.get("product_id"):
            return vals
        product = self._row("product.product", vals["product_id"])
        taxes = [[6, 0, product["supplier_taxes_id"]]]
        return {"name": self._description(product), "product_uom_id": product["uom_id"], "tax_ids": taxes} | vals

    def bought_amounts(self, order: Row, line: Row) -> Row:
        digits = self.decimals(order)
        return {"price_subtotal": shown(self._bought(line, digits), digits)["price_subtotal"]}

    def bought_totals(self, order: Row, lines: Iterable[Row]) -> Row:
        digits = self.decimals(order)
        return self.summed([self._bought(line, digits) for line in lines], digits)

    def _bought(self, line: Row, digits: int) -> Taxed:
        price = line["price_unit"] * (1 - line["discount"] / 100)
        return self.taxed(line["product_qty"] * price, line["tax_ids"], digits)

    # Master data

    @property
    def company(self) -> Row:
        return next(iter(self._rows["res.company"].values()))

    def decimals(self, order: Row) -> int:
        return self._row("res.currency", order["currency_id"])["decimal_places"]

    def commercial_partner(self, partner: Row) -> Row:
        while partner["parent_id"] and not partner["is_company"]:
            partner = self._row("res.partner", partner["parent_id"])
        return partner

    def address(self, partner: Row, kind: str) -> int:
        """The partner's contact for `delivery` or `invoice`, or that of its company; the partner itself if none."""
        if partner["type"] == kind:
            return partner["id"]
        for owner in dict.fromkeys((partner["id"], self.commercial_partner(partner)["id"])):
            for contact in self._rows["res.partner"].values():
                if (contact["parent_id"], contact["type"], contact["active"]) == (owner, kind, True):
                    return contact["id"]
        return partner["id"]

    def pricelist(self, partner: Row) -> int | bool:
        """The price list of the partner's company, else the first one there is."""
        own = self.commercial_partner(partner)["property_product_pricelist"]
        lists = [row for row in self._rows["product.pricelist"].values() if row["active"]]
        return own or min(((row["sequence"], row["id"]) for row in lists), default=(0, False))[1]

    def rate(self, currency: int, day: str) -> float:
        """Units of the currency for one of the company's, on that day; before the first known rate, that one."""
        rates = sorted(
            (r["name"], r["rate"]) for r in self._rows["res.currency.rate"].values() if r["currency_id"] == currency
        )
        return next((rate for since, rate in reversed(rates) if since <= day), rates[0][1] if rates else 1.0)

    def order_rate(self, order: Row) -> float:
        day = order["date_order"][:10]
        return self.rate(order["currency_id"], day) / self.rate(self.company["currency_id"], day)

    def default_taxes(self) -> dict[str, list[int]]:
        """Of a product."""
        fields = {"taxes_id": "account_sale_tax_id", "supplier_taxes_id": "account_purchase_tax_id"}
        return {name: [tax] if (tax := self.company[of]) else [] for name, of in fields.items()}

    def factor(self, unit: int) -> float:
        row = self._row("uom.uom", unit)
        return row["relative_factor"] * (self.factor(row["relative_uom_id"]) if row["relative_uom_id"] else 1.0)

    def price_include(self, tax: Row) -> bool:
        return tax["price_include_override"] == "tax_included"

    def _categories(self, category: int | bool) -> list[int]:
        """The category and those above it, nearest first."""
        found: list[int] = []
        while category:
            found.append(category)
            category = self._row("product.category", category)["parent_id"]
        return found


def shown(taxed: Taxed, digits: int) -> Row:
    """The amounts of a line by itself."""
    base, taxes = taxed
    subtotal, tax = rounded(base, digits), sum(rounded(amount, digits) for amount in taxes.values())
    return {
        "price_subtotal": subtotal,
        "price_tax": rounded(tax, digits),
        "price_total": rounded(subtotal + tax, digits),
    }


def rounded(value: float, digits: int) -> float:
    """Half away from zero, with Odoo's tolerance for what floats cannot hold: 2.675 is 2.68."""
    if not value:
        return 0.0
    scaled = value * 10**digits
    tolerance = 2.0 ** (math.log2(abs(scaled)) - 50)
    return round(scaled + math.copysign(tolerance, scaled)) / 10**digits
