"""The inquiry job: an inbound mail becomes one routed lead or ticket per request."""

import re
from collections.abc import Iterator, Sequence
from datetime import date
from importlib.resources import files
from typing import Any

from rapidfuzz import fuzz, utils

from jobs.core import Check, Draft, Headline, Inputs, Job, Source, Status
from jobs.crm import AttachFile, CreateRecord, Customer, CustomerClues, Write
from jobs.customers import FREEMAIL, Match, compact_vat, is_vat, match_customer
from jobs.grounding import normalise
from jobs.inquiry.rules import RULES, InquiryRules, Routing
from jobs.inquiry.schema import InquiryProposal, Item, Request
from jobs.mail import MailFacts

_LABELS = {
    "quote_request": "Quote request",
    "order": "Order",
    "complaint": "Complaint",
    "service_request": "Service request",
    "invoice": "Invoice",
    "question": "Question",
    "other": "Other",
    "not_business": "Not business",
}
_VAT = re.compile(r"\b(?:AT|BE|DE|DK|ES|FR|GB|IE|IT|LU|NL|PL|SE)[ .-]?(?:[0-9A-Z][ .-]?){8,13}\b")
_EMAIL = re.compile(r"[^@\s]+@[^@\s]+\.[^@\s.]+")
_NO_REPLY = re.compile(r"(no|do-?not|ne-?pas)-?(reply|repondre)|nicht-?antworten|mailer", re.IGNORECASE)
_GAP = r" (?:(?!(?:not|never|niet|nooit|geen|nicht|nie|niemals|pas|jamais)\b)[\w'-]+,? ){0,5}"
"""What ` ... ` stands for in the fraud patterns."""
_URGENCY = ("low", "normal", "high")
_EXCERPT = 4000
"""Characters of the mail that a record's description shows; the whole mail is attached."""


def blank(inputs: Inputs) -> InquiryProposal:
    """What the headers alone say: the form a person starts from."""
    mail = inputs.mail
    writer = mail.forwarded_from or mail.reply_to or mail.sender
    return InquiryProposal(
        is_business=not mail.automatic,
        language="en",
        requests=[
            Request(
                kind="not_business" if mail.automatic else "other",
                summary=f"Automatic mail: {mail.automatic}" if mail.automatic else mail.subject or "(no subject)",
                company=None,
                contact=None if mail.automatic else writer.name or None,
                email=None if mail.automatic else writer.email or None,
                phone=None,
                priority="normal",
                priority_reason=None,
                items=[],
                wanted_date=None,
            )
        ],
    )


def split(draft: Draft[InquiryProposal]) -> list[Draft[InquiryProposal]]:
    """One draft per request, each with the evidence of its own fields. A part that is no business says so itself."""
    requests = draft.proposal.requests
    if len(requests) < 2:
        return []
    return [
        Draft(
            proposal=draft.proposal.model_copy(
                update={
                    "is_business": draft.proposal.is_business and request.kind != "not_business",
                    "requests": [request],
                }
            ),
            evidence=[
                item.model_copy(update={"field": item.field.replace(f"requests[{i}]", "requests[0]", 1)})
                for item in draft.evidence
                if item.field.startswith(f"requests[{i}]") or not item.field.startswith("requests[")
            ],
        )
        for i, request in enumerate(requests)
    ]


def clues(proposal: InquiryProposal, sources: Sequence[Source], mail: MailFacts) -> CustomerClues:
    """Who wants the job done, as far as mail and proposal say."""
    writer = mail.forwarded_from or mail.reply_to or mail.sender
    emails = [request.email.lower() for request in proposal.requests if request.email]
    if writer.email and not _NO_REPLY.search(writer.email):
        emails.append(writer.email)
    domains = [domain for domain in (email.rpartition("@")[2] for email in emails) if domain not in FREEMAIL]
    text = "\n".join(source.text for source in sources)
    names = [request.company for request in proposal.requests if request.company]
    return CustomerClues(
        emails=_unique(emails),
        domains=_unique(domains),
        vats=_unique(_vats(text)),
        names=_unique(names),
    )


def claims(proposal: InquiryProposal) -> dict[str, str]:
    """Names, addresses, numbers and items must stand in the mail; kind and priority are judgements."""
    found: dict[str, str] = {}
    for i, request in enumerate(proposal.requests):
        if request.kind == "not_business":
            continue
        for name in ("company", "contact", "email", "phone"):
            value = getattr(request, name)
            if value:
                found[f"requests[{i}].{name}"] = value
        found |= {f"requests[{i}].items[{n}].text": item.text for n, item in enumerate(request.items)}
    return found


def refine(proposal: InquiryProposal, inputs: Inputs) -> InquiryProposal:
    """A customer with an SLA is urgent, whether or not the mail says so."""
    customer = _match(proposal, inputs).customer
    if customer is None or set(inputs.rules.sla_tags).isdisjoint(customer.tags):
        return proposal
    requests = [
        request.model_copy(update={"priority": "high", "priority_reason": f"{customer.name} has an SLA"})
        if request.priority == "normal" and request.kind != "not_business"
        else request
        for request in proposal.requests
    ]
    return proposal.model_copy(update={"requests": requests})


