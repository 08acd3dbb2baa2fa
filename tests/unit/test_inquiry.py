"""The inquiry job's own rules: clues, splitting, checks, routing, the record."""

from dataclasses import replace
from typing import Any

import pytest

from jobs.core import Draft, Evidence, Inputs, Mode, Part, Release, Route, Status
from jobs.crm import AttachFile, CreateRecord, Customer, OpenRecord
from jobs.inquiry.checks import check
from jobs.inquiry.job import blank, claims, headline, refine, split
from jobs.inquiry.record import plan
from jobs.inquiry.rules import RULES
from jobs.inquiry.schema import InquiryProposal, Item, Request
from jobs.inquiry.target import clues
from jobs.mail import Address
from tests.unit.inquiries import CUSTOMER, SENDER, bare, doubts, draft, inputs, mail, request, reviewed

SLA = CUSTOMER.model_copy(update={"tags": ("Gold", "SLA")})


def found_doubts(given: Draft[InquiryProposal], at: Inputs) -> list[tuple[str, Status, str | None]]:
    return doubts(check(given, at))


def record(at: Inputs, wanted: Request, language: str = "en") -> CreateRecord:
    write = plan(draft(wanted, language=language).proposal, at)[0]
    assert isinstance(write, CreateRecord)
    return write


def test_an_ordinary_inquiry_raises_no_doubt() -> None:
    assert found_doubts(draft(), inputs(customers=[CUSTOMER])) == []


# Blank form


def test_a_blank_form_holds_what_the_headers_say() -> None:
    [form] = blank(inputs()).requests
    assert (form.kind, form.summary, form.contact, form.email) == ("other", "Price request", SENDER.name, SENDER.email)
    assert (form.company, form.phone, form.items) == (None, None, [])


def test_a_blank_form_is_about_whoever_wrote_the_mail_inside() -> None:
    inner, reply = Address(name="Ann", email="ann@inner.example"), Address(name="", email="office@reply.example")
    [forwarded] = blank(inputs(about=mail(forwarded_from=inner, reply_to=reply))).requests
    [answered] = blank(inputs(about=mail(reply_to=reply, subject=""))).requests
    assert (forwarded.contact, forwarded.email) == ("Ann", "ann@inner.example")
    assert (answered.contact, answered.email, answered.summary) == (None, "office@reply.example", "(no subject)")


def test_a_blank_form_of_automatic_mail_is_no_business() -> None:
    proposal = blank(inputs(about=mail(automatic="out of office")))
    assert not proposal.is_business
    assert proposal.requests[0].kind == "not_business"
    assert proposal.requests[0].email is None
    assert plan(proposal, inputs()) == []


# Clues and claims


def test_clues_are_everyone_who_may_be_the_customer() -> None:
    found = clues(draft(request(email="Buyer@Rottmann.example")).proposal, inputs().sources, mail())
    assert found.emails == ("buyer@rottmann.example", SENDER.email)
    assert found.domains == ("rottmann.example", "severnpanels.example")
    assert found.names == ("Severn Panels Ltd",)


@pytest.mark.parametrize(
    "address", ["no-reply@shop.example", "noreply@shop.example", "do-not-reply@shop.example", "MAILER-DAEMON@x.example"]
)
def test_a_machine_s_address_is_no_clue(address: str) -> None:
    found = clues(draft(bare()).proposal, [], mail(sender=Address(name="", email=address)))
    assert (found.emails, found.domains) == ((), ())


@pytest.mark.parametrize("domain", ["gmail.com", "t-online.de", "ziggo.nl", "telenet.be", "orange.fr", "hotmail.co.uk"])
def test_a_freemail_domain_is_no_clue(domain: str) -> None:
    found = clues(draft(bare()).proposal, [], mail(sender=Address(name="", email=f"jan@{domain}")))
    assert (found.emails, found.domains) == ((f"jan@{domain}",), ())


