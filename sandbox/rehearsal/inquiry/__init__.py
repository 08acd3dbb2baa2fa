"""The rehearsal model's answer to the job `inquiry`: rules over the mail's own words."""

from collections.abc import Iterator, Mapping, Sequence
from dataclasses import replace

from jobs.core import Draft, Evidence
from jobs.inquiry.schema import InquiryProposal, Item, Request
from sandbox.rehearsal.inquiry.clauses import Clause, clauses
from sandbox.rehearsal.inquiry.dates import Dated, deadlines
from sandbox.rehearsal.inquiry.items import find_items
from sandbox.rehearsal.inquiry.junk import Junk, find_junk
from sandbox.rehearsal.inquiry.language import detect
from sandbox.rehearsal.inquiry.letter import Letter, read_letter
from sandbox.rehearsal.inquiry.people import Person, find_person
from sandbox.rehearsal.inquiry.phrases import Found, one_line
from sandbox.rehearsal.inquiry.priority import Urgency, judge
from sandbox.rehearsal.inquiry.products import find_product
from sandbox.rehearsal.inquiry.requests import Demand, gather
from sandbox.rehearsal.inquiry.signature import is_greeting
from sandbox.rehearsal.inquiry.text import Sentence, sentences
from sandbox.rehearsal.inquiry.words import Words, words

_WITH_ITEMS = ("quote_request", "order", "complaint", "question")
_SUMMARY_LENGTH = 160


def draft(sources: Mapping[str, str]) -> Draft[InquiryProposal]:
    """Reads the mail's sources and answers with a proposal and its evidence."""
    letter = read_letter(sources)
    language = detect(
        [letter.text.text, letter.subject.text, *(part.text for part in letter.signature)], letter.sender.domain
    )
    lists = words(language)
    body = [s for s in sentences(letter.text.source, letter.text.text) if not _is_salutation(s)]
    subject = Sentence(letter.subject.source, letter.subject.text, False)
    junk = find_junk(letter, body, lists)
    if junk:
        return _not_business(junk, language, lists, sources)
    person = find_person(letter, body, lists)
    subject_clause = next(iter(clauses([subject], lists)), None) if subject.text and not letter.is_reply else None
    found = find_items(body, lists.code)
    demands = gather(clauses(body, lists), subject_clause, {f.sentence for f in found}, lists)
    context = [subject] if subject.text else []
    if letter.note:
        context += sentences(letter.note.source, letter.note.text)
    alone = len(demands) == 1
    requests: list[Request] = []
    evidence: list[Evidence] = []
    for index, demand in enumerate(demands):
        items = _items(demand, found, letter, lists)
        days = _days(demand, context if alone else [], letter, lists)
        urgency = judge(_texts(demand, context if alone else []), days, letter.day, lists)
        wanted = min(days, key=lambda d: d.rank) if days else None
        requests.append(_request(demand, person, items, wanted, urgency, lists))
        evidence += _evidence(index, demand, person, items, wanted, urgency)
    proposal = InquiryProposal(is_business=True, language=language, requests=requests)
    return Draft[InquiryProposal](proposal=proposal, evidence=list(_standing(evidence, sources)))


def _is_salutation(sentence: Sentence) -> bool:
    return (
        is_greeting(sentence.text) and len(sentence.text.split()) <= 5 and not any(c.isdigit() for c in sentence.text)
    )


def _not_business(junk: Junk, language: str, lists: Words, sources: Mapping[str, str]) -> Draft[InquiryProposal]:
    label = lists.plain("summary", junk.reason)
    request = Request(
        kind="not_business",
        summary=_shortened(f"{label}: {one_line(junk.sentence.text)}"),
        company=None,
        contact=None,
        email=None,
        phone=None,
        priority="normal",
        priority_reason=None,
        items=[],
        wanted_date=None,
    )
    evidence = [Evidence(field="requests[0].kind", source=junk.sentence.source, quote=junk.sentence.text)]
    proposal = InquiryProposal(is_business=False, language=language, requests=[request])
    return Draft[InquiryProposal](proposal=proposal, evidence=list(_standing(evidence, sources)))


def _texts(demand: Demand, context: Sequence[Sentence]) -> list[Sentence]:
    """The demand's own words, clause by clause, then what stands around it."""
    own = [replace(c.sentence, text=c.sentence.text[c.start : c.end].strip()) for c in demand.clauses]
    return [*own, *context]