def check(draft: Draft[InquiryProposal], inputs: Inputs) -> list[Check]:
    return [
        *_check_requests(draft.proposal, inputs),
        *_check_mail(inputs),
        *_check_fraud(inputs),
        *(_check_target(draft.proposal, inputs) if draft.proposal.is_business else []),
    ]


def plan(proposal: InquiryProposal, inputs: Inputs) -> list[Write]:
    """One record with the mail attached. Nothing for mail that is no business, nor for several requests at once:
    each of those becomes a case of its own."""
    if not proposal.is_business or len(proposal.requests) != 1 or proposal.requests[0].kind == "not_business":
        return []
    [request] = proposal.requests
    customer = _match(proposal, inputs).customer
    rule = _routing(proposal, request, customer, inputs.rules)
    team, owner = rule.team if rule else None, _owner(rule, customer)
    label = _LABELS[request.kind]
    record = CreateRecord(
        reference=inputs.case_id,
        kind=rule.record if rule else "ticket",
        title=f"{label}: {request.summary}"[:120],
        description=_description(request, inputs),
        priority=request.priority,
        tags=(label, "Countersign"),
        team=team if team in inputs.facts.teams else None,
        owner=owner if owner in inputs.facts.owners else None,
        customer_id=customer.id if customer else None,
        company=request.company or (customer.name if customer else None),
        contact=request.contact,
        email=request.email,
        phone=request.phone,
    )
    return [record, AttachFile(name="mail.eml", media_type="message/rfc822", sha256=inputs.input_sha256)]


def headline(proposal: InquiryProposal, inputs: Inputs) -> Headline:
    customer = _match(proposal, inputs).customer
    names = (request.company or request.contact for request in proposal.requests)
    kinds = _unique(request.kind for request in proposal.requests)
    return Headline(
        customer=customer.name if customer else next((name for name in names if name), ""),
        kind=", ".join(kinds),
        priority=max((request.priority for request in proposal.requests), key=_URGENCY.index, default="normal"),
    )


def _check_requests(proposal: InquiryProposal, inputs: Inputs) -> list[Check]:
    problems: list[Check] = []
    business = [request for request in proposal.requests if request.kind != "not_business"]
    if proposal.is_business and not business:
        problems.append(_fail("requests", "is business, yet without a request: say what is wanted, or is_business: no"))
    if not proposal.is_business and business:
        problems.append(_fail("is_business", f"no business, yet there is a request of kind {business[0].kind}"))
    for i, request in enumerate(proposal.requests):
        problems += _check_request(f"requests[{i}]", request, inputs)
    return problems or [_pass("fields", "every field is in order")]


def _check_request(path: str, request: Request, inputs: Inputs) -> list[Check]:
    problems: list[Check] = []
    if request.email and not _EMAIL.fullmatch(request.email):
        problems.append(_fail(f"{path}.email", f"“{request.email}” is no mail address"))
    if request.priority == "high" and not request.priority_reason:
        problems.append(_warn("fields", f"{path}.priority", "high, but no reason is given"))
    if request.wanted_date:
        wanted = _iso(request.wanted_date)
        if wanted is None:
            problems.append(_fail(f"{path}.wanted_date", f"“{request.wanted_date}” is no date (YYYY-MM-DD)"))
        elif inputs.mail.date and wanted < inputs.mail.date.date():
            problems.append(_warn("fields", f"{path}.wanted_date", f"{wanted} lies before the mail itself"))
    negative = [n for n, item in enumerate(request.items) if item.quantity is not None and item.quantity <= 0]
    problems += [_fail(f"{path}.items[{n}].quantity", "is not above zero") for n in negative]
    return problems


def _check_mail(inputs: Inputs) -> list[Check]:
    return [_warn("mail", None, problem) for problem in inputs.mail.problems] or [_pass("mail", "was read completely")]


def _check_fraud(inputs: Inputs) -> list[Check]:
    if inputs.mail.automatic:
        return []
    suspicious, disclaimers = map(_any_of, (inputs.rules.fraud.patterns, inputs.rules.fraud.disclaimers))
    texts = [normalise(s.text) for s in inputs.sources if s.id in ("mail.header", "mail.new_text", "mail.thread")]
    match = next((found for text in texts if (found := suspicious.search(disclaimers.sub(".", text)))), None)
    if match is None:
        return [_pass("fraud", "no words of payment fraud")]
    return [
        _warn(
            "fraud",
            None,
            f"the mail speaks of “{match.group(0)}”. This may be payment fraud: pay nothing and change no bank "
            "account before you have called the company on a number you know",
        )
    ]


