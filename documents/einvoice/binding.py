"""Where each syntax has the terms of EN 16931, as XPath: the syntax bindings of CEN/TS 16931-3."""

from collections.abc import Mapping
from dataclasses import dataclass, field, replace

Place = str | tuple[str, ...]
"""An XPath, or several of which the first that finds anything counts."""


@dataclass(frozen=True)
class Group:
    """A group of terms: what it is made of, once for each element that `each` finds."""

    each: str
    texts: Mapping[str, Place] = field(default_factory=dict[str, Place])
    numbers: Mapping[str, Place] = field(default_factory=dict[str, Place])
    dates: Mapping[str, Place] = field(default_factory=dict[str, Place])
    charge: bool | None = None
    """Of a group of allowances and charges that is all one of them."""


@dataclass(frozen=True)
class Binding:
    syntax: str
    namespaces: Mapping[str, str]
    guideline: str
    """BT-24."""
    invoice: Group
    tax_total: str
    """BT-110, BT-111: all of them, with the currency as an attribute."""
    accounts: str
    """BT-84, all of them."""
    payment_terms: str
    lines: Group
    line_allowances_charges: Group
    """Within a line; `charge` is a text of its own."""
    tax_breakdown: Group
    allowances_charges: Group
    logistics_charges: Group | None
    """Charges by another name."""
    attachments: Group
    """`content` is the element with the bytes."""
    type: str = ""
    """BT-3 of what does not state it, where the form is only for one kind."""
    names: Mapping[str, str] = field(default_factory=dict[str, str])
    """Names in these XPaths: what the syntax has in their place."""


_PARTY = "cac:Accounting{}Party/cac:Party/"
_TAX = "cac:PartyTaxScheme[normalize-space(cac:TaxScheme/cbc:ID){}][1]/cbc:CompanyID"
_VAT = "cac:PartyTaxScheme[normalize-space(cac:TaxScheme/cbc:ID)='VAT']/cbc:CompanyID"