@pytest.mark.parametrize(
    ("text", "vats"),
    [
        ("BTW NL 0044.95.445.B01", ("NL004495445B01",)),
        ("BTW NL004495445B01 KVK 12345678", ("NL004495445B01",)),
        ("BE 0428.759.497 RPR GENT", ("BE0428759497",)),
        ("USt-IdNr. DE136695976 HRB 4711", ("DE136695976",)),
        ("TVA FR 61 954 506 077", ("FR61954506077",)),
        ("VAT GB 980 7806 84", ("GB980780684",)),
        ("ATU13585627", ("ATU13585627",)),
        ("DE136695976, again DE136695976 and BE0428759497", ("DE136695976", "BE0428759497")),
        ("DE136695977", ()),
        ("IBAN NL91 ABNA 0417 1643 00", ()),
        ("IBAN DE89 3704 0044 0532 0130 00", ()),
        ("IBAN BE68 5390 0754 7034", ()),
    ],
)
def test_vat_numbers_are_found_by_their_check_digits(text: str, vats: tuple[str, ...]) -> None:
    assert clues(draft(bare()).proposal, inputs(text).sources, mail()).vats == vats


def test_claims_are_what_must_stand_in_the_mail() -> None:
    found = claims(draft(request(phone=None), bare(kind="not_business", company="Spam Inc")).proposal)
    assert found == {
        "requests[0].company": "Severn Panels Ltd",
        "requests[0].contact": "Gareth Pugh",
        "requests[0].email": "gareth@severnpanels.example",
        "requests[0].items[0].text": "brass glands M20",
    }


# Splitting


def test_each_part_keeps_its_own_evidence() -> None:
    fields = ["requests[0].kind", "requests[1].kind", "requests[1].items[0].text", "requests[10].kind", "language"]
    proofs = [Evidence(field=field, source="mail.new_text", quote=field) for field in fields]
    found = split(draft(*[bare(summary=str(n)) for n in range(11)], evidence=proofs), inputs())
    parts = [part.draft for part in found if part.draft]
    shown = [[(item.field, item.quote) for item in part.evidence] for part in parts]
    rest = ("language", "language")
    assert [part.proposal.requests[0].summary for part in parts] == [str(n) for n in range(11)]
    assert shown[0] == [("requests[0].kind", "requests[0].kind"), rest]
    assert shown[1] == [
        ("requests[0].kind", "requests[1].kind"),
        ("requests[0].items[0].text", "requests[1].items[0].text"),
        rest,
    ]
    assert shown[10] == [("requests[0].kind", "requests[10].kind"), rest]
    assert shown[2] == [rest]


def test_one_request_is_not_split() -> None:
    assert split(draft(), inputs()) == []


def test_a_request_that_another_job_takes_is_handed_over_to_be_read_again() -> None:
    assert split(draft(request(kind="quote_request")), inputs()) == [Part("quote", None)]
    mixed = split(draft(request(), request(kind="quote_request")), inputs())
    assert [(part.job, part.draft is None) for part in mixed] == [("inquiry", False), ("quote", True)]
    kept = inputs(rules={"hand_over": {}})
    assert split(draft(request(kind="quote_request")), kept) == []


def test_what_a_person_calls_a_request_for_quotation_stays_with_them() -> None:
    edited = replace(inputs(), edited=("requests[0].kind",))
    assert split(draft(request(kind="quote_request")), edited) == []


def test_the_part_that_is_no_business_is_declined_by_itself() -> None:
    order, spam = (part.draft for part in split(draft(request(), bare(kind="not_business")), inputs()))
    assert order is not None
    assert spam is not None
    assert reviewed(order, inputs(), Release(mode=Mode.AUTO)).route is Route.AUTO
    assert reviewed(spam, inputs(), Release(mode=Mode.AUTO)).route is Route.DECLINE


# Refining


@pytest.mark.parametrize(
    ("priority", "kind", "customer", "refined"),
    [
        ("normal", "order", SLA, "high"),
        ("normal", "order", CUSTOMER, "normal"),
        ("low", "order", SLA, "low"),
        ("normal", "not_business", SLA, "normal"),
    ],
)
def test_an_sla_makes_a_request_urgent(priority: str, kind: str, customer: Customer, refined: str) -> None:
    proposal = draft(request(priority=priority, kind=kind)).proposal
    [after] = refine(proposal, inputs(customers=[customer])).requests
    assert after.priority == refined
    assert (after.priority_reason == "Severn Panels Limited has an SLA") is (refined == "high")


def test_an_sla_leaves_the_reason_the_mail_gave() -> None:
    proposal = draft(request(priority="high", priority_reason="line down")).proposal
    assert refine(proposal, inputs(customers=[SLA])) == proposal
    assert refine(proposal, inputs()) == proposal