def _check_target(proposal: InquiryProposal, inputs: Inputs) -> list[Check]:
    match = _match(proposal, inputs)
    results = [_check_customer(match), *_check_duplicate(proposal, inputs)]
    for request in proposal.requests:
        rule = _routing(proposal, request, match.customer, inputs.rules)
        if rule is None:
            results.append(_warn("routing", None, "no routing rule fits: the record gets no team"))
        elif rule.team not in inputs.facts.teams:
            results.append(_warn("routing", None, f"the CRM has no team “{rule.team}”: the record gets none"))
        owner = _owner(rule, match.customer)
        if owner and owner not in inputs.facts.owners:
            results.append(_warn("routing", None, f"the CRM has no user “{owner}”: the record gets no owner"))
    return results


def _check_customer(match: Match) -> Check:
    if match.customer:
        return _pass("customer", f"{match.customer.name} (#{match.customer.id}), by {match.reason}")
    if match.rivals:
        rivals = " or ".join(f"{rival.name} (#{rival.id})" for rival in match.rivals[:5])
        return _warn("customer", None, f"by {match.reason} it could be {rivals}; the record is left unlinked")
    return _pass("customer", "not in the CRM yet: the record carries the contact itself")


def _check_duplicate(proposal: InquiryProposal, inputs: Inputs) -> list[Check]:
    titles = [f"{_LABELS[request.kind]}: {request.summary}" for request in proposal.requests]
    return [
        _warn("duplicate", None, f"“{record.title}” (#{record.id}) is open for this customer and much alike")
        for record in inputs.facts.open_records
        if record.reference != inputs.case_id
        and any(_title_score(record.title, title) >= inputs.rules.duplicate_title_score for title in titles)
    ]


def _title_score(a: str, b: str) -> float:
    return fuzz.token_set_ratio(a, b, processor=utils.default_process)


def _match(proposal: InquiryProposal, inputs: Inputs) -> Match:
    return match_customer(inputs.facts.candidates, clues(proposal, inputs.sources, inputs.mail))


def _routing(
    proposal: InquiryProposal, request: Request, customer: Customer | None, rules: InquiryRules
) -> Routing | None:
    case = (request.kind, request.priority, proposal.language, customer.country if customer else "")
    return next((rule for rule in rules.routing if rule.fits(*case)), None)


def _owner(rule: Routing | None, customer: Customer | None) -> str | None:
    if rule and rule.owner == "account_manager":
        return customer.owner or None if customer else None
    return rule.owner if rule else None


def _description(request: Request, inputs: Inputs) -> str:
    lines = [request.summary, ""]
    lines += [f"- {_item(item)}" for item in request.items]
    if request.wanted_date:
        lines.append(f"Wanted by: {request.wanted_date}")
    if request.priority_reason:
        lines.append(f"Priority {request.priority}: {request.priority_reason}")
    text = next((source.text for source in inputs.sources if source.id == "mail.new_text"), "")
    lines += ["", f"Case: {inputs.case_id} {inputs.case_url}".rstrip(), "", "From the mail:", text[:_EXCERPT]]
    return "\n".join(lines)


def _item(item: Item) -> str:
    quantity = "" if item.quantity is None else f"{item.quantity:g} "
    return f"{quantity}{item.unit + ' ' if item.unit else ''}{item.text}"


def _iso(text: str) -> date | None:
    try:
        found = date.fromisoformat(text)
    except ValueError:
        return None
    return found if found.isoformat() == text else None


def _vats(text: str) -> Iterator[str]:
    """VAT numbers that hold by their check digits. What stands behind one on its line is cut off group by group."""
    for found in _VAT.findall(text):
        groups = re.split(r"[ .-]", found)
        numbers = (compact_vat("".join(groups[:n])) for n in range(len(groups), 0, -1))
        yield from [number for number in numbers if is_vat(number)][:1]


def _any_of(patterns: Sequence[str]) -> re.Pattern[str]:
    """One pattern of many, for normalised text."""
    return re.compile("|".join(f"(?:{pattern.replace(' ... ', _GAP)})" for pattern in patterns) or "(?!)")


def _unique(values: Any) -> tuple[str, ...]:
    return tuple(dict.fromkeys(values))


def _pass(name: str, message: str) -> Check:
    return Check(name=name, status=Status.PASS, field=None, message=message)


def _warn(name: str, field: str | None, message: str) -> Check:
    return Check(name=name, status=Status.WARN, field=field, message=message)


def _fail(field: str, message: str) -> Check:
    return Check(name="fields", status=Status.FAIL, field=field, message=message)


INQUIRY = Job(
    name="inquiry",
    proposal=InquiryProposal,
    prompt=(files("jobs.inquiry") / "prompt.md").read_text(encoding="utf-8"),
    rules=RULES,
    blank=blank,
    split=split,
    clues=clues,
    claims=claims,
    refine=refine,
    check=check,
    plan=plan,
    headline=headline,
)
