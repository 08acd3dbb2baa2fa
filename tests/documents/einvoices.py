"""E-invoices for the tests: one invoice of our own, written in each syntax."""

from collections.abc import Sequence
from dataclasses import dataclass, field
from xml.sax.saxutils import escape, quoteattr


@dataclass(frozen=True)
class Line:
    name: str
    quantity: str
    price: str
    net: str
    unit: str = "C62"
    per: str = "1"
    """Units that the price is for."""
    rate: str = "21"
    discount: str = ""
    order_line: str = "1"


@dataclass(frozen=True)
class Sample:
    """Adds up, and keeps the rules of EN 16931."""

    number: str = "F-2041"
    type: str = "380"
    lines: Sequence[Line] = (
        Line("Ball valve DN50, brass", "40", "12.50", "490.00", discount="10.00"),
        Line("Cable NYM 3x1.5", "250", "64.00", "160.00", unit="MTR", per="100", rate="9", order_line="2"),
    )
    accounts: Sequence[str] = ("NL91 ABNA 0417 1643 00", "BE68539007547034")
    subtotals: Sequence[tuple[str, str, str]] = (("515.00", "108.15", "21"), ("160.00", "14.40", "9"))
    """Taxable amount, tax, rate; with the freight of 25.00."""
    totals: dict[str, str] = field(
        default_factory=lambda: {
            "lines": "650.00",
            "charges": "25.00",
            "net": "675.00",
            "tax": "122.55",
            "gross": "797.55",
            "prepaid": "97.55",
            "payable": "700.00",
        }
    )


def e(name: str, *content: str, **attributes: str) -> str:
    """An element; a content that starts with `<` is one, too. Without content, nothing."""
    inside = "".join(text if text.startswith("<") else escape(text) for text in content)
    told = "".join(f" {key}={quoteattr(value)}" for key, value in attributes.items())
    return f"<{name}{told}>{inside}</{name}>" if inside else ""


def ubl(sample: Sample | None = None, document: str = "Invoice") -> bytes:
    """UBL 2.1; `document` is Invoice or CreditNote."""
    sample = sample or Sample()
    is_invoice = document == "Invoice"
    means = "".join(
        e(
            "cac:PaymentMeans",
            e("cbc:PaymentMeansCode", "58"),
            "" if is_invoice or place else e("cbc:PaymentDueDate", "2026-12-03"),
            e("cac:PayeeFinancialAccount", e("cbc:ID", account)),
        )
        for place, account in enumerate(sample.accounts)
    )
    totals = sample.totals
    body = [
        e("cbc:CustomizationID", "urn:cen.eu:en16931:2017"),
        e("cbc:ID", sample.number),
        e("cbc:IssueDate", "2026-11-03"),
        e("cbc:DueDate", "2026-12-03") if is_invoice else "",
        e(f"cbc:{document}TypeCode", sample.type),
        e("cbc:DocumentCurrencyCode", "EUR"),
        e("cac:OrderReference", e("cbc:ID", "PO-7781")),
        e("cac:BillingReference", e("cac:InvoiceDocumentReference", e("cbc:ID", "F-1999"))),
        e(
            "cac:AccountingSupplierParty",
            _ubl_party("Van Dam Kleppen B.V.", "NL001234567B01", "NL", "ar@vandam.example"),
        ),
        e("cac:AccountingCustomerParty", _ubl_party("Installatie Noord B.V.", "NL007654321B01", "NL", "")),
        means,
        e("cac:PaymentTerms", e("cbc:Note", "30 days net")),
        e(
            "cac:AllowanceCharge",
            e("cbc:ChargeIndicator", "true"),
            e("cbc:AllowanceChargeReason", "Freight"),
            _ubl_amount("cbc:Amount", "25.00"),
            _ubl_tax("cac:TaxCategory", "21"),
        ),
        e(
            "cac:TaxTotal",
            _ubl_amount("cbc:TaxAmount", totals["tax"]),
            *(
                e(
                    "cac:TaxSubtotal",
                    _ubl_amount("cbc:TaxableAmount", base),
                    _ubl_amount("cbc:TaxAmount", tax),
                    _ubl_tax("cac:TaxCategory", rate),
                )
                for base, tax, rate in sample.subtotals
            ),
        ),
        e(
            "cac:LegalMonetaryTotal",
            _ubl_amount("cbc:LineExtensionAmount", totals["lines"]),
            _ubl_amount("cbc:TaxExclusiveAmount", totals["net"]),
            _ubl_amount("cbc:TaxInclusiveAmount", totals["gross"]),
            _ubl_amount("cbc:ChargeTotalAmount", totals["charges"]),
            _ubl_amount("cbc:PrepaidAmount", totals["prepaid"]),
            _ubl_amount("cbc:PayableAmount", totals["payable"]),
        ),
        *(_ubl_line(line, number, document) for number, line in enumerate(sample.lines, 1)),
    ]
    schemas = "urn:oasis:names:specification:ubl:schema:xsd:"
    root = e(
        document,
        *body,
        xmlns=f"{schemas}{document}-2",
        **{"xmlns:cac": schemas + "CommonAggregateComponents-2", "xmlns:cbc": schemas + "CommonBasicComponents-2"},
    )
    return f'<?xml version="1.0" encoding="UTF-8"?>\n{root}'.encode()


