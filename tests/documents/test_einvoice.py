"""E-invoices of every syntax: each field as written, with the line that bears it out; hostile XML in bounded time."""

import base64
import time
from dataclasses import replace
from datetime import date
from decimal import Decimal

import pytest

from documents.einvoice import Attachment, BrokenXml, EInvoice, read_einvoice
from jobs.grounding import check_evidence
from jobs.invoice.schema import AllowanceCharge, InvoiceProposal, TaxSubtotal
from tests.documents.einvoices import Line, Sample, cii, e, long_sample, ubl, zugferd_1

SYNTAXES = {"UBL Invoice": ubl, "CII": cii, "ZUGFeRD 1.0": zugferd_1}


def read(content: bytes | str) -> EInvoice:
    found = read_einvoice(content.encode() if isinstance(content, str) else content, "invoice.xml")
    assert found is not None
    return found


def proposal(content: bytes | str) -> InvoiceProposal:
    """Of a file with nothing to complain of."""
    found = read(content)
    assert found.problems == []
    return found.draft.proposal


def changed(content: bytes, old: str, new: str) -> bytes:
    assert old in content.decode()
    return content.decode().replace(old, new).encode()


def quote(found: EInvoice, field: str) -> list[str]:
    return [item.quote for item in found.draft.evidence if item.field == field]


@pytest.mark.parametrize("syntax", SYNTAXES)
def test_every_field_is_read_as_written(syntax: str) -> None:
    found = read(SYNTAXES[syntax]())
    invoice = found.draft.proposal
    assert (found.syntax, found.guideline, found.problems) == (syntax, "urn:cen.eu:en16931:2017", [])
    assert (invoice.number, invoice.type, invoice.currency) == ("F-2041", "380", "EUR")
    assert (invoice.issue_date, invoice.due_date) == (date(2026, 11, 3), date(2026, 12, 3))
    assert (invoice.seller_name, invoice.seller_vat_id) == ("Van Dam Kleppen B.V.", "NL001234567B01")
    assert (invoice.seller_tax_number, invoice.seller_country) == ("Van/11", "NL")
    assert invoice.seller_email == "ar@vandam.example"
    assert (invoice.buyer_name, invoice.buyer_vat_id) == ("Installatie Noord B.V.", "NL007654321B01")
    assert (invoice.iban, invoice.further_ibans) == ("NL91 ABNA 0417 1643 00", ["BE68539007547034"])
    assert (invoice.order_reference, invoice.preceding_invoice) == ("PO-7781", "F-1999")
    assert invoice.payment_terms == "30 days net"
    assert (invoice.line_total, invoice.charge_total) == (Decimal("650.00"), Decimal("25.00"))
    assert (invoice.allowance_total, invoice.rounding_amount) == (None, None)
    assert (invoice.net_total, invoice.tax_total) == (Decimal("675.00"), Decimal("122.55"))
    assert (invoice.gross_total, invoice.prepaid_amount) == (Decimal("797.55"), Decimal("97.55"))
    assert invoice.payable_amount == Decimal("700.00")
    assert invoice.tax_breakdown == [
        TaxSubtotal(category="S", rate=Decimal(21), taxable_amount=Decimal(515), tax_amount=Decimal("108.15")),
        TaxSubtotal(category="S", rate=Decimal(9), taxable_amount=Decimal(160), tax_amount=Decimal("14.40")),
    ]
    freight = AllowanceCharge(charge=True, amount=Decimal(25), reason="Freight", vat_rate=Decimal(21), vat_category="S")
    assert invoice.allowances_charges == [freight]


@pytest.mark.parametrize("syntax", SYNTAXES)
def test_every_field_of_a_line_is_read(syntax: str) -> None:
    valve, cable = proposal(SYNTAXES[syntax]()).lines
    assert (valve.description, valve.item_number, valve.buyer_item_number) == (
        "Ball valve DN50, brass",
        "VD-1",
        "OUR-1",
    )
    assert (valve.quantity, valve.unit, valve.unit_price) == (Decimal(40), "C62", Decimal("12.50"))
    assert (valve.net_amount, valve.allowance) == (Decimal("490.00"), Decimal("-10.00"))
    assert (valve.vat_rate, valve.vat_category, valve.order_line) == (Decimal(21), "S", "1")
    assert (cable.quantity, cable.unit, cable.base_quantity) == (Decimal(250), "MTR", Decimal(100))
    assert (cable.unit_price, cable.net_amount, cable.allowance) == (Decimal(64), Decimal(160), Decimal(0))