def _days(demand: Demand, context: Sequence[Sentence], letter: Letter, lists: Words) -> list[Dated]:
    today = letter.day
    if today is None or demand.kind in ("invoice", "other"):
        return []
    whole = {c.sentence: c for c in demand.clauses}
    own = [
        dated
        for sentence in dict.fromkeys(whole)
        for dated in deadlines(sentence, lists.code, today)
        if any(c.sentence == sentence and c.start <= dated.start < c.end for c in demand.clauses)
    ]
    return [*own, *(dated for sentence in context for dated in deadlines(sentence, lists.code, today))]


def _items(demand: Demand, found: Sequence[Found], letter: Letter, lists: Words) -> list[Found]:
    if demand.kind not in _WITH_ITEMS:
        return []
    own = [f for f in found if any(_holds(clause, f) for clause in demand.clauses)]
    if own:
        return own
    if demand.kind in ("quote_request", "order"):
        for attachment in letter.attachments:
            listed = find_items(sentences(attachment.source, attachment.text), lists.code)
            if listed:
                return listed
    product = None if demand.kind == "complaint" else find_product([c.sentence for c in demand.clauses], lists.code)
    return [product] if product else []


def _holds(clause: Clause, found: Found) -> bool:
    return clause.sentence == found.sentence and clause.start <= found.start < max(clause.end, clause.start + 1)


def _request(
    demand: Demand, person: Person, items: Sequence[Found], wanted: Dated | None, urgency: Urgency, lists: Words
) -> Request:
    return Request.model_validate(
        {
            "kind": demand.kind,
            "summary": _summary(demand, [f.item for f in items], wanted, lists),
            "company": person.company.value if person.company else None,
            "contact": person.contact.value if person.contact else None,
            "email": person.email.value if person.email else None,
            "phone": person.phone.value if person.phone else None,
            "priority": urgency.priority,
            "priority_reason": urgency.reason,
            "items": [f.item.model_dump() for f in items],
            "wanted_date": wanted.day.isoformat() if wanted else None,
        }
    )


def _summary(demand: Demand, items: Sequence[Item], wanted: Dated | None, lists: Words) -> str:
    """`Order: 8 rollen koperbuis 15mm; 50 knelkoppelingen 15x1/2 (gewenst uiterlijk 2026-02-13).`"""
    label = lists.plain("summary", demand.kind)
    if items and demand.kind in ("quote_request", "order"):
        told = "; ".join(_item_text(item) for item in items)
    else:
        lead = demand.lead or (demand.clauses[0] if demand.clauses else None)
        told = one_line(lead.sentence.text) if lead else lists.plain("summary", "empty")
    until = f" ({lists.plain('summary', 'wanted')} {wanted.day.isoformat()})" if wanted else ""
    return _shortened(f"{label}: {told}", _SUMMARY_LENGTH - len(until)) + until


def _item_text(item: Item) -> str:
    quantity = f"{item.quantity:g}" if item.quantity is not None else ""
    return " ".join(part for part in (quantity, item.unit or "", item.text) if part)


def _evidence(
    index: int, demand: Demand, person: Person, items: Sequence[Found], wanted: Dated | None, urgency: Urgency
) -> Iterator[Evidence]:
    path = f"requests[{index}]"
    lead = demand.lead or (demand.clauses[0] if demand.clauses else None)
    if lead:
        yield Evidence(field=f"{path}.kind", source=lead.sentence.source, quote=lead.sentence.text)
    facts = {"company": person.company, "contact": person.contact, "email": person.email, "phone": person.phone}
    for name, fact in facts.items():
        if fact:
            yield Evidence(field=f"{path}.{name}", source=fact.source, quote=fact.quote)
    if urgency.sentence:
        yield Evidence(field=f"{path}.priority", source=urgency.sentence.source, quote=urgency.quote)
    for number, found in enumerate(items):
        yield Evidence(field=f"{path}.items[{number}].text", source=found.sentence.source, quote=found.quote)
    if wanted:
        yield Evidence(field=f"{path}.wanted_date", source=wanted.sentence.source, quote=wanted.quote)


def _standing(evidence: Sequence[Evidence], sources: Mapping[str, str]) -> Iterator[Evidence]:
    """Only what really stands in its source: a quote over a line that was cut out is shortened to its first line."""
    for one in evidence:
        text = sources.get(one.source, "")
        quote = next((q for q in (one.quote, one.quote.split("\n")[0].strip()) if q and q in text), None)
        if quote:
            yield one.model_copy(update={"quote": quote})


def _shortened(text: str, length: int = _SUMMARY_LENGTH) -> str:
    return text if len(text) <= length else text[: length - 1].rstrip() + "…"
