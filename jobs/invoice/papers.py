"""Is it an invoice at all? Other papers of trade look like one: statements, reminders, pro forma invoices, delivery
notes, order confirmations, offers. Data say themselves what they are (BT-3); of a text that a model has read its titles
decide, whatever the model has answered."""

import re
from collections.abc import Iterator, Sequence

from jobs.core import Check, Inputs
from jobs.edits import covered
from jobs.grounding import normalise
from jobs.invoice import texts
from jobs.invoice.raising import error
from jobs.invoice.rules import InvoiceRules, OtherPaper
from jobs.invoice.schema import InvoiceProposal

_HEAD = 15
"""Rows from the top among which titles stand."""
_BEHIND = 5
"""Words that may follow a title in its cell: a number, a date."""
_SUBJECT = re.compile(r"^Subject: (?:(?:re|aw|antw|fwd?|wg|tr|rif|rv)\s*:\s*)*(.*)$", re.I | re.M)


def check_paper(proposal: InvoiceProposal, inputs: Inputs) -> Iterator[Check]:
    rules: InvoiceRules = inputs.rules
    typed = next((paper for paper in rules.other_papers if proposal.type in paper.types), None)
    if typed:
        yield _none(typed.name, proposal.type or "")
    elif texts.read_by_model(inputs) and not covered("type", inputs.edited):
        yield from _titled(inputs, rules)


def _titled(inputs: Inputs, rules: InvoiceRules) -> Iterator[Check]:
    cells = [normalise(cell) for cell in _head(inputs)]
    titles = [(i, paper) for i, cell in enumerate(cells) for paper in rules.other_papers if _is_title(cell, paper)]
    first = next((i for i, cell in enumerate(cells) if re.match(rules.invoice_title, cell)), len(cells))
    labelled = any(re.search(rules.invoice_label, cell) for cell in cells)
    for i, paper in titles:
        before = i <= first if paper.overrules else first == len(cells) and not labelled
        if before or paper.always:
            yield _none(paper.name, cells[i])
            return
    pages = "\n".join(source.text for source in inputs.sources if not source.id.startswith("mail."))
    if denial := re.search(rules.no_invoice, normalise(pages)):
        yield _none("no invoice by its own words", denial[0])


def _is_title(cell: str, paper: OtherPaper) -> bool:
    match = re.match(paper.title, cell)
    behind = cell[match.end() :] if match else ":"
    return not behind.startswith(":") and len(behind.split()) <= _BEHIND


def _head(inputs: Inputs) -> Sequence[str]:
    """The cells at the top of the first page; of a mail without pages its subject and first rows."""
    pages = [source.text for source in inputs.sources if texts.is_page(source)]
    letter = [source.text for source in inputs.sources if source.id == "mail.new_text"]
    headers = [source.text for source in inputs.sources if source.id == "mail.header" and not pages]
    rows = [row for text in (pages or letter)[:1] for row in text.splitlines() if row.strip()][:_HEAD]
    subjects = [subject for text in headers for subject in _SUBJECT.findall(text)]
    return [*subjects, *(cell.strip(" *_-–=") for row in rows for cell in row.split(" | "))]


def _none(name: str, found: str) -> Check:
    return error(
        "NO_INVOICE",
        "type",
        f"this is {name}: nothing is owed for it",
        found=found,
        expected="an invoice",
        advice="Reject it and wait for the invoice; set type (380) if it is one after all",
    )
