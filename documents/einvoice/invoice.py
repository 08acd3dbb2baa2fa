"""What an e-invoice says, in the terms of EN 16931, each field with the line of the file that bears it out."""

import base64
import binascii
import mimetypes
import re
from dataclasses import dataclass, field
from decimal import Decimal
from typing import Any

from pydantic import BaseModel

from documents.contents import safe_name
from documents.einvoice.binding import BINDINGS, Binding, Group
from documents.einvoice.flat import Flat, value_of
from documents.einvoice.parsing import Element, is_xml, parse
from documents.einvoice.reading import Reading
from jobs.core import Draft, Finding, Source
from jobs.invoice.schema import AllowanceCharge, InvoiceLine, InvoiceProposal, TaxSubtotal

_ENVELOPE = "{http://www.unece.org/cefact/namespaces/StandardBusinessDocumentHeader}StandardBusinessDocument"
_INDICATORS = {"true": True, "1": True, "false": False, "0": False}
"""Of xs:boolean."""


@dataclass(frozen=True)
class Attachment:
    """A file that the invoice carries within itself (BG-24)."""

    name: str
    media_type: str
    content: bytes


@dataclass(frozen=True)
class EInvoice:
    draft: Draft[InvoiceProposal]
    source: Source
    """The file as lines `path: value`."""
    syntax: str
    """UBL Invoice, UBL CreditNote, CII, or ZUGFeRD 1.0."""
    guideline: str
    """BT-24: the specification that the file says it follows; or empty."""
    attachments: list[Attachment]
    problems: list[str]
    """Sentences: what cannot be read, and where the file contradicts itself."""
    findings: list[Finding] = field(default_factory=list[Finding])


def read_einvoice(content: bytes, name: str) -> EInvoice | None:
    """None: it is no e-invoice. `name` is the file's, and the id of the source.

    Raises BrokenXml for XML that is damaged, too large, or has a document type."""
    if not is_xml(content):
        return None
    root = find_invoice(parse(content))
    return None if root is None else _read(root, BINDINGS[str(root.tag)], name)


def find_invoice(root: Element) -> Element | None:
    """The e-invoice's own root, which may lie in a Peppol envelope."""
    candidates = list(root) if root.tag == _ENVELOPE else [root]
    return next((element for element in candidates if element.tag in BINDINGS), None)


def _read(root: Element, binding: Binding, name: str) -> EInvoice:
    flat = Flat(root)
    reading = Reading(flat, name, binding)
    stated = reading.group(binding.invoice, root, "")
    if "type" not in stated and binding.type:
        stated["type"] = binding.type
        reading.complain(root, f"does not say of which type it is, and is taken as {binding.type}")
    _compare_currencies(reading, binding, root, stated.get("currency"))
    iban, *further = _accounts(reading, binding, root) or [None]
    proposal = InvoiceProposal.model_validate(
        {
            **_empty(InvoiceProposal),
            **stated,
            "iban": iban,
            "further_ibans": further,
            "tax_total": _tax_total(reading, binding, root, stated.get("currency")),
            "payment_terms": _payment_terms(reading, binding, root),
            "tax_breakdown": _tax_breakdown(reading, binding, root),
            "allowances_charges": _allowances_charges(reading, binding, root),
            "lines": _lines(reading, binding, root),
        }
    )
    return EInvoice(
        draft=Draft(proposal=proposal, evidence=reading.evidence),
        source=Source(id=name, text=flat.text),
        syntax=binding.syntax,
        guideline=next(map(value_of, reading.find(binding.guideline, root)), ""),
        attachments=_attachments(reading, binding.attachments, root),
        problems=reading.problems,
    )


def _empty(model: type[BaseModel]) -> dict[str, Any]:
    return dict.fromkeys(name for name, info in model.model_fields.items() if info.is_required())


def _compare_currencies(reading: Reading, binding: Binding, root: Element, currency: str | None) -> None:
    for place in binding.invoice.numbers.values():
        for amount in reading.find(place, root):
            if currency and amount.get("currencyID", currency) != currency:
                reading.complain(amount, f"is in {amount.get('currencyID')}, and the invoice in {currency}")


def _tax_total(reading: Reading, binding: Binding, root: Element, currency: str | None) -> Decimal | None:
    """BT-110, the one in the invoice's currency; BT-111 is the same in the currency of the tax office."""
    amounts: list[Element] = reading.find(binding.tax_total, root)
    own = [amount for amount in amounts if not currency or amount.get("currencyID") == currency]
    unmarked = [amount for amount in amounts if amount.get("currencyID") is None]
    if amounts and not own and not unmarked:
        reading.complain(amounts[0], f"is in {amounts[0].get('currencyID')}, and the invoice in {currency}")
    return reading.number("tax_total", own or unmarked)


