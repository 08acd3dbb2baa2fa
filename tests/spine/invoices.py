"""Suppliers of the sandbox company made for one test, and their invoices: as UBL, as a PDF, as a mail, and as a model
reads them."""

import json
from collections.abc import Sequence
from dataclasses import dataclass, replace
from decimal import ROUND_HALF_UP, Decimal
from email.message import EmailMessage
from functools import cached_property
from itertools import count
from typing import Any

from jobs.customers import is_vat
from tests.contract.test_payables import an_iban
from tests.documents.einvoices import e
from tests.documents.office import pdf
from tests.documents.pdfs import placed
from tests.spine.conftest import Desk
from tests.spine.model_server import ModelServer

_numbers = count(1)
_RATE = Decimal(21)


@dataclass(frozen=True)
class Supplier:
    id: int
    name: str
    vat: str
    iban: str
    email: str


@dataclass(frozen=True)
class Row:
    description: str
    quantity: str
    price: str

    @property
    def net(self) -> Decimal:
        return _cents(Decimal(self.quantity) * Decimal(self.price))


@dataclass(frozen=True)
class Invoice:
    """Adds up and keeps the rules of EN 16931, unless a test changes it. `number` is its own by default."""

    supplier: Supplier
    rows: Sequence[Row]
    number: str
    order: str = ""
    iban: str = ""
    """Empty: the supplier's."""
    note: str = ""
    gross: Decimal | None = None
    """None: what the rest makes."""

    @property
    def account(self) -> str:
        return self.iban or self.supplier.iban

    @property
    def net(self) -> Decimal:
        return sum((row.net for row in self.rows), Decimal(0))

    @property
    def tax(self) -> Decimal:
        return _cents(self.net * _RATE / 100)

    @property
    def total(self) -> Decimal:
        return self.net + self.tax if self.gross is None else self.gross

    def but(self, **changes: Any) -> "Invoice":
        return replace(self, **changes)

    @cached_property
    def xml(self) -> bytes:
        """UBL 2.1."""
        schemas = "urn:oasis:names:specification:ubl:schema:xsd:"
        root = e(
            "Invoice",
            e("cbc:CustomizationID", "urn:cen.eu:en16931:2017"),
            e("cbc:ID", self.number),
            e("cbc:IssueDate", "2026-03-02"),
            e("cbc:DueDate", "2026-04-01"),
            e("cbc:InvoiceTypeCode", "380"),
            e("cbc:Note", self.note),
            e("cbc:DocumentCurrencyCode", "EUR"),
            e("cac:OrderReference", e("cbc:ID", self.order)),
            e("cac:AccountingSupplierParty", _party(self.supplier.name, self.supplier.vat)),
            e("cac:AccountingCustomerParty", _party("Kestrel & Vos", "NL416818389B01")),
            e(
                "cac:PaymentMeans",
                e("cbc:PaymentMeansCode", "30"),
                e("cac:PayeeFinancialAccount", e("cbc:ID", self.account)),
            ),
            e(
                "cac:TaxTotal",
                _amount("cbc:TaxAmount", self.tax),
                e(
                    "cac:TaxSubtotal",
                    _amount("cbc:TaxableAmount", self.net),
                    _amount("cbc:TaxAmount", self.tax),
                    _category("cac:TaxCategory"),
                ),
            ),
            e(
                "cac:LegalMonetaryTotal",
                _amount("cbc:LineExtensionAmount", self.net),
                _amount("cbc:TaxExclusiveAmount", self.net),
                _amount("cbc:TaxInclusiveAmount", self.total),
                _amount("cbc:PayableAmount", self.total),
            ),
            *(_line(number, row) for number, row in enumerate(self.rows, 1)),
            xmlns=schemas + "Invoice-2",
            **{"xmlns:cac": schemas + "CommonAggregateComponents-2", "xmlns:cbc": schemas + "CommonBasicComponents-2"},
        )
        return f'<?xml version="1.0" encoding="UTF-8"?>\n{root}'.encode()

    @property
    def lines(self) -> list[str]:
        """What people read, ` | ` between columns."""
        return [
            f"{self.supplier.name} | INVOICE",
            f"VAT {self.supplier.vat} | IBAN {self.account}",
            "Kestrel & Vos, Ambachtsweg 14, Utrecht | VAT NL416818389B01",
            f"Invoice number | {self.number}",
            "Invoice date | 02.03.2026",
            "Due date | 01.04.2026",
            *([f"Your order | {self.order}"] if self.order else []),
            *(f"{row.description} | {row.quantity} | {row.price} | {row.net}" for row in self.rows),
            f"Net total EUR | {self.net}",
            f"VAT 21 % | {self.tax}",
            f"Total EUR | {self.total}",
            *([self.note] if self.note else []),
        ]

    @property
    def pdf(self) -> bytes:
        return pdf(placed(*self.lines))

    @property
    def read(self) -> dict[str, Any]:
        """The proposal of a model that reads well."""
        return {
            "number": self.number,
            "type": "380",
            "issue_date": "2026-03-02",
            "due_date": "2026-04-01",
            "currency": "EUR",
            "seller_name": self.supplier.name,
            "seller_vat_id": self.supplier.vat,
            "iban": self.account,
            "buyer_name": "Kestrel & Vos",
            "buyer_vat_id": "NL416818389B01",
            "order_reference": self.order or None,
            "preceding_invoice": None,
            "payment_terms": None,
            "net_total": str(self.net),
            "tax_total": str(self.tax),
            "gross_total": str(self.total),
            "prepaid_amount": None,
            "payable_amount": str(self.total),
            "tax_breakdown": [
                {
                    "category": "S",
                    "rate": "21",
                    "taxable_amount": str(self.net),
                    "tax_amount": str(self.tax),
                    "exemption_reason": None,
                }
            ],
            "allowances_charges": [],
            "lines": [
                {
                    "description": row.description,
                    "item_number": None,
                    "quantity": row.quantity,
                    "unit": None,
                    "unit_price": row.price,
                    "net_amount": str(row.net),
                    "vat_rate": "21",
                }
                for row in self.rows
            ],
        }