def _ubl(document: str) -> Binding:
    """UBL 2.1: `document` is Invoice or CreditNote."""
    is_invoice = document == "Invoice"
    quantity = "cbc:InvoicedQuantity" if is_invoice else "cbc:CreditedQuantity"
    seller, buyer = _PARTY.format("Supplier"), _PARTY.format("Customer")
    paid_by: Place = "cbc:DueDate" if is_invoice else ("cac:PaymentMeans/cbc:PaymentDueDate", "cbc:DueDate")
    allowance = {"charge": "cbc:ChargeIndicator", "reason": "cbc:AllowanceChargeReason"}
    return Binding(
        syntax=f"UBL {document}",
        namespaces={
            "cac": "urn:oasis:names:specification:ubl:schema:xsd:CommonAggregateComponents-2",
            "cbc": "urn:oasis:names:specification:ubl:schema:xsd:CommonBasicComponents-2",
        },
        guideline="cbc:CustomizationID",
        invoice=Group(
            each=".",
            texts={
                "number": "cbc:ID",
                "type": f"cbc:{document}TypeCode",
                "currency": "cbc:DocumentCurrencyCode",
                "seller_name": (
                    seller + "cac:PartyLegalEntity/cbc:RegistrationName",
                    seller + "cac:PartyName/cbc:Name",
                ),
                "seller_vat_id": seller + _VAT,
                "seller_tax_number": (seller + _TAX.format("='FC'"), seller + _TAX.format("!='VAT'")),
                "seller_country": seller + "cac:PostalAddress/cac:Country/cbc:IdentificationCode",
                "seller_email": seller + "cac:Contact/cbc:ElectronicMail",
                "buyer_name": (buyer + "cac:PartyLegalEntity/cbc:RegistrationName", buyer + "cac:PartyName/cbc:Name"),
                "buyer_vat_id": buyer + _VAT,
                "buyer_country": buyer + "cac:PostalAddress/cac:Country/cbc:IdentificationCode",
                "order_reference": "cac:OrderReference/cbc:ID",
                "preceding_invoice": "(cac:BillingReference/cac:InvoiceDocumentReference)[1]/cbc:ID",
            },
            dates={"issue_date": "cbc:IssueDate", "due_date": paid_by},
            numbers={
                "line_total": "cac:LegalMonetaryTotal/cbc:LineExtensionAmount",
                "allowance_total": "cac:LegalMonetaryTotal/cbc:AllowanceTotalAmount",
                "charge_total": "cac:LegalMonetaryTotal/cbc:ChargeTotalAmount",
                "net_total": "cac:LegalMonetaryTotal/cbc:TaxExclusiveAmount",
                "gross_total": "cac:LegalMonetaryTotal/cbc:TaxInclusiveAmount",
                "prepaid_amount": "cac:LegalMonetaryTotal/cbc:PrepaidAmount",
                "rounding_amount": "cac:LegalMonetaryTotal/cbc:PayableRoundingAmount",
                "payable_amount": "cac:LegalMonetaryTotal/cbc:PayableAmount",
            },
        ),
        tax_total="cac:TaxTotal/cbc:TaxAmount",
        accounts="cac:PaymentMeans/cac:PayeeFinancialAccount/cbc:ID",
        payment_terms="cac:PaymentTerms/cbc:Note",
        lines=Group(
            each=f"cac:{document}Line",
            texts={
                "description": ("cac:Item/cbc:Name", "cac:Item/cbc:Description"),
                "item_number": "cac:Item/cac:SellersItemIdentification/cbc:ID",
                "buyer_item_number": "cac:Item/cac:BuyersItemIdentification/cbc:ID",
                "unit": quantity + "/@unitCode",
                "vat_category": "cac:Item/cac:ClassifiedTaxCategory/cbc:ID",
                "order_line": "cac:OrderLineReference/cbc:LineID",
            },
            numbers={
                "quantity": quantity,
                "unit_price": "cac:Price/cbc:PriceAmount",
                "base_quantity": "cac:Price/cbc:BaseQuantity",
                "net_amount": "cbc:LineExtensionAmount",
                "vat_rate": "cac:Item/cac:ClassifiedTaxCategory/cbc:Percent",
            },
        ),
        line_allowances_charges=Group("cac:AllowanceCharge", texts=allowance, numbers={"amount": "cbc:Amount"}),
        tax_breakdown=Group(
            each="cac:TaxTotal/cac:TaxSubtotal[not(cbc:TaxAmount/@currencyID != ../../cbc:DocumentCurrencyCode)]",
            texts={
                "category": "cac:TaxCategory/cbc:ID",
                "exemption_reason": "cac:TaxCategory/cbc:TaxExemptionReason",
            },
            numbers={
                "rate": "cac:TaxCategory/cbc:Percent",
                "taxable_amount": "cbc:TaxableAmount",
                "tax_amount": "cbc:TaxAmount",
            },
        ),
        allowances_charges=Group(
            each="cac:AllowanceCharge",
            texts={**allowance, "vat_category": "cac:TaxCategory/cbc:ID"},
            numbers={"amount": "cbc:Amount", "vat_rate": "cac:TaxCategory/cbc:Percent"},
        ),
        logistics_charges=None,
        attachments=Group(
            each="cac:AdditionalDocumentReference[cac:Attachment/cbc:EmbeddedDocumentBinaryObject[text()]]",
            texts={"id": "cbc:ID", "content": "cac:Attachment/cbc:EmbeddedDocumentBinaryObject"},
        ),
        type="" if is_invoice else "381",
    )


_AGREEMENT = "rsm:SupplyChainTradeTransaction/ram:ApplicableHeaderTradeAgreement/"
_SETTLEMENT = "rsm:SupplyChainTradeTransaction/ram:ApplicableHeaderTradeSettlement/"
_SUMMATION = _SETTLEMENT + "ram:SpecifiedTradeSettlementHeaderMonetarySummation/"
_SELLER, _BUYER = _AGREEMENT + "ram:SellerTradeParty/", _AGREEMENT + "ram:BuyerTradeParty/"
_REGISTERED = "ram:SpecifiedTaxRegistration/ram:ID[@schemeID='{}']"
_ACCOUNT = _SETTLEMENT + "ram:SpecifiedTradeSettlementPaymentMeans/ram:PayeePartyCreditorFinancialAccount/"
_TERMS = _SETTLEMENT + "ram:SpecifiedTradePaymentTerms"
_NET, _GROSS = (f"ram:SpecifiedLineTradeAgreement/ram:{price}PriceProductTradePrice/" for price in ("Net", "Gross"))
_LINE_TAX = "ram:SpecifiedLineTradeSettlement/ram:ApplicableTradeTax/"
_ALLOWANCE = {"charge": "ram:ChargeIndicator/udt:Indicator", "reason": "ram:Reason"}