def _ubl_party(name: str, vat_id: str, country: str, mail: str) -> str:
    return e(
        "cac:Party",
        e("cac:PartyName", e("cbc:Name", name.split()[0])),
        e("cac:PostalAddress", e("cac:Country", e("cbc:IdentificationCode", country))),
        e("cac:PartyTaxScheme", e("cbc:CompanyID", vat_id), e("cac:TaxScheme", e("cbc:ID", "VAT"))),
        e("cac:PartyTaxScheme", e("cbc:CompanyID", f"{name[:3]}/11"), e("cac:TaxScheme", e("cbc:ID", "FC")))
        if mail
        else "",
        e("cac:PartyLegalEntity", e("cbc:RegistrationName", name)),
        e("cac:Contact", e("cbc:ElectronicMail", mail)),
    )


def _ubl_amount(name: str, amount: str) -> str:
    return e(name, amount, currencyID="EUR")


def _ubl_tax(name: str, rate: str) -> str:
    return e(name, e("cbc:ID", "S"), e("cbc:Percent", rate), e("cac:TaxScheme", e("cbc:ID", "VAT")))


def _ubl_line(line: Line, number: int, document: str) -> str:
    quantity = "cbc:InvoicedQuantity" if document == "Invoice" else "cbc:CreditedQuantity"
    discount = e(
        "cac:AllowanceCharge",
        e("cbc:ChargeIndicator", "false"),
        e("cbc:AllowanceChargeReason", "Rebate"),
        _ubl_amount("cbc:Amount", line.discount),
    )
    return e(
        f"cac:{document}Line",
        e("cbc:ID", str(number)),
        e(quantity, line.quantity, unitCode=line.unit),
        _ubl_amount("cbc:LineExtensionAmount", line.net),
        e("cac:OrderLineReference", e("cbc:LineID", line.order_line)),
        discount if line.discount else "",
        e(
            "cac:Item",
            e("cbc:Name", line.name),
            e("cac:BuyersItemIdentification", e("cbc:ID", f"OUR-{number}")),
            e("cac:SellersItemIdentification", e("cbc:ID", f"VD-{number}")),
            _ubl_tax("cac:ClassifiedTaxCategory", line.rate),
        ),
        e(
            "cac:Price",
            _ubl_amount("cbc:PriceAmount", line.price),
            e("cbc:BaseQuantity", line.per, unitCode=line.unit),
        ),
    )


