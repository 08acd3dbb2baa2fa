"""What a question is answered from: the question as it came, and the passages and records that speak of it."""

import json
from collections.abc import Iterator, Sequence
from contextlib import suppress
from datetime import date
from typing import cast

from pydantic import ValidationError

from activities.resources import Resources
from documents.mail import bare_facts
from jobs.answer.context import (
    QUESTION,
    RECORD,
    WHICH_CUSTOMER,
    named_customers,
    names_another,
    question_of,
    source_of,
    viewer_of,
)
from jobs.answer.question import parts_of, sought, topic_of
from jobs.answer.rules import AnswerRules
from jobs.answer.schema import Question
from jobs.context import Snippet, Viewer
from jobs.core import InputFile, Inputs, Intake, Source
from jobs.crm import Customer, CustomerClues, DocumentNow, Facts
from jobs.customers import FREEMAIL, match_customer
from jobs.erp import Product
from jobs.mail import Address, MailFacts
from knowledge.library import Library

JSON = "application/json"
_TITLE = 80
_PASSAGES = 8
"""For each part of the question."""
_CONTRACTS = 4
"""Of contracts, besides."""
_LOOKED_AT = 60
_MOST_PRODUCTS = 5


def read_question(content: bytes) -> Intake | None:
    """The JSON of a `Question`, which a colleague asks; None for anything else."""
    try:
        asked = Question.model_validate(json.loads(content))
    except (ValidationError, ValueError):
        return None
    facts = bare_facts(" ".join(asked.question.split())[:_TITLE], [], [])
    return Intake(
        mail=facts.model_copy(update={"sender": Address(name=asked.asker, email="")}),
        sources=[Source(id=QUESTION, text=asked.question)],
        file=InputFile(name="question.json", media_type=JSON),
        viewer=Viewer(roles=tuple(asked.roles), customers=(asked.customer,) if asked.customer else ()),
    )


def find_passages(resources: Resources, intake: Intake, day: date) -> Intake:
    """The question with what may answer it: only what whoever asks may see, and what holds on the day."""
    library = resources.knowledge.current()
    question = question_of(intake.sources)
    rules = cast("AnswerRules", resources.jobs["answer"].rules)
    viewer = intake.viewer or _of_mail(resources, intake.mail, rules)
    unclear: Sequence[str] = ()
    if not viewer.external:
        named, unclear = named_customers(question, library.documents())
        viewer = viewer.model_copy(update={"customers": tuple(dict.fromkeys((*viewer.customers, *named)))})
    found = passages_for(library, question, viewer, day)
    sources = [
        *intake.sources,
        *map(source_of, found),
        *(() if _of_another(library, question, viewer) else _records(resources, question, viewer)),
        *([Source(id=WHICH_CUSTOMER, text="\n".join(unclear))] if unclear else []),
    ]
    update = {"sources": sources, "viewer": viewer, "context": [*intake.context, *found]}
    return intake.model_copy(update=update)


def passages_for(library: Library, question: str, viewer: Viewer, day: date) -> list[Snippet]:
    """What is found for each part of the question, each passage once. Nothing where somebody outside asks about a
    customer other than themselves: what holds for the asker, or for all, would pass for what holds for the other."""
    if _of_another(library, question, viewer):
        return []
    parts = parts_of(question)
    found = (snippet for part in parts for snippet in _passages(library, sought(part, question), viewer, day))
    return list({snippet.id: snippet for snippet in found}.values())


def _of_another(library: Library, question: str, viewer: Viewer) -> bool:
    return viewer.external and any(
        names_another(part, viewer.customers, library.documents(), library.writes) for part in parts_of(question)
    )