CII = Binding(
    syntax="CII",
    namespaces={
        "rsm": "urn:un:unece:uncefact:data:standard:CrossIndustryInvoice:100",
        "ram": "urn:un:unece:uncefact:data:standard:ReusableAggregateBusinessInformationEntity:100",
        "udt": "urn:un:unece:uncefact:data:standard:UnqualifiedDataType:100",
    },
    guideline="rsm:ExchangedDocumentContext/ram:GuidelineSpecifiedDocumentContextParameter/ram:ID",
    invoice=Group(
        each=".",
        texts={
            "number": "rsm:ExchangedDocument/ram:ID",
            "type": "rsm:ExchangedDocument/ram:TypeCode",
            "currency": _SETTLEMENT + "ram:InvoiceCurrencyCode",
            "seller_name": _SELLER + "ram:Name",
            "seller_vat_id": _SELLER + _REGISTERED.format("VA"),
            "seller_tax_number": _SELLER + _REGISTERED.format("FC"),
            "seller_country": _SELLER + "ram:PostalTradeAddress/ram:CountryID",
            "seller_email": _SELLER + "ram:DefinedTradeContact[1]/ram:EmailURIUniversalCommunication/ram:URIID",
            "buyer_name": _BUYER + "ram:Name",
            "buyer_vat_id": _BUYER + _REGISTERED.format("VA"),
            "buyer_country": _BUYER + "ram:PostalTradeAddress/ram:CountryID",
            "order_reference": _AGREEMENT + "ram:BuyerOrderReferencedDocument/ram:IssuerAssignedID",
            "preceding_invoice": _SETTLEMENT + "ram:InvoiceReferencedDocument[1]/ram:IssuerAssignedID",
        },
        dates={
            "issue_date": "rsm:ExchangedDocument/ram:IssueDateTime/udt:*",
            "due_date": _SETTLEMENT
            + "ram:SpecifiedTradePaymentTerms[ram:DueDateDateTime][1]/ram:DueDateDateTime/udt:*",
        },
        numbers={
            "line_total": _SUMMATION + "ram:LineTotalAmount",
            "allowance_total": _SUMMATION + "ram:AllowanceTotalAmount",
            "charge_total": _SUMMATION + "ram:ChargeTotalAmount",
            "net_total": _SUMMATION + "ram:TaxBasisTotalAmount",
            "gross_total": _SUMMATION + "ram:GrandTotalAmount",
            "prepaid_amount": _SUMMATION + "ram:TotalPrepaidAmount",
            "rounding_amount": _SUMMATION + "ram:RoundingAmount",
            "payable_amount": _SUMMATION + "ram:DuePayableAmount",
        },
    ),
    tax_total=_SUMMATION + "ram:TaxTotalAmount",
    accounts=f"{_ACCOUNT}ram:IBANID | {_ACCOUNT}ram:ProprietaryID[not(../ram:IBANID)]",
    payment_terms=_TERMS + "/ram:Description",
    lines=Group(
        each="rsm:SupplyChainTradeTransaction/ram:IncludedSupplyChainTradeLineItem",
        texts={
            "description": ("ram:SpecifiedTradeProduct/ram:Name", "ram:SpecifiedTradeProduct/ram:Description"),
            "item_number": "ram:SpecifiedTradeProduct/ram:SellerAssignedID",
            "buyer_item_number": "ram:SpecifiedTradeProduct/ram:BuyerAssignedID",
            "unit": "ram:SpecifiedLineTradeDelivery/ram:BilledQuantity/@unitCode",
            "vat_category": _LINE_TAX + "ram:CategoryCode",
            "order_line": "ram:SpecifiedLineTradeAgreement/ram:BuyerOrderReferencedDocument/ram:LineID",
        },
        numbers={
            "quantity": "ram:SpecifiedLineTradeDelivery/ram:BilledQuantity",
            "unit_price": _NET + "ram:ChargeAmount",
            "base_quantity": (_NET + "ram:BasisQuantity", _GROSS + "ram:BasisQuantity"),
            "net_amount": "ram:SpecifiedLineTradeSettlement/ram:SpecifiedTradeSettlementLineMonetarySummation"
            "/ram:LineTotalAmount",
            "vat_rate": _LINE_TAX + "ram:RateApplicablePercent",
        },
    ),
    line_allowances_charges=Group(
        each="ram:SpecifiedLineTradeSettlement/ram:SpecifiedTradeAllowanceCharge",
        texts=_ALLOWANCE,
        numbers={"amount": "ram:ActualAmount"},
    ),
    tax_breakdown=Group(
        each=_SETTLEMENT + "ram:ApplicableTradeTax",
        texts={"category": "ram:CategoryCode", "exemption_reason": "ram:ExemptionReason"},
        numbers={
            "rate": "ram:RateApplicablePercent",
            "taxable_amount": "ram:BasisAmount",
            "tax_amount": "ram:CalculatedAmount",
        },
    ),
    allowances_charges=Group(
        each=_SETTLEMENT + "ram:SpecifiedTradeAllowanceCharge",
        texts={**_ALLOWANCE, "vat_category": "ram:CategoryTradeTax/ram:CategoryCode"},
        numbers={"amount": "ram:ActualAmount", "vat_rate": "ram:CategoryTradeTax/ram:RateApplicablePercent"},
    ),
    logistics_charges=Group(
        each=_SETTLEMENT + "ram:SpecifiedLogisticsServiceCharge",
        charge=True,
        texts={"reason": "ram:Description", "vat_category": "ram:AppliedTradeTax/ram:CategoryCode"},
        numbers={"amount": "ram:AppliedAmount", "vat_rate": "ram:AppliedTradeTax/ram:RateApplicablePercent"},
    ),
    attachments=Group(
        each=_AGREEMENT + "ram:AdditionalReferencedDocument[ram:AttachmentBinaryObject[text()]]",
        texts={"id": "ram:IssuerAssignedID", "content": "ram:AttachmentBinaryObject"},
    ),
)