def test_the_same_invoice_gives_one_record_in_every_syntax() -> None:
    assert proposal(ubl()) == proposal(cii()) == proposal(zugferd_1())


@pytest.mark.parametrize("syntax", SYNTAXES)
def test_every_filled_field_has_a_line_of_the_file(syntax: str) -> None:
    found = read(SYNTAXES[syntax]())
    assert check_evidence(found.draft.evidence, [found.source]) == []
    lines = found.source.text.split("\n")
    assert {item.quote for item in found.draft.evidence} <= set(lines)
    assert {item.field for item in found.draft.evidence} == set(_filled(found.draft.proposal))


def _filled(invoice: InvoiceProposal) -> list[str]:
    """Paths of what an invoice states; what is empty or the standard's own default left out."""
    shown = invoice.model_dump(exclude_defaults=True, exclude_none=True)
    paths: list[str] = []
    for name, value in shown.items():
        if not isinstance(value, list):
            paths.append(name)
        for i, row in enumerate(value if isinstance(value, list) else []):
            paths += [f"{name}[{i}].{key}" for key in row] if isinstance(row, dict) else [f"{name}[{i}]"]
    return [*paths, "lines[0].base_quantity"]


def test_the_source_names_repeated_elements_and_what_an_amount_is_in() -> None:
    found = read(ubl())
    assert quote(found, "payable_amount") == [
        "Invoice/cac:LegalMonetaryTotal/cbc:PayableAmount: 700.00 (currencyID=EUR)"
    ]
    assert quote(found, "lines[1].unit") == ["Invoice/cac:InvoiceLine[2]/cbc:InvoicedQuantity: 250 (unitCode=MTR)"]
    assert quote(found, "lines[0].allowance") == [
        "Invoice/cac:InvoiceLine[1]/cac:AllowanceCharge/cbc:Amount: 10.00 (currencyID=EUR)"
    ]
    assert quote(found, "further_ibans[0]") == [
        "Invoice/cac:PaymentMeans[2]/cac:PayeeFinancialAccount/cbc:ID: BE68539007547034"
    ]
    summation = "rsm:SupplyChainTradeTransaction/ram:ApplicableHeaderTradeSettlement"
    assert quote(read(cii()), "due_date") == [
        f"rsm:CrossIndustryInvoice/{summation}/ram:SpecifiedTradePaymentTerms/ram:DueDateDateTime/udt:DateTimeString:"
        " 20261203 (format=102)"
    ]


def test_an_attribute_without_a_value_is_a_line_too() -> None:
    found = read(changed(ubl(), 'unitCode="MTR">250<', 'unitCode="MTR"><'))
    assert (found.draft.proposal.lines[1].unit, found.draft.proposal.lines[1].quantity) == ("MTR", None)
    assert check_evidence(found.draft.evidence, [found.source]) == []


def test_credit_note() -> None:
    found = read(ubl(Sample(type="381"), "CreditNote"))
    invoice = found.draft.proposal
    assert (found.syntax, found.problems, invoice.type, invoice.is_credit_note) == ("UBL CreditNote", [], "381", True)
    assert (invoice.due_date, invoice.lines[0].quantity) == (date(2026, 12, 3), Decimal(40))


def test_a_credit_note_is_one_even_if_it_does_not_say_so() -> None:
    found = read(ubl(Sample(type=""), "CreditNote"))
    assert found.draft.proposal.is_credit_note
    assert found.problems == ["CreditNote does not say of which type it is, and is taken as 381."]
    assert read(ubl(Sample(type=""))).draft.proposal.type is None


def test_prefixes_are_the_files_own_affair() -> None:
    renamed = ubl().decode().replace("cbc:", "basic:").replace("xmlns:cbc", "xmlns:basic")
    renamed = (
        renamed.replace("<Invoice", "<u:Invoice").replace("</Invoice", "</u:Invoice").replace("xmlns=", "xmlns:u=")
    )
    assert read(renamed).draft == read(ubl()).draft


