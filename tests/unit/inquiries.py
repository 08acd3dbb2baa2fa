"""Hand-made inquiries: what a mail, the CRM and a model might have given."""

from collections.abc import Sequence
from dataclasses import replace
from datetime import UTC, date, datetime
from typing import Any

from jobs.core import Check, Draft, Evidence, InputFile, Inputs, Release, Source, Status
from jobs.crm import Customer, Facts, OpenRecord
from jobs.inquiry.job import INQUIRY
from jobs.inquiry.rules import RULES, InquiryRules
from jobs.inquiry.schema import InquiryProposal, Item, Request
from jobs.mail import Address, MailFacts
from jobs.review import Review, review

TEXT = """Please quote 20 brass glands M20, wanted by 20 March.

Gareth Pugh
Severn Panels Ltd
+44 1632 960417"""
SENDER = Address(name="Gareth Pugh", email="gareth@severnpanels.example")
CUSTOMER = Customer(
    id=7, name="Severn Panels Limited", email="info@severnpanels.example", owner="lotte", country="GB", tags=("Gold",)
)
TEAMS = ("Sales", "Inside sales", "Service", "Accounts payable", "Back office")


def mail(**changes: Any) -> MailFacts:
    facts = MailFacts(
        message_id="<1@severnpanels.example>",
        sender=SENDER,
        reply_to=None,
        to=[Address(name="", email="sales@wholesaler.example")],
        subject="Price request",
        date=datetime(2026, 3, 10, 9, 30, tzinfo=UTC),
        in_reply_to=[],
        automatic=None,
        bulk=None,
        forwarded_from=None,
        attachments=[],
        problems=[],
    )
    return facts.model_copy(update=changes)


def inputs(
    text: str = TEXT,
    *,
    about: MailFacts | None = None,
    customers: Sequence[Customer] = (),
    records: Sequence[OpenRecord] = (),
    teams: Sequence[str] = TEAMS,
    owners: Sequence[str] = ("lotte",),
    rules: dict[str, Any] | None = None,
    proposed_by: str = "a-model",
) -> Inputs:
    about = about or mail()
    header = f"From: {about.sender.name} <{about.sender.email}>\nSubject: {about.subject}"
    return Inputs(
        case_id="inquiry-1",
        sources=[Source(id="mail.header", text=header), Source(id="mail.new_text", text=text)],
        mail=about,
        proposed_by=proposed_by,
        facts=Facts(candidates=tuple(customers), open_records=tuple(records), teams=tuple(teams), owners=tuple(owners)),
        rules=InquiryRules.model_validate({**RULES.model_dump(), **(rules or {})}),
        input_sha256="5e" * 32,
        input_file=InputFile(),
        opened=date(2026, 3, 2),
        today=date(2026, 3, 2),
        case_url="http://ui.example/inquiry-1",
    )


def request(**changes: Any) -> Request:
    given = Request(
        kind="order",
        summary="Asks for a price on brass glands.",
        company="Severn Panels Ltd",
        contact="Gareth Pugh",
        email="gareth@severnpanels.example",
        phone="+44 1632 960417",
        priority="normal",
        priority_reason=None,
        items=[Item(text="brass glands M20", quantity=20, unit=None)],
        wanted_date="2026-03-20",
    )
    return given.model_copy(update=changes)


def draft(
    *requests: Request, is_business: bool = True, evidence: Sequence[Evidence] = (), language: str = "en"
) -> Draft[InquiryProposal]:
    proposal = InquiryProposal(is_business=is_business, language=language, requests=list(requests or [request()]))
    return Draft(proposal=proposal, evidence=list(evidence))


def bare(**changes: Any) -> Request:
    """A request that claims nothing of the mail."""
    nothing: dict[str, Any] = dict.fromkeys(("company", "contact", "email", "phone", "wanted_date"))
    return request(**{**nothing, "items": [], **changes})


def reviewed(
    given: Draft[InquiryProposal],
    at: Inputs,
    release: Release | None = None,
    edited: Sequence[str] = (),
    **options: Any,
) -> Review:
    return review(INQUIRY, given, replace(at, edited=tuple(edited)), release or Release(), **options)


def doubts(checks: Sequence[Check]) -> list[tuple[str, Status, str | None]]:
    return [(check.name, check.status, check.field) for check in checks if check.status is not Status.PASS]
