"""Long invoices in pieces, and one proposal of what a model says to each."""

from typing import Any

import pytest

from jobs.core import Draft, Evidence, Source
from jobs.invoice.pieces import join, pieces
from jobs.invoice.schema import InvoiceRead
from jobs.joining import join_lines

HEAD = Source(id="mail.header", text="From: ar@kolbe.example")


def page(number: int, lines: int) -> Source:
    return Source(id=f"r.pdf, page {number}", text="\n".join(["row"] * lines))


def read(**values: Any) -> InvoiceRead:
    names: dict[str, Any] = dict.fromkeys(InvoiceRead.model_fields)
    return InvoiceRead.model_validate({**names, "tax_breakdown": [], "allowances_charges": [], "lines": [], **values})


def line(description: str) -> dict[str, Any]:
    others = ("item_number", "quantity", "unit", "unit_price", "net_amount", "vat_rate")
    return {"description": description, **dict.fromkeys(others)}


def draft(*evidence: Evidence, **values: Any) -> Draft[Any]:
    return Draft(proposal=read(**values), evidence=list(evidence))


def proof(field: str, quote: str = "x") -> Evidence:
    return Evidence(field=field, source="r.pdf, page 1", quote=quote)


def test_a_short_one_stays_whole() -> None:
    sources = [HEAD, page(1, 60), page(2, 60)]
    assert pieces(sources) == [sources]
    assert pieces([HEAD]) == [[HEAD]]


def test_a_long_one_is_cut_between_pages_each_with_the_head_of_the_mail() -> None:
    pages = [page(number, 70) for number in range(1, 6)]
    found = pieces([HEAD, *pages])
    assert [[source.id for source in piece] for piece in found] == [
        ["mail.header", "r.pdf, page 1", "r.pdf, page 2"],
        ["mail.header", "r.pdf, page 3", "r.pdf, page 4"],
        ["mail.header", "r.pdf, page 5"],
    ]


def test_a_page_is_never_cut() -> None:
    assert [len(piece) for piece in pieces([page(1, 400), page(2, 1)])] == [1, 1]


def test_what_is_too_long_is_refused_in_words() -> None:
    with pytest.raises(ValueError, match="too long to be read"):
        pieces([page(number, 1000) for number in range(1, 5)])


def test_the_head_is_that_of_the_first_the_totals_those_of_the_last() -> None:
    first = draft(number="R-1", seller_name="Kolbe", net_total="10.00", iban=None, lines=[line("a"), line("b")])
    second = draft(number="R-9", seller_name=None, net_total=None, lines=[line("c")])
    third = draft(number=None, net_total="30.00", gross_total="35.70", iban="DE44500105175407324931", lines=[line("d")])
    joined = join([first, second, third]).proposal
    assert (joined.number, joined.seller_name) == ("R-1", "Kolbe")
    assert (str(joined.net_total), str(joined.gross_total), joined.iban) == ("30.00", "35.70", "DE44500105175407324931")
    assert [line.description for line in joined.lines] == ["a", "b", "c", "d"]
    assert isinstance(joined, InvoiceRead)


def test_what_only_one_piece_says_is_kept() -> None:
    late = join([draft(number=None), draft(number="R-2", payment_terms=None)]).proposal
    early = join([draft(payment_terms="30 days", net_total="5.00"), draft()]).proposal
    assert late.number == "R-2"
    assert (early.payment_terms, str(early.net_total)) == ("30 days", "5.00")


def test_evidence_goes_with_what_was_chosen_under_its_new_number() -> None:
    first = draft(
        proof("number", "R-1"),
        proof("net_total", "10"),
        proof("lines[0].description", "a"),
        number="R-1",
        net_total="10.00",
        lines=[line("a")],
    )
    breakdown = [{"category": "S", "rate": "19", "taxable_amount": "30", "tax_amount": "5.70"}]
    second = draft(
        proof("number", "R-9"),
        proof("net_total", "30"),
        proof("lines[0].description", "b"),
        proof("tax_breakdown[0].rate", "19"),
        proof("numbers", "not of a field"),
        number="R-9",
        net_total="30.00",
        tax_breakdown=breakdown,
        lines=[line("b")],
    )
    found = {item.field: item.quote for item in join([first, second]).evidence}
    assert found == {
        "number": "R-1",
        "net_total": "30",
        "lines[0].description": "a",
        "lines[1].description": "b",
        "tax_breakdown[0].rate": "19",
    }


def test_one_draft_stays_as_it_is() -> None:
    only = draft(proof("number", "R-1"), proof("lines[0].quantity"), number="R-1", lines=[line("a")])
    joined = join([only])
    assert joined.proposal == only.proposal
    assert sorted(item.field for item in joined.evidence) == ["lines[0].quantity", "number"]


def test_lines_are_numbered_on() -> None:
    drafts = [
        draft(proof("lines[1].unit"), lines=[line("a"), line("b")]),
        draft(lines=[]),
        draft(proof("lines[0]"), proof("lines[0].vat_rate"), proof("gross_total"), lines=[line("c")]),
    ]
    lines, evidence = join_lines(drafts)
    assert [line.description for line in lines] == ["a", "b", "c"]
    assert [item.field for item in evidence] == ["lines[1].unit", "lines[2]", "lines[2].vat_rate"]