# Checks


@pytest.mark.parametrize(
    ("given", "field"),
    [
        (draft(request(), is_business=False), "is_business"),
        (draft(bare(kind="not_business")), "requests"),
        (Draft(proposal=InquiryProposal(is_business=True, language="en", requests=[]), evidence=[]), "requests"),
        (draft(request(email="gareth at severn")), "requests[0].email"),
        (draft(request(wanted_date="next week")), "requests[0].wanted_date"),
        (draft(request(wanted_date="20260320")), "requests[0].wanted_date"),
        (draft(request(items=[Item(text="M20", quantity=0, unit=None)])), "requests[0].items[0].quantity"),
        (draft(request(items=[Item(text="M20", quantity=-1, unit=None)])), "requests[0].items[0].quantity"),
    ],
)
def test_a_wrong_field_fails(given: Draft[InquiryProposal], field: str) -> None:
    assert found_doubts(given, inputs()) == [("fields", Status.FAIL, field)]


@pytest.mark.parametrize(
    ("given", "field"),
    [
        (draft(request(wanted_date="2026-03-09")), "requests[0].wanted_date"),
        (draft(request(priority="high")), "requests[0].priority"),
    ],
)
def test_an_odd_field_is_pointed_out(given: Draft[InquiryProposal], field: str) -> None:
    assert found_doubts(given, inputs()) == [("fields", Status.WARN, field)]


def test_a_date_on_the_mail_s_own_day_or_without_a_mail_date_is_fine() -> None:
    assert found_doubts(draft(request(wanted_date="2026-03-10")), inputs()) == []
    assert found_doubts(draft(request(wanted_date="2020-01-01")), inputs(about=mail(date=None))) == []


def test_what_could_not_be_read_is_pointed_out() -> None:
    results = check(draft(), inputs(about=mail(problems=["winmail.dat could not be opened"])))
    assert [(c.status, c.message) for c in results if c.name == "mail"] == [
        (Status.WARN, "winmail.dat could not be opened")
    ]


def test_rivals_are_named_and_nobody_is_linked() -> None:
    twins = [CUSTOMER, CUSTOMER.model_copy(update={"id": 8})]
    at = inputs(customers=twins)
    [message] = [c.message for c in check(draft(), at) if c.name == "customer" and c.status is Status.WARN]
    assert "Severn Panels Limited (#7) or Severn Panels Limited (#8)" in message
    assert record(at, request()).customer_id is None


def test_a_request_that_is_open_already_is_pointed_out() -> None:
    same = OpenRecord(id=31, title="Quote request: asks for a PRICE on brass glands", reference="inquiry-0")
    own = same.model_copy(update={"reference": "inquiry-1"})
    other = OpenRecord(id=32, title="Complaint: wrong colour delivered", reference="")
    at = inputs(customers=[CUSTOMER], records=[own, other])
    assert found_doubts(draft(), at) == []
    at = inputs(customers=[CUSTOMER], records=[own, other, same])
    [doubt] = [c for c in check(draft(), at) if c.status is not Status.PASS]
    assert (doubt.name, doubt.status) == ("duplicate", Status.WARN)
    assert "#31" in doubt.message


# Routing


@pytest.mark.parametrize(
    ("kind", "team", "kind_of_record", "owner"),
    [
        ("quote_request", "Sales", "lead", "lotte"),
        ("order", "Sales", "lead", "lotte"),
        ("complaint", "Service", "ticket", None),
        ("service_request", "Service", "ticket", None),
        ("invoice", "Accounts payable", "ticket", None),
        ("question", "Inside sales", "ticket", "lotte"),
        ("other", "Back office", "ticket", None),
    ],
)
def test_the_kind_decides_team_record_and_owner(kind: str, team: str, kind_of_record: str, owner: str | None) -> None:
    written = record(inputs(customers=[CUSTOMER]), request(kind=kind))
    assert (written.team, written.kind, written.owner) == (team, kind_of_record, owner)