def cii(sample: Sample | None = None) -> bytes:
    """UN/CEFACT CII, D16B."""
    sample = sample or Sample()
    totals = sample.totals
    agreement = e(
        "ram:ApplicableHeaderTradeAgreement",
        e("ram:SellerTradeParty", *_cii_party("Van Dam Kleppen B.V.", "NL001234567B01", "NL", "ar@vandam.example")),
        e("ram:BuyerTradeParty", *_cii_party("Installatie Noord B.V.", "NL007654321B01", "NL", "")),
        e("ram:BuyerOrderReferencedDocument", e("ram:IssuerAssignedID", "PO-7781")),
    )
    settlement = e(
        "ram:ApplicableHeaderTradeSettlement",
        e("ram:InvoiceCurrencyCode", "EUR"),
        *(
            e(
                "ram:SpecifiedTradeSettlementPaymentMeans",
                e("ram:TypeCode", "58"),
                e("ram:PayeePartyCreditorFinancialAccount", e("ram:IBANID", account)),
            )
            for account in sample.accounts
        ),
        *(
            e(
                "ram:ApplicableTradeTax",
                e("ram:CalculatedAmount", tax),
                e("ram:TypeCode", "VAT"),
                e("ram:BasisAmount", base),
                e("ram:CategoryCode", "S"),
                e("ram:RateApplicablePercent", rate),
            )
            for base, tax, rate in sample.subtotals
        ),
        e(
            "ram:SpecifiedTradeAllowanceCharge",
            e("ram:ChargeIndicator", e("udt:Indicator", "true")),
            e("ram:ActualAmount", "25.00"),
            e("ram:Reason", "Freight"),
            e(
                "ram:CategoryTradeTax",
                e("ram:TypeCode", "VAT"),
                e("ram:CategoryCode", "S"),
                e("ram:RateApplicablePercent", "21"),
            ),
        ),
        e(
            "ram:SpecifiedTradePaymentTerms",
            e("ram:Description", "30 days net"),
            e("ram:DueDateDateTime", e("udt:DateTimeString", "20261203", format="102")),
        ),
        e(
            "ram:SpecifiedTradeSettlementHeaderMonetarySummation",
            e("ram:LineTotalAmount", totals["lines"]),
            e("ram:ChargeTotalAmount", totals["charges"]),
            e("ram:TaxBasisTotalAmount", totals["net"]),
            e("ram:TaxTotalAmount", totals["tax"], currencyID="EUR"),
            e("ram:GrandTotalAmount", totals["gross"]),
            e("ram:TotalPrepaidAmount", totals["prepaid"]),
            e("ram:DuePayableAmount", totals["payable"]),
        ),
        e("ram:InvoiceReferencedDocument", e("ram:IssuerAssignedID", "F-1999")),
    )
    root = e(
        "rsm:CrossIndustryInvoice",
        e(
            "rsm:ExchangedDocumentContext",
            e("ram:GuidelineSpecifiedDocumentContextParameter", e("ram:ID", "urn:cen.eu:en16931:2017")),
        ),
        e(
            "rsm:ExchangedDocument",
            e("ram:ID", sample.number),
            e("ram:TypeCode", sample.type),
            e("ram:IssueDateTime", e("udt:DateTimeString", "20261103", format="102")),
        ),
        e(
            "rsm:SupplyChainTradeTransaction",
            *(_cii_line(line, number) for number, line in enumerate(sample.lines, 1)),
            agreement,
            "<ram:ApplicableHeaderTradeDelivery/>",
            settlement,
        ),
        **{
            "xmlns:rsm": "urn:un:unece:uncefact:data:standard:CrossIndustryInvoice:100",
            "xmlns:ram": "urn:un:unece:uncefact:data:standard:ReusableAggregateBusinessInformationEntity:100",
            "xmlns:udt": "urn:un:unece:uncefact:data:standard:UnqualifiedDataType:100",
        },
    )
    return f'<?xml version="1.0" encoding="UTF-8"?>\n{root}'.encode()