def test_an_invoice_in_a_peppol_envelope() -> None:
    namespace = "http://www.unece.org/cefact/namespaces/StandardBusinessDocumentHeader"
    invoice = ubl().decode().partition("\n")[2]
    envelope = (
        f'<?xml version="1.0"?><s:StandardBusinessDocument xmlns:s="{namespace}">{{}}</s:StandardBusinessDocument>'
    )
    header = "<s:StandardBusinessDocumentHeader/>"
    assert read(envelope.format(header + invoice)).draft == read(ubl()).draft
    assert read_einvoice(envelope.format(header).encode(), "x.xml") is None


@pytest.mark.parametrize("encoding", ["utf-8-sig", "utf-16", "iso-8859-1"])
def test_encodings(encoding: str) -> None:
    text = ubl(Sample(lines=[Line("Dichtung für Ölpumpe", "1", "5.00", "5.00")])).decode()
    declared = text.replace('encoding="UTF-8"', f'encoding="{encoding.removesuffix("-sig")}"')
    assert proposal(declared.encode(encoding)).lines[0].description == "Dichtung für Ölpumpe"


def test_comments_and_processing_instructions_say_nothing() -> None:
    noisy = changed(ubl(), "F-2041", "F-<!-- no -->2041<?no F-1?>")
    assert proposal(noisy) == proposal(ubl())
    hidden = changed(ubl(), "<cbc:ID>F-2041</cbc:ID>", "<!-- <cbc:ID>F-1</cbc:ID> --><cbc:ID>F-2041</cbc:ID>")
    assert proposal(hidden) == proposal(ubl())


def test_line_breaks_within_a_value_stay_and_are_one_line_of_the_source() -> None:
    found = read(changed(ubl(), "Ball valve DN50, brass", "\n  Ball valve DN50,\n\tbrass\u202e "))
    assert found.draft.proposal.lines[0].description == "Ball valve DN50,\n\tbrass"
    assert quote(found, "lines[0].description") == [
        "Invoice/cac:InvoiceLine[1]/cac:Item/cbc:Name: Ball valve DN50, brass"
    ]


@pytest.mark.parametrize(
    ("written", "day"),
    [
        ("2026-11-03Z", date(2026, 11, 3)),
        ("2026-11-03+01:00", date(2026, 11, 3)),
        ("2026-11-31", None),
        ("03.11.2026", None),
        ("", None),
    ],
)
def test_days_in_ubl(written: str, day: date | None) -> None:
    found = read(changed(ubl(), "2026-11-03", written))
    assert found.draft.proposal.issue_date == day
    told = [f"Invoice/cbc:IssueDate is “{written}”, which is no date."] if written and not day else []
    assert found.problems == told


@pytest.mark.parametrize(
    ("format", "written", "day"),
    [
        ("102", "20261103", date(2026, 11, 3)),
        ("203", "202611031415", date(2026, 11, 3)),
        ("610", "202611", None),
        ("616", "202645", None),
        ("102", "03112026", None),
        ("102", "2026110", None),
    ],
)
def test_days_in_cii(format: str, written: str, day: date | None) -> None:
    found = read(changed(cii(), 'format="102">20261103', f'format="{format}">{written}'))
    assert found.draft.proposal.issue_date == day
    assert len(found.problems) == (not day)


@pytest.mark.parametrize("written", ["1.234,50", "12e3", "NaN", "7OO.00", "٧٠٠"])
def test_what_is_no_number_is_left_out_and_told(written: str) -> None:
    found = read(changed(ubl(), ">700.00<", f">{written}<"))
    assert found.draft.proposal.payable_amount is None
    assert found.problems == [f"Invoice/cac:LegalMonetaryTotal/cbc:PayableAmount is “{written}”, which is no number."]


def test_a_file_full_of_nonsense_is_told_in_a_page() -> None:
    found = read(changed(ubl(long_sample(100)), ">0.85<", ">cheap<"))
    assert len(found.problems) == 21
    assert found.problems[0].startswith("Invoice/cac:InvoiceLine[1]/cac:Price/cbc:PriceAmount is “cheap”")


