"""The invoice job: a supplier's invoice becomes a draft bill in the ERP, or a case with its exceptions for a clerk."""

from collections.abc import Sequence
from importlib.resources import files

from jobs.core import Check, Draft, Inputs, Job, Source, Status
from jobs.crm import CustomerClues
from jobs.invoice.exceptions import find
from jobs.invoice.grounded import check_values
from jobs.invoice.pieces import join, pieces
from jobs.invoice.plan import lacks, plan
from jobs.invoice.proposal import approver_role, asks, headline, refine
from jobs.invoice.rules import RULES
from jobs.invoice.schema import InvoiceProposal, InvoiceRead
from jobs.invoice.texts import read_by_model
from jobs.mail import MailFacts
from jobs.purchasing import PurchaseFacts

_COPIED = ("number", "seller_name", "buyer_name", "order_reference", "preceding_invoice")


def blank(inputs: Inputs) -> InvoiceProposal:
    """An empty form."""
    return InvoiceProposal(
        number=None,
        type=None,
        issue_date=None,
        due_date=None,
        currency=None,
        seller_name=None,
        seller_vat_id=None,
        iban=None,
        buyer_name=None,
        buyer_vat_id=None,
        order_reference=None,
        net_total=None,
        tax_total=None,
        gross_total=None,
        payable_amount=None,
        tax_breakdown=[],
        lines=[],
    )


def clues(proposal: InvoiceProposal, sources: Sequence[Source], mail: MailFacts) -> CustomerClues:
    """No customer: a supplier is looked up among the vendors."""
    return CustomerClues()


def claims(proposal: InvoiceProposal) -> dict[str, str]:
    """Names and numbers stand in the document word for word; amounts and dates it writes in its own way."""
    return {name: value for name in _COPIED if (value := getattr(proposal, name))}


def check(draft: Draft[InvoiceProposal], inputs: Inputs) -> list[Check]:
    """The exceptions, or what was found to be in order."""
    by_model = read_by_model(inputs) and inputs.proposed_by and not inputs.pictures
    values = check_values(draft.proposal, inputs) if by_model else []
    unread = [Check(name="input", status=Status.WARN, field=None, message=words) for words in inputs.mail.problems]
    checks = [*find(draft, inputs), *values, *_accounts(draft.proposal, inputs), *unread]
    return [*checks, *_leads_nowhere(draft.proposal, checks, inputs), *_asked(inputs)]


def _accounts(proposal: InvoiceProposal, inputs: Inputs) -> list[Check]:
    """An account that the ERP does not have is told here, not by its refusal of the bill."""
    facts = inputs.facts.purchase or PurchaseFacts()
    known = {*facts.accounts, *(line.account for line in facts.booked_lines)}
    return [
        Check(
            name="ACCOUNT_UNKNOWN",
            status=Status.FAIL,
            field=f"lines[{i}].account",
            message=f"the chart of accounts has no {line.account}",
            found=line.account,
            advice="Set the code of an account that the ERP has, or null for its own choice",
        )
        for i, line in enumerate(proposal.lines)
        if line.account and line.account not in known
    ]


def _leads_nowhere(proposal: InvoiceProposal, checks: Sequence[Check], inputs: Inputs) -> list[Check]:
    """Nobody approves, or accepts all exceptions of, what would then be closed without a bill or a letter."""
    asking = asks(proposal, inputs)
    stopped = any(check.status is Status.FAIL for check in checks) and not asking
    if stopped or plan(proposal, inputs):
        return []
    words = "there is nobody to write to" if asking else "no bill can be made of it"
    advice = "Enter what is missing in the ERP" if asking else "Set what is missing, or reject it"
    missing = ", ".join(lacks(proposal, inputs))
    message = f"{words}: it lacks {missing}"
    return [Check(name="bill", status=Status.FAIL, field=None, message=message, expected=missing, advice=advice)]


def stays_open(proposal: InvoiceProposal, inputs: Inputs) -> bool:
    return asks(proposal, inputs) and bool(plan(proposal, inputs))


def _asked(inputs: Inputs) -> list[Check]:
    if inputs.facts.purchase is None or not inputs.facts.purchase.asked:
        return []
    words = "a letter to the supplier has been drafted; this waits for what they say"
    return [Check(name="asked", status=Status.PASS, field=None, message=words)]


INVOICE = Job(
    name="invoice",
    answer=InvoiceRead,
    proposal=InvoiceProposal,
    prompt=(files("jobs.invoice") / "prompt.md").read_text(encoding="utf-8"),
    rules=RULES,
    blank=blank,
    clues=clues,
    claims=claims,
    refine=refine,
    check=check,
    plan=plan,
    headline=headline,
    approver_role=approver_role,
    pieces=pieces,
    join=join,
    stays_open=stays_open,
)