def _cii_party(name: str, vat_id: str, country: str, mail: str) -> Sequence[str]:
    return (
        e("ram:Name", name),
        e("ram:DefinedTradeContact", e("ram:EmailURIUniversalCommunication", e("ram:URIID", mail))),
        e("ram:PostalTradeAddress", e("ram:CountryID", country)),
        e("ram:SpecifiedTaxRegistration", e("ram:ID", vat_id, schemeID="VA")),
        e("ram:SpecifiedTaxRegistration", e("ram:ID", f"{name[:3]}/11", schemeID="FC")) if mail else "",
    )


def _cii_line(line: Line, number: int) -> str:
    discount = e(
        "ram:SpecifiedTradeAllowanceCharge",
        e("ram:ChargeIndicator", e("udt:Indicator", "false")),
        e("ram:ActualAmount", line.discount),
        e("ram:Reason", "Rebate"),
    )
    return e(
        "ram:IncludedSupplyChainTradeLineItem",
        e("ram:AssociatedDocumentLineDocument", e("ram:LineID", str(number))),
        e(
            "ram:SpecifiedTradeProduct",
            e("ram:SellerAssignedID", f"VD-{number}"),
            e("ram:BuyerAssignedID", f"OUR-{number}"),
            e("ram:Name", line.name),
        ),
        e(
            "ram:SpecifiedLineTradeAgreement",
            e("ram:BuyerOrderReferencedDocument", e("ram:LineID", line.order_line)),
            e(
                "ram:NetPriceProductTradePrice",
                e("ram:ChargeAmount", line.price),
                e("ram:BasisQuantity", line.per, unitCode=line.unit),
            ),
        ),
        e("ram:SpecifiedLineTradeDelivery", e("ram:BilledQuantity", line.quantity, unitCode=line.unit)),
        e(
            "ram:SpecifiedLineTradeSettlement",
            e(
                "ram:ApplicableTradeTax",
                e("ram:TypeCode", "VAT"),
                e("ram:CategoryCode", "S"),
                e("ram:RateApplicablePercent", line.rate),
            ),
            discount if line.discount else "",
            e("ram:SpecifiedTradeSettlementLineMonetarySummation", e("ram:LineTotalAmount", line.net)),
        ),
    )


_OLDER = (
    ("ExchangedDocumentContext", "SpecifiedExchangedDocumentContext"),
    ("ExchangedDocument>", "HeaderExchangedDocument>"),
    ("SupplyChainTradeTransaction", "SpecifiedSupplyChainTradeTransaction"),
    ("ApplicableHeaderTrade", "ApplicableSupplyChainTrade"),
    ("SpecifiedLineTrade", "SpecifiedSupplyChainTrade"),
    ("SettlementHeaderMonetary", "SettlementMonetary"),
    ("SettlementLineMonetary", "SettlementMonetary"),
    ("RateApplicablePercent", "ApplicablePercent"),
    ("IssuerAssignedID", "ID"),
    ("rsm:CrossIndustryInvoice", "rsm:CrossIndustryDocument"),
    ("urn:un:unece:uncefact:data:standard:CrossIndustryInvoice:100", "urn:ferd:CrossIndustryDocument:invoice:1p0"),
    ("InformationEntity:100", "InformationEntity:12"),
    ("UnqualifiedDataType:100", "UnqualifiedDataType:15"),
)


def zugferd_1(sample: Sample | None = None) -> bytes:
    """The same as CII with the names of ZUGFeRD 1.0."""
    text = cii(sample).decode()
    for name, older in _OLDER:
        text = text.replace(name, older)
    return text.encode()


def long_sample(lines: int) -> Sample:
    """With many lines, that add up."""
    one = Line("Hose clamp 20-32 mm", "10", "0.85", "8.50")
    total, tax = f"{lines * 850 / 100:.2f}", f"{(lines * 850 + 2500) * 21 / 10000:.2f}"
    net = f"{(lines * 850 + 2500) / 100:.2f}"
    gross = f"{float(net) + float(tax):.2f}"
    totals = {
        "lines": total,
        "charges": "25.00",
        "net": net,
        "tax": tax,
        "gross": gross,
        "prepaid": "",
        "payable": gross,
    }
    return Sample(lines=[one] * lines, subtotals=[(net, tax, "21")], totals=totals)