def test_numbers_are_exact() -> None:
    found = proposal(changed(ubl(), ">700.00<", "> +0700.10000000000000000001 <"))
    assert found.payable_amount == Decimal("700.10000000000000000001")
    assert proposal(changed(ubl(), ">700.00<", ">-.5<")).payable_amount == Decimal("-0.5")


def test_a_field_that_contradicts_itself_is_told() -> None:
    twice = changed(ubl(), "<cbc:ID>F-2041</cbc:ID>", "<cbc:ID>F-2041</cbc:ID><cbc:ID>F-2042</cbc:ID>")
    found = read(twice)
    assert found.draft.proposal.number == "F-2041"
    assert found.problems == [
        "Invoice/cbc:ID[1] stands there more than once, with different values: “F-2041” and “F-2042”."
    ]
    same = changed(ubl(), "<cbc:ID>F-2041</cbc:ID>", "<cbc:ID>F-2041</cbc:ID><cbc:ID> F-2041</cbc:ID>")
    assert read(same).problems == []


def test_the_tax_total_is_the_one_in_the_invoices_currency() -> None:
    for make, name in ((ubl, "cbc:TaxAmount"), (cii, "ram:TaxTotalAmount")):
        own = e(name, "122.55", currencyID="EUR")
        foreign = e(name, "1366.40", currencyID="SEK")
        if make is ubl:
            both = changed(ubl(), "<cac:TaxTotal>", f"<cac:TaxTotal>{foreign}</cac:TaxTotal><cac:TaxTotal>")
        else:
            both = changed(cii(), own, foreign + own)
        assert proposal(both) == proposal(make())
        only = read(changed(make(), own, foreign))
        assert only.draft.proposal.tax_total is None
        assert [problem.split(" is ")[1] for problem in only.problems] == ["in SEK, and the invoice in EUR."]


def test_a_total_in_another_currency_is_told() -> None:
    found = read(changed(ubl(), '<cbc:PayableAmount currencyID="EUR"', '<cbc:PayableAmount currencyID="USD"'))
    assert found.problems == ["Invoice/cac:LegalMonetaryTotal/cbc:PayableAmount is in USD, and the invoice in EUR."]


def test_an_account_twice_is_one_account() -> None:
    accounts = ("NL91 ABNA 0417 1643 00", "nl91abna0417164300", "12-345")
    for make in (ubl, cii):
        invoice = proposal(make(Sample(accounts=accounts)))
        assert (invoice.iban, invoice.further_ibans) == ("NL91 ABNA 0417 1643 00", ["12-345"])
    assert proposal(ubl(Sample(accounts=()))).iban is None


def test_what_is_called_an_iban_goes_before_another_account() -> None:
    own = changed(
        cii(), "<ram:IBANID>NL91 ABNA 0417 1643 00</ram:IBANID>", "<ram:ProprietaryID>417</ram:ProprietaryID>"
    )
    assert (proposal(own).iban, proposal(own).further_ibans) == ("BE68539007547034", ["417"])


def test_only_a_vat_registration_is_a_vat_id() -> None:
    without = changed(cii(), 'schemeID="VA">NL001234567B01', 'schemeID="0002">NL001234567B01')
    assert (proposal(without).seller_vat_id, proposal(without).seller_tax_number) == (None, "Van/11")


def test_the_name_is_the_registered_one() -> None:
    assert proposal(ubl()).seller_name == "Van Dam Kleppen B.V."
    trading = changed(ubl(), e("cbc:RegistrationName", "Van Dam Kleppen B.V."), "")
    assert proposal(trading).seller_name == "Van"


def test_several_notes_on_payment_are_all_told() -> None:
    note = e("cbc:Note", "30 days net")
    found = read(changed(ubl(), note, note + e("cbc:Note", "2 % within 8 days")))
    assert found.draft.proposal.payment_terms == "30 days net\n2 % within 8 days"
    assert len(quote(found, "payment_terms")) == 2


def test_allowances_and_charges_of_a_line_are_added_up() -> None:
    more = e("cac:AllowanceCharge", e("cbc:ChargeIndicator", "true"), e("cbc:Amount", "2.50", currencyID="EUR"))
    found = read(changed(ubl(), "<cac:Item><cbc:Name>Ball", more + "<cac:Item><cbc:Name>Ball"))
    assert found.draft.proposal.lines[0].allowance == Decimal("-7.50")
    assert len(quote(found, "lines[0].allowance")) == 2