_OLDER = {
    "ExchangedDocumentContext": "SpecifiedExchangedDocumentContext",
    "ExchangedDocument": "HeaderExchangedDocument",
    "SupplyChainTradeTransaction": "SpecifiedSupplyChainTradeTransaction",
    "ApplicableHeaderTradeAgreement": "ApplicableSupplyChainTradeAgreement",
    "ApplicableHeaderTradeSettlement": "ApplicableSupplyChainTradeSettlement",
    "SpecifiedTradeSettlementHeaderMonetarySummation": "SpecifiedTradeSettlementMonetarySummation",
    "SpecifiedLineTradeAgreement": "SpecifiedSupplyChainTradeAgreement",
    "SpecifiedLineTradeDelivery": "SpecifiedSupplyChainTradeDelivery",
    "SpecifiedLineTradeSettlement": "SpecifiedSupplyChainTradeSettlement",
    "SpecifiedTradeSettlementLineMonetarySummation": "SpecifiedTradeSettlementMonetarySummation",
    "RateApplicablePercent": "ApplicablePercent",
    "IssuerAssignedID": "ID",
}
"""Names of CII as ZUGFeRD 1.0 has them."""
_DUE_OR_GRAND = (
    _SUMMATION + "ram:DuePayableAmount",
    _SUMMATION + "ram:GrandTotalAmount[not(../ram:TotalPrepaidAmount)]",
)
"""What is left to pay may be left out in ZUGFeRD 1.0 where nothing was paid."""


ZUGFERD_1 = replace(
    CII,
    syntax="ZUGFeRD 1.0",
    namespaces={
        "rsm": "urn:ferd:CrossIndustryDocument:invoice:1p0",
        "ram": "urn:un:unece:uncefact:data:standard:ReusableAggregateBusinessInformationEntity:12",
        "udt": "urn:un:unece:uncefact:data:standard:UnqualifiedDataType:15",
    },
    invoice=replace(CII.invoice, numbers={**CII.invoice.numbers, "payable_amount": _DUE_OR_GRAND}),
    names=_OLDER,
)

BINDINGS = {
    "{urn:oasis:names:specification:ubl:schema:xsd:Invoice-2}Invoice": _ubl("Invoice"),
    "{urn:oasis:names:specification:ubl:schema:xsd:CreditNote-2}CreditNote": _ubl("CreditNote"),
    "{urn:un:unece:uncefact:data:standard:CrossIndustryInvoice:100}CrossIndustryInvoice": CII,
    "{urn:ferd:CrossIndustryDocument:invoice:1p0}CrossIndustryDocument": ZUGFERD_1,
}
"""By the name of the root element."""
