"""Calls: their files, what the CRM knows of the people in them, and the deals that they may be about."""

from datetime import UTC, date, datetime

from activities.resources import Resources
from connectors.base import Refused
from documents.transcripts import read_transcript
from jobs.core import InputFile, Inputs, Intake, Source
from jobs.crm import CustomerClues, Facts
from jobs.customers import match_customer
from jobs.deals import Deal, DealFacts
from jobs.recap.call import CALL, COLLEAGUES, date_of, deal_number, text_of
from jobs.recap.dealing import clues
from jobs.recap.schema import RecapProposal
from ledger.blobs import Blobs

_SUBRIP = "application/x-subrip"


def read_call_file(content: bytes, blobs: Blobs, name: str, media_type: str) -> Intake:
    """A transcript or notes, in whatever form; what could not be read goes to the blob store."""
    name = "call.srt" if media_type == _SUBRIP else name
    read = read_transcript(content, name)
    for part, type_of_part in read.parts.values():
        blobs.put(part, type_of_part)
    return Intake(mail=read.facts, sources=read.sources, file=InputFile(name=name or "mail.eml", media_type=media_type))


def gather_call(resources: Resources, intake: Intake, day: date) -> Intake:
    """With the date of the call and our own people's logins. A `day` other than today is the one that somebody has
    named; else the file's own date comes first."""
    call = text_of(intake.sources, CALL)
    today, known = datetime.now(UTC).date(), date_of(call)
    if known is None or day != today:
        rest = "\n".join(line for line in call.splitlines() if not line.startswith("Date: "))
        call = f"Date: {day:%Y-%m-%d} {day:%A}\n{rest}".rstrip()
    others = [source for source in intake.sources if source.id not in (CALL, COLLEAGUES)]
    colleagues = "\n".join(resources.crm.owners())
    sources = [Source(id=CALL, text=call), Source(id=COLLEAGUES, text=colleagues), *others]
    return intake.model_copy(update={"sources": sources})


def call_facts(resources: Resources, proposal: RecapProposal, inputs: Inputs) -> Facts:
    """The deal that a person or the file names; else the customers that the call points at, and their open deals."""
    found = clues(proposal, inputs.sources, inputs.mail)
    candidates = resources.crm.find_customers(found) if found != CustomerClues() else []
    number = proposal.deal_id or deal_number(text_of(inputs.sources, CALL))
    customer = match_customer(candidates, found).customer
    ids = [customer.id] if customer else [one.id for one in candidates]
    deals = [deal] if number and (deal := _deal(resources, number, inputs)) else []
    if not number:
        deals = resources.deals.find_deals(ids, found.emails) if ids or found.emails else []
        deals = [_with_fields(resources, deal, inputs) for deal in deals] if len(deals) == 1 else deals
    whose = sorted({deal.customer_id for deal in deals if deal.customer_id})
    facts = DealFacts(
        deals=tuple(deals),
        contacts=tuple(resources.deals.contacts(whose)) if len(whose) == 1 else (),
        stages=tuple(resources.deals.stages()),
    )
    return Facts(candidates=tuple(candidates), owners=tuple(resources.crm.owners()), deal=facts)


def _deal(resources: Resources, number: int, inputs: Inputs) -> Deal | None:
    try:
        return resources.deals.deal(number, tuple(inputs.rules.fields.values()))
    except Refused:
        return None


def _with_fields(resources: Resources, deal: Deal, inputs: Inputs) -> Deal:
    fields = tuple(inputs.rules.fields.values())
    return resources.deals.deal(deal.id, fields) if fields else deal