def _passages(library: Library, question: str, viewer: Viewer, day: date) -> list[Snippet]:
    """The best ones; and of the contracts that may be opened the best, however much general rules say. A contract says
    its customer's name everywhere: there the topic alone is looked for."""
    hits = [hit.snippet for hit in library.search(question, viewer, day, _LOOKED_AT)]
    if not viewer.customers:
        return hits[:_PASSAGES]
    topic = topic_of(question, viewer.customers)
    again = [hit.snippet for hit in library.search(topic, viewer, day, _LOOKED_AT)] if topic else []
    alone = [hit.snippet for hit in library.search(question, viewer, day, _CONTRACTS, contracts=True)]
    contracts = [snippet for snippet in (*again, *hits, *alone) if snippet.document.customer]
    return hits[:_PASSAGES] + list({snippet.id: snippet for snippet in contracts}.values())[:_CONTRACTS]


def documents_now(resources: Resources, inputs: Inputs) -> Facts:
    """How it stands, now, with the documents that the model was given."""
    given = {snippet.document.id for snippet in inputs.context}
    now = [document for document in resources.knowledge.current().documents() if document.id in given]
    return Facts(
        documents=tuple(DocumentNow(id=one.id, sha256=one.sha256, in_force=one.holds(inputs.today)) for one in now)
    )


def _of_mail(resources: Resources, mail: MailFacts, rules: AnswerRules) -> Viewer:
    """Whoever wrote the mail; a customer by the address alone, for a name opens nobody's contract."""
    viewer = viewer_of(mail, rules.own_domains)
    if not viewer.external:
        return viewer
    domain = mail.sender.email.rpartition("@")[2]
    clues = CustomerClues(emails=(mail.sender.email,), domains=() if domain in FREEMAIL else (domain,))
    customer = match_customer(resources.crm.find_customers(clues), clues).customer
    return viewer.model_copy(update={"customers": _names_of(customer)}) if customer else viewer


def _names_of(customer: Customer) -> tuple[str, ...]:
    return tuple(name for name in (customer.name, customer.vat) if name)


def _records(resources: Resources, question: str, viewer: Viewer) -> Iterator[Source]:
    """Catalogue lines of the articles that the question names, and the terms of the customer that it is about."""
    for product in _products(resources, question):
        yield _product_source(resources, product)
    clues = CustomerClues(names=viewer.customers[:1])
    customer = match_customer(resources.crm.find_customers(clues), clues).customer if viewer.customers else None
    if customer:
        yield _customer_source(resources, customer)


def _products(resources: Resources, question: str) -> list[Product]:
    """By article number alone: words may mean any product."""
    words = dict.fromkeys(word.strip(".,;:?!()\"'“”") for word in question.split())
    numbers = [word for word in words if any(c.isdigit() for c in word) and any(c.isalpha() for c in word)]
    if not numbers:
        return []
    catalogue = resources.catalogue.current()
    found = (catalogue.by_sku(number) for number in numbers)
    return [product for product in found if product][:_MOST_PRODUCTS]


def _product_source(resources: Resources, product: Product) -> Source:
    lines = {"Article": product.sku, "Name": product.name, "Unit": product.unit, "Description": product.description}
    for stock in resources.erp.stock([product.id]):
        lines["Free stock"] = f"{stock.free:f} {product.unit}".strip()
        lines["Delivery time when out of stock"] = f"{stock.lead_days} days"
    return Source(id=f"{RECORD}product:{product.sku}", text=_rows(lines))


def _customer_source(resources: Resources, customer: Customer) -> Source:
    terms = resources.erp.terms(customer.id)
    lines = {
        "Customer": customer.name,
        "Payment terms": terms.payment_terms,
        "Currency": terms.currency,
        "Account manager": customer.owner,
    }
    with suppress(NotImplementedError):
        state = resources.deals.state(customer.id)
        open_ = [f"{one.number}: {one.total} {one.currency}, {one.state}" for one in state.quotations]
        lines["Open quotations"] = "; ".join(open_)
        lines["Last order"] = str(state.last_order or "")
    return Source(id=f"{RECORD}customer:{customer.id}", text=_rows(lines))


def _rows(lines: dict[str, str]) -> str:
    return "\n".join(f"{name}: {' '.join(value.split())}" for name, value in lines.items() if value.strip())
