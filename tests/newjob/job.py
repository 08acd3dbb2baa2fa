"""A throw-away job: a mail that asks to be called back becomes a ticket. What `jobs/callback/` would hold."""

from collections.abc import Mapping, Sequence

from pydantic import BaseModel, ConfigDict

from jobs.core import Check, Draft, Headline, Inputs, Job, Source, Status
from jobs.crm import CreateRecord, CustomerClues, Write
from jobs.mail import MailFacts


class Callback(BaseModel):
    model_config = ConfigDict(extra="forbid")

    name: str
    phone: str


class CallbackRules(BaseModel):
    team: str


def blank(inputs: Inputs) -> Callback:
    return Callback(name=inputs.mail.sender.name, phone="")


def clues(proposal: Callback, sources: Sequence[Source], mail: MailFacts) -> CustomerClues:
    return CustomerClues(emails=(mail.sender.email,))


def claims(proposal: Callback) -> Mapping[str, str]:
    return {"name": proposal.name, "phone": proposal.phone}


def check(draft: Draft[Callback], inputs: Inputs) -> list[Check]:
    ok = bool(draft.proposal.phone)
    return [Check(name="phone", status=Status.PASS if ok else Status.FAIL, field="phone", message="a number to call")]


def plan(proposal: Callback, inputs: Inputs) -> list[Write]:
    record = CreateRecord(
        reference=inputs.case_id,
        kind="ticket",
        title=f"Call {proposal.name}",
        description=inputs.case_url,
        priority="normal",
        tags=("Callback",),
        team=inputs.rules.team,
        owner=None,
        customer_id=None,
        company=None,
        contact=proposal.name,
        email=inputs.mail.sender.email,
        phone=proposal.phone,
    )
    return [record]


def headline(proposal: Callback, inputs: Inputs) -> Headline:
    return Headline(customer=proposal.name, kind="callback", priority="normal")


CALLBACK = Job(
    name="callback",
    answer=Callback,
    proposal=Callback,
    prompt="Who wants to be called back, and on which number?",
    rules=CallbackRules(team="Service"),
    blank=blank,
    clues=clues,
    claims=claims,
    check=check,
    plan=plan,
    headline=headline,
)