def supplier(desk: Desk, word: str) -> Supplier:
    """A new one in the ERP, with one account that may be paid to."""
    place = next(_numbers)
    name, vat, iban, email = f"{word} {place} Handel B.V.", _vat(place), an_iban(), f"ar@{word.lower()}{place}.example"
    values = {"name": name, "vat": vat, "email": email, "is_company": True, "country_id": _country(desk)}
    [id_] = desk.crm("res.partner", "create", vals_list=[values])
    bank = {"partner_id": id_, "acc_number": iban, "allow_out_payment": True}
    desk.crm("res.partner.bank", "create", vals_list=[bank])
    return Supplier(id_, name, vat, iban, email)


def order(desk: Desk, of: Supplier, *rows: Row) -> str:
    """The number of a confirmed purchase order of which everything has come in."""
    lines = [
        [0, 0, {"name": row.description, "product_qty": float(row.quantity), "price_unit": float(row.price)}]
        for row in rows
    ]
    [id_] = desk.crm("purchase.order", "create", vals_list=[{"partner_id": of.id, "order_line": lines}])
    desk.crm("purchase.order", "button_confirm", ids=[id_])
    [row] = desk.crm("purchase.order", "read", ids=[id_], fields=["name"])
    return row["name"]


def invoice(of: Supplier, *rows: Row, **values: Any) -> Invoice:
    """Without rows: some drills. Its number and amount are its own."""
    place = next(_numbers)
    given = rows or (Row("Twist drill 8 mm", str(place % 90 + 10), "4.50"), Row("Freight", "1", f"{place}.25"))
    return Invoice(of, given, **{"number": f"R-{2600 + place}", **values})


def mailed(*files: tuple[str, bytes], body: str = "Our invoice is attached.", sender: str = "x@post.example") -> bytes:
    message = EmailMessage()
    message["From"] = sender
    message["To"] = "invoices@ourcompany.example"
    message["Subject"] = "Invoice"
    message["Date"] = "Mon, 02 Mar 2026 09:00:00 +0100"
    message["Message-ID"] = f"<{next(_numbers)}.{an_iban()}@test.example>"
    message.set_content(body)
    for name, content in files:
        subtype = "xml" if name.endswith(".xml") else "pdf" if name.endswith(".pdf") else "octet-stream"
        message.add_attachment(content, maintype="application", subtype=subtype, filename=name)
    return message.as_bytes()


def reads(model: ModelServer, given: Invoice, *, evidence: Sequence[dict[str, str]] = (), **values: Any) -> None:
    """The model answers what the invoice says, but for these values."""
    content = json.dumps({"proposal": {**given.read, **values}, "evidence": list(evidence)})
    model.reply = lambda sources: content


def _party(name: str, vat: str) -> str:
    return e(
        "cac:Party",
        e("cac:PostalAddress", e("cac:Country", e("cbc:IdentificationCode", "NL"))),
        e("cac:PartyTaxScheme", e("cbc:CompanyID", vat), e("cac:TaxScheme", e("cbc:ID", "VAT"))),
        e("cac:PartyLegalEntity", e("cbc:RegistrationName", name)),
    )


def _line(number: int, row: Row) -> str:
    return e(
        "cac:InvoiceLine",
        e("cbc:ID", str(number)),
        e("cbc:InvoicedQuantity", row.quantity, unitCode="C62"),
        _amount("cbc:LineExtensionAmount", row.net),
        e("cac:Item", e("cbc:Name", row.description), _category("cac:ClassifiedTaxCategory")),
        e("cac:Price", e("cbc:PriceAmount", row.price, currencyID="EUR")),
    )


def _amount(name: str, amount: Decimal) -> str:
    return e(name, str(amount), currencyID="EUR")


def _category(name: str) -> str:
    return e(name, e("cbc:ID", "S"), e("cbc:Percent", "21"), e("cac:TaxScheme", e("cbc:ID", "VAT")))


def _cents(amount: Decimal) -> Decimal:
    return amount.quantize(Decimal("0.01"), ROUND_HALF_UP)


def _vat(place: int) -> str:
    """A Dutch one with valid check digits."""
    candidates = (f"NL{800000000 + place:09}B{end:02}" for end in range(2, 99))
    return next(vat for vat in candidates if is_vat(vat))


def _country(desk: Desk) -> int:
    [row] = desk.crm("res.country", "search_read", domain=[["code", "=", "NL"]], fields=["code"])
    return row["id"]
