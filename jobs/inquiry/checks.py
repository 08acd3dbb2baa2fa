"""What is wrong with a proposal, or doubtful, in words that an approver understands."""

import re
from collections.abc import Sequence
from datetime import date

from rapidfuzz import fuzz, utils

from jobs.core import Check, Draft, Inputs, Status
from jobs.customers import Match
from jobs.grounding import normalise
from jobs.inquiry.schema import InquiryProposal, Request
from jobs.inquiry.target import customer_of, owner_of, route

_EMAIL = re.compile(r"[^@\s]+@[^@\s]+\.[^@\s.]+")
_GAP = r" (?:(?!(?:not|never|niet|nooit|geen|nicht|nie|niemals|pas|jamais)\b)[\w'-]+,? ){0,5}"
"""What ` ... ` stands for in the fraud patterns."""


def check(draft: Draft[InquiryProposal], inputs: Inputs) -> list[Check]:
    return [
        *_check_requests(draft.proposal, inputs),
        *_check_mail(draft.proposal, inputs),
        *_check_fraud(inputs),
        *(_check_target(draft.proposal, inputs) if draft.proposal.is_business else []),
    ]


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


def _check_mail(proposal: InquiryProposal, inputs: Inputs) -> list[Check]:
    problems = [_warn("mail", None, problem) for problem in inputs.mail.problems]
    if inputs.mail.bulk and proposal.is_business:
        problems.append(_warn("mail", None, f"{inputs.mail.bulk}, and yet it reads like business"))
    return problems or [_pass("mail", "was read completely")]


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
    match = customer_of(proposal, inputs)
    results = [_check_customer(match), *_check_duplicate(proposal, inputs)]
    for request in proposal.requests:
        rule = route(proposal, request, match.customer, inputs.rules)
        if rule is None:
            results.append(_warn("routing", None, "no routing rule fits: the record gets no team"))
        elif rule.team not in inputs.facts.teams:
            results.append(_warn("routing", None, f"the CRM has no team “{rule.team}”: the record gets none"))
        owner = owner_of(rule, match.customer)
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
    return [
        _warn("duplicate", None, f"“{record.title}” (#{record.id}) is open for this customer and much alike")
        for record in inputs.facts.open_records
        if record.reference != inputs.case_id
        and any(
            _title_score(record.title, request.summary) >= inputs.rules.duplicate_title_score
            for request in proposal.requests
        )
    ]


def _title_score(a: str, b: str) -> float:
    return fuzz.token_set_ratio(a, b, processor=utils.default_process)


def _iso(text: str) -> date | None:
    try:
        found = date.fromisoformat(text)
    except ValueError:
        return None
    return found if found.isoformat() == text else None


def _any_of(patterns: Sequence[str]) -> re.Pattern[str]:
    """One pattern of many, for normalised text."""
    return re.compile("|".join(f"(?:{pattern.replace(' ... ', _GAP)})" for pattern in patterns) or "(?!)")


def _pass(name: str, message: str) -> Check:
    return Check(name=name, status=Status.PASS, field=None, message=message)


def _warn(name: str, field: str | None, message: str) -> Check:
    return Check(name=name, status=Status.WARN, field=field, message=message)


def _fail(field: str, message: str) -> Check:
    return Check(name="fields", status=Status.FAIL, field=field, message=message)