@pytest.mark.parametrize(
    ("limits", "fits"),
    [
        ({"priorities": ["high"]}, False),
        ({"priorities": ["normal", "high"]}, True),
        ({"languages": ["nl"]}, False),
        ({"languages": ["en"], "countries": ["GB"]}, True),
        ({"countries": ["NL"]}, False),
        ({"kinds": ["complaint"]}, False),
    ],
)
def test_the_first_rule_that_fits_wins(limits: dict[str, Any], fits: bool) -> None:
    rules = [{"team": "Desk", "record": "ticket", "owner": "kim", **limits}, {"team": "Sales", "record": "lead"}]
    at = inputs(customers=[CUSTOMER], rules={"routing": rules}, teams=["Desk", "Sales"], owners=["kim"])
    written = record(at, request())
    assert (written.team, written.owner) == (("Desk", "kim") if fits else ("Sales", None))


def test_without_a_rule_that_fits_the_record_gets_no_team() -> None:
    at = inputs(rules={"routing": [{"kinds": ["complaint"], "team": "Sales", "record": "lead"}]})
    assert found_doubts(draft(), at) == [("routing", Status.WARN, None)]
    assert (record(at, request()).team, record(at, request()).kind) == (None, "ticket")


def test_a_team_or_owner_that_the_crm_lacks_is_left_out_and_pointed_out() -> None:
    at = inputs(customers=[CUSTOMER], teams=(), owners=())
    assert [c.message for c in check(draft(), at) if c.name == "routing"] == [
        "the CRM has no team “Sales”: the record gets none",
        "the CRM has no user “lotte”: the record gets no owner",
    ]
    assert (record(at, request()).team, record(at, request()).owner) == (None, None)


def test_a_stranger_has_no_account_manager() -> None:
    assert record(inputs(), request()).owner is None


# The record


def test_the_plan_is_one_record_with_the_mail_attached() -> None:
    at = inputs(customers=[CUSTOMER])
    wanted = request(priority="high", priority_reason="line down", items=[Item(text="M20", quantity=2.5, unit="box")])
    written, attached = plan(draft(wanted).proposal, at)
    assert attached == AttachFile(name="mail.eml", media_type="message/rfc822", sha256=at.input_sha256)
    assert isinstance(written, CreateRecord)
    assert (written.reference, written.customer_id, written.priority) == ("inquiry-1", 7, "high")
    assert (written.company, written.contact, written.email, written.phone) == (
        "Severn Panels Ltd",
        "Gareth Pugh",
        "gareth@severnpanels.example",
        "+44 1632 960417",
    )
    assert written.title == "Asks for a price on brass glands."
    assert written.tags == ("Order", "Countersign")
    for line in (
        "- 2.5 box M20",
        "Wanted by: 2026-03-20",
        "Priority high: line down",
        "Case: inquiry-1 http://ui.example/inquiry-1",
        "Please quote 20 brass glands M20, wanted by 20 March.",
    ):
        assert line in written.description.splitlines()


def test_a_known_customer_lends_its_name() -> None:
    assert record(inputs(customers=[CUSTOMER]), request(company=None)).company == "Severn Panels Limited"
    assert record(inputs(), request(company=None)).company is None


def test_long_texts_are_cut() -> None:
    written = record(inputs("x" * 9000), request(summary="y" * 500))
    assert len(written.title) == 120
    assert 4000 < len(written.description) < 5000


@pytest.mark.parametrize(
    "given",
    [
        draft(bare(kind="not_business"), is_business=False),
        draft(bare(kind="not_business")),
        draft(request(), is_business=False),
        draft(request(), request()),
        Draft(proposal=InquiryProposal(is_business=True, language="en", requests=[]), evidence=[]),
    ],
)
def test_nothing_is_planned_for_no_business_or_several_requests(given: Draft[InquiryProposal]) -> None:
    assert plan(given.proposal, inputs(customers=[CUSTOMER])) == []


def test_the_headline_is_the_most_urgent() -> None:
    several = draft(
        bare(kind="quote_request", priority="low"), request(kind="order", priority="high"), bare(kind="order")
    ).proposal
    line = headline(several, inputs())
    assert (line.customer, line.kind, line.priority) == ("Severn Panels Ltd", "quote_request, order", "high")
    assert headline(several, inputs(customers=[CUSTOMER])).customer == "Severn Panels Limited"
    assert headline(InquiryProposal(is_business=False, language="en", requests=[]), inputs()).priority == "normal"


def test_the_rules_are_complete() -> None:
    assert RULES.routing[-1].fits("other", "low", "xx", "")
