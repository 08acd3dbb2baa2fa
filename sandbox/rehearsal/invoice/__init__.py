"""The invoice job's rules of thumb: labels in six languages, checksums, and arithmetic that proves which amounts are
the totals. What the pages do not say stays empty."""

from collections.abc import Iterator, Mapping
from typing import Any

from jobs.core import Draft, Evidence
from jobs.invoice.schema import CREDIT_NOTES, InvoiceRead, ReadLine
from sandbox.rehearsal.invoice.facts import (
    find_currency,
    find_due_date,
    find_issue_date,
    find_number,
    find_order,
    find_preceding,
    find_terms,
    find_type,
)
from sandbox.rehearsal.invoice.identifiers import find_iban, find_vat_ids
from sandbox.rehearsal.invoice.lines import Line, kept_lines, read_lines, sum_of
from sandbox.rehearsal.invoice.page import Found
from sandbox.rehearsal.invoice.paper import read_paper
from sandbox.rehearsal.invoice.parties import find_parties
from sandbox.rehearsal.invoice.title import CORRECTED, SELF_BILLED
from sandbox.rehearsal.invoice.totals import adjustments, find_totals


def draft(sources: Mapping[str, str]) -> Draft[InvoiceRead]:
    """The invoice that these texts hold."""
    paper = read_paper(sources)
    lines = read_lines(paper)
    last_line = lines[-1].row.number if lines else -1
    totals = find_totals(paper, {line.row.number for line in lines if line.proven}, last_line)
    vat_ids = find_vat_ids(paper)
    number = find_number(paper, {one.value for one in vat_ids})
    kind = find_type(paper)
    self_billed = kind is not None and kind.value == SELF_BILLED
    iban = find_iban(paper)
    parties = find_parties(paper, vat_ids, self_billed=self_billed)
    corrects = kind is not None and (kind.value in CREDIT_NOTES or kind.value == CORRECTED)
    facts: dict[str, Found[Any] | None] = {
        "number": number,
        "type": kind,
        "issue_date": find_issue_date(paper, number),
        "due_date": find_due_date(paper),
        "currency": find_currency(paper, [*(one.found for one in vat_ids), *([iban] if iban else [])]),
        "seller_name": parties.seller,
        "seller_vat_id": parties.seller_vat_id,
        "iban": iban,
        "buyer_name": parties.buyer,
        "buyer_vat_id": parties.buyer_vat_id,
        "order_reference": find_order(paper),
        "preceding_invoice": find_preceding(paper, number.value if number else None) if corrects else None,
        "payment_terms": find_terms(paper),
        "net_total": totals.net,
        "tax_total": totals.tax,
        "gross_total": totals.gross,
        "prepaid_amount": totals.prepaid,
        "payable_amount": totals.payable,
    }
    lines = kept_lines(lines, totals)
    changes = adjustments(totals, sum_of(lines))
    proposal = InvoiceRead(
        **{name: one.value if one else None for name, one in facts.items()},
        tax_breakdown=[one.value for one in totals.breakdown],
        allowances_charges=[one.value for one in changes],
        lines=[_read_line(line) for line in lines],
    )
    evidence = [_evidence(name, one) for name, one in facts.items() if one]
    evidence += [_evidence(f"tax_breakdown[{i}]", one) for i, one in enumerate(totals.breakdown)]
    evidence += [_evidence(f"allowances_charges[{i}]", one) for i, one in enumerate(changes)]
    return Draft(proposal=proposal, evidence=[*evidence, *_of_lines(lines)])


def _evidence(name: str, one: Found[Any]) -> Evidence:
    return Evidence(field=name, source=one.source, quote=one.quote)


def _read_line(line: Line) -> ReadLine:
    return ReadLine(
        description=line.description,
        item_number=line.item_number,
        quantity=line.quantity,
        unit=line.unit,
        unit_price=line.unit_price,
        net_amount=line.net,
        vat_rate=line.rate,
    )


def _of_lines(lines: list[Line]) -> Iterator[Evidence]:
    for index, line in enumerate(lines):
        for name, value in _read_line(line).model_dump().items():
            if value is not None:
                row = line.amount_row if name == "net_amount" and line.amount_row else line.row
                yield Evidence(field=f"lines[{index}].{name}", source=row.source, quote=row.text)