def test_an_allowance_without_amount_or_sign_is_left_out_and_told() -> None:
    for old, new in ((">25.00<", ">much<"), ("<cbc:ChargeIndicator>true", "<cbc:ChargeIndicator>perhaps")):
        found = read(changed(ubl(), old, new))
        assert found.draft.proposal.allowances_charges == []
        assert not [item for item in found.draft.evidence if item.field.startswith("allowances_charges")]
        assert "it is left out" in found.problems[-1]


def test_freight_of_cii_is_a_charge() -> None:
    tax = e("ram:AppliedTradeTax", e("ram:CategoryCode", "S"), e("ram:RateApplicablePercent", "21"))
    pallet = e("ram:SpecifiedLogisticsServiceCharge", e("ram:Description", "Pallet"), e("ram:AppliedAmount", "8"), tax)
    with_pallet = changed(cii(), "<ram:SpecifiedTradePaymentTerms>", pallet + "<ram:SpecifiedTradePaymentTerms>")
    freight, added = proposal(with_pallet).allowances_charges
    assert (freight.reason, added.reason, added.charge, added.amount) == ("Freight", "Pallet", True, Decimal(8))


def test_a_price_for_no_quantity_is_told() -> None:
    found = read(changed(ubl(), '<cbc:BaseQuantity unitCode="MTR">100', '<cbc:BaseQuantity unitCode="MTR">0'))
    assert found.draft.proposal.lines[1].base_quantity == 1
    assert not quote(found, "lines[1].base_quantity")
    assert "a price for no quantity" in found.problems[0]


def test_zugferd_1_may_leave_out_what_is_left_to_pay() -> None:
    without = changed(zugferd_1(), "<ram:DuePayableAmount>700.00</ram:DuePayableAmount>", "")
    assert proposal(without).payable_amount is None
    unpaid = changed(without, "<ram:TotalPrepaidAmount>97.55</ram:TotalPrepaidAmount>", "")
    assert proposal(unpaid).payable_amount == Decimal("797.55")


def test_an_empty_invoice_is_an_invoice() -> None:
    schema = "urn:oasis:names:specification:ubl:schema:xsd:Invoice-2"
    found = read(f'<Invoice xmlns="{schema}"><ID>not in its namespace</ID></Invoice>')
    assert (found.draft.evidence, found.draft.proposal.lines, found.problems) == ([], [], [])
    assert found.draft.proposal.number is None


def test_embedded_files() -> None:
    bytes_ = base64.encodebytes(b"%PDF-1.7 time sheet" * 9).decode()
    pdf = e("cbc:EmbeddedDocumentBinaryObject", bytes_, mimeCode="application/pdf", filename="../../etc/sheet.pdf")
    bare = e("cbc:EmbeddedDocumentBinaryObject", "aGVsbG8=")
    bad = e("cbc:EmbeddedDocumentBinaryObject", "not base64!", filename="lost.pdf")
    link = e("cac:ExternalReference", e("cbc:URI", "https://files.example/terms.pdf"))
    references = "".join(
        e("cac:AdditionalDocumentReference", e("cbc:ID", f"A{i}.txt"), e("cac:Attachment", inside))
        for i, inside in enumerate((pdf, bare, bad, link))
    )
    found = read(changed(ubl(), "<cac:AccountingSupplierParty>", references + "<cac:AccountingSupplierParty>"))
    assert found.attachments == [
        Attachment("sheet.pdf", "application/pdf", b"%PDF-1.7 time sheet" * 9),
        Attachment("A1.txt", "text/plain", b"hello"),
    ]
    assert len(found.problems) == 1
    assert "AdditionalDocumentReference[3]" in found.problems[0]
    assert "JVBERi0" not in found.source.text


def test_embedded_files_of_cii() -> None:
    scan = e("ram:AttachmentBinaryObject", "aGVsbG8=", mimeCode="image/png", filename="scan.png")
    reference = e("ram:AdditionalReferencedDocument", e("ram:IssuerAssignedID", "S1"), e("ram:TypeCode", "916"), scan)
    end = "</ram:ApplicableHeaderTradeAgreement>"
    assert read(changed(cii(), end, reference + end)).attachments == [Attachment("scan.png", "image/png", b"hello")]