def _accounts(reading: Reading, binding: Binding, root: Element) -> list[str]:
    """Each once, however it is grouped."""
    accounts: dict[str, Element] = {}
    # What is called an IBAN goes before a number of the bank's own.
    for element in sorted(reading.find(binding.accounts, root), key=lambda one: one.tag.endswith("}ProprietaryID")):
        accounts.setdefault(re.sub(r"[\W_]", "", value_of(element)).upper(), element)
    for i, element in enumerate(accounts.values()):
        reading.prove(f"further_ibans[{i - 1}]" if i else "iban", element)
    return [value_of(element) for element in accounts.values()]


def _payment_terms(reading: Reading, binding: Binding, root: Element) -> str | None:
    notes = reading.find(binding.payment_terms, root)
    for note in notes:
        reading.prove("payment_terms", note)
    return "\n".join(map(value_of, notes)) or None


def _tax_breakdown(reading: Reading, binding: Binding, root: Element) -> list[TaxSubtotal]:
    rows = enumerate(reading.elements(binding.tax_breakdown.each, root))
    return [
        TaxSubtotal(**_empty(TaxSubtotal) | reading.group(binding.tax_breakdown, row, f"tax_breakdown[{i}]."))
        for i, row in rows
    ]


def _allowances_charges(reading: Reading, binding: Binding, root: Element) -> list[AllowanceCharge]:
    found: list[AllowanceCharge] = []
    for group in filter(None, (binding.allowances_charges, binding.logistics_charges)):
        for element in reading.elements(group.each, root):
            path = f"allowances_charges[{len(found)}]."
            stated = _stated_charge(reading, group, element, path)
            if stated is None:
                reading.forget(path)
            else:
                found.append(AllowanceCharge(**_empty(AllowanceCharge) | stated))
    return found


def _stated_charge(reading: Reading, group: Group, element: Element, path: str | None) -> dict[str, Any] | None:
    """With `charge` as true or false; None where it or the amount is missing."""
    stated = reading.group(group, element, path)
    charge = _INDICATORS.get(stated["charge"].lower()) if "charge" in stated else group.charge
    if charge is not None and "amount" in stated:
        return {**stated, "charge": charge}
    reading.complain(element, "does not say how much it is, or whether it is an allowance or a charge; it is left out")
    return None


def _lines(reading: Reading, binding: Binding, root: Element) -> list[InvoiceLine]:
    return [
        _line(reading, binding, element, f"lines[{i}].")
        for i, element in enumerate(reading.elements(binding.lines.each, root))
    ]


def _line(reading: Reading, binding: Binding, element: Element, path: str) -> InvoiceLine:
    stated = reading.group(binding.lines, element, path)
    if stated.get("base_quantity", 1) <= 0:
        reading.complain(element, "has a price for no quantity at all, which is taken as the price of one")
        reading.forget(path + "base_quantity")
        del stated["base_quantity"]
    allowance = _line_allowance(reading, binding.line_allowances_charges, element, path + "allowance")
    return InvoiceLine.model_validate({**_empty(InvoiceLine), "description": "", **stated, "allowance": allowance})


def _line_allowance(reading: Reading, group: Group, line: Element, path: str) -> Decimal:
    """Charges less discounts."""
    total = Decimal(0)
    for element in reading.elements(group.each, line):
        stated = _stated_charge(reading, group, element, None)
        if stated is not None:
            total += stated["amount"] if stated["charge"] else -stated["amount"]
            reading.prove(path, reading.find(group.numbers["amount"], element)[0])
    return total


def _attachments(reading: Reading, group: Group, root: Element) -> list[Attachment]:
    found: list[Attachment] = []
    for element in reading.elements(group.each, root):
        binary = reading.find(group.texts["content"], element)[0]
        names = [binary.get("filename", ""), *map(value_of, reading.find(group.texts["id"], element))]
        name = next((name for name in map(safe_name, names) if name), f"attachment-{len(found) + 1}")
        media_type = binary.get("mimeCode") or mimetypes.guess_type(name)[0] or "application/octet-stream"
        try:
            content = base64.b64decode("".join((binary.text or "").split()), validate=True)
        except binascii.Error:
            reading.complain(binary, "is no base64, so that the file in it is lost")
            continue
        found.append(Attachment(name, media_type, content))
    return found