@pytest.mark.parametrize(
    "content",
    [
        "",
        "Dear all,\nplease find our invoice below",
        "<ar@vandam.example> wrote: CrossIndustry is booming",
        "<!DOCTYPE html><html><body>Invoice <b>F-1</b>",
        '<?xml version="1.0"?><!DOCTYPE html PUBLIC "-//W3C//DTD XHTML 1.0" "x.dtd"><html/>',
        '<?xml version="1.0"?><order><number>7</number></order>',
        '<Order xmlns="urn:oasis:names:specification:ubl:schema:xsd:Order-2"/>',
        "%PDF-1.7",
    ],
)
def test_what_is_no_e_invoice(content: str) -> None:
    assert read_einvoice(content.encode(), "invoice.xml") is None


def _laughs(use: str) -> str:
    entities = "".join(f'<!ENTITY l{i + 1} "{f"&l{i};" * 10}">' for i in range(9))
    return f'<?xml version="1.0"?><!-- <x> --><!DOCTYPE Invoice [<!ENTITY l0 "lol">{entities}]>{use}'


DEEP = "<cac:Party>" * 200
HOSTILE = {
    "billion laughs": (_laughs("<Invoice>&l9;</Invoice>"), "document type of its own"),
    "laughs in an attribute": (_laughs('<Invoice x="&l9;"/>'), "document type of its own"),
    "external entity": (
        '<!DOCTYPE Invoice [<!ENTITY x SYSTEM "file:///etc/passwd">]><Invoice>&x;</Invoice>',
        "document type of its own",
    ),
    "external DTD": (
        '<?xml version="1.0"?><!DOCTYPE Invoice SYSTEM "http://192.0.2.1/x.dtd"><Invoice/>',
        "document type of its own",
    ),
    "in UTF-16": (_laughs("<Invoice>&l9;</Invoice>").encode("utf-16"), "document type of its own"),
    "undefined entity": (changed(ubl(), "F-2041", "&number;"), "no well-formed XML"),
    "deep": (changed(ubl(), "<cbc:Note>", DEEP * 2 + "<cbc:Note>"), "no well-formed XML"),
    "long paths": (
        changed(ubl(), "<cbc:Note>", DEEP + "<cbc:Note>x</cbc:Note>" * 90_000 + DEEP.replace("<", "</") + "<cbc:Note>"),
        "says more than can be read",
    ),
    "50 MB": (ubl() + b" " * 50_000_000, "larger than the 20 MB"),
    "a long text": (changed(ubl(), "30 days net", "x" * 12_000_000), "no well-formed XML"),
    "a long value": (changed(ubl(), "NL91 ABNA 0417 1643 00", "9" * 9_000_000), "a value of more than 100000"),
    "many elements": (changed(ubl(), "<cbc:Note>", "<cbc:Note/>" * 600_000 + "<cbc:Note>"), "more than the 300000"),
    "cut off": (ubl()[:1500], "no well-formed XML"),
    "two roots": (ubl() + b"<x/>", "no well-formed XML"),
    "another encoding than declared": (ubl().replace(b"Freight", b"Fr\xe9ight"), "no well-formed XML"),
    "an encoding nobody knows": (ubl().replace(b"UTF-8", b"KLINGON"), "no well-formed XML"),
}


@pytest.mark.parametrize("name", HOSTILE)
def test_hostile_xml_is_refused_in_words_and_at_once(name: str) -> None:
    content, words = HOSTILE[name]
    start = time.process_time()
    with pytest.raises(BrokenXml, match=words):
        read_einvoice(content.encode() if isinstance(content, str) else content, "invoice.xml")
    assert time.process_time() - start < 2


def test_markup_in_a_value_is_text() -> None:
    found = proposal(changed(ubl(), "Freight", "<![CDATA[<!DOCTYPE x> & Freight]]>"))
    assert found.allowances_charges[0].reason == "<!DOCTYPE x> & Freight"


def test_a_long_invoice_is_read_in_proportion() -> None:
    start = time.process_time()
    invoice = proposal(cii(replace(long_sample(2000), number="F-1")))
    assert (len(invoice.lines), invoice.line_total) == (2000, Decimal("17000.00"))
    assert time.process_time() - start < 5
