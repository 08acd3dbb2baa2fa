"""The letter that asks a supplier about what is wrong with an invoice. It goes to an address that the ERP has, never to
one that only the invoice or its mail names, and it never asks for a bank account."""

import re
import tomllib
from collections.abc import Sequence
from functools import cache
from html import escape
from importlib.resources import files

from pydantic import BaseModel, ConfigDict

from jobs.core import Check, Inputs, Status
from jobs.erp import SaveDraft
from jobs.invoice.schema import InvoiceProposal
from jobs.purchasing import Vendor

_LANGUAGES = {"DE": "de", "AT": "de", "CH": "de", "LI": "de", "NL": "nl", "BE": "nl", "FR": "fr", "LU": "fr"}
"""Countries (ISO 3166) that are not written to in English."""
_LINE = re.compile(r"lines\[(\d+)\]")


class Template(BaseModel):
    """The letter's frame in one language; what each entry is for shows in templates/en.toml."""

    model_config = ConfigDict(extra="forbid", frozen=True)

    subject: str
    greeting: str
    opening: str
    other: str
    closing: str
    signature: str
    whole: str
    line: str
    asks: dict[str, str]
    """By exception. What is not listed is for us to settle, not for the supplier: a changed bank account above all."""


def letter(proposal: InvoiceProposal, vendor: Vendor, problems: Sequence[Check], inputs: Inputs) -> SaveDraft:
    """The draft of it, to the first address that the ERP has of the vendor."""
    words = _template(_LANGUAGES.get(vendor.country, "en"))
    number = proposal.number or "?"
    asks = [_ask(words, check) for check in problems if check.status is not Status.PASS and check.name in words.asks]
    paragraphs = [
        words.greeting,
        words.opening.format(number=number, date=proposal.issue_date or "?"),
        "\n".join(f"- {ask}" for ask in dict.fromkeys(asks)) or words.other,
        words.closing,
        words.signature,
    ]
    mail = inputs.mail
    answered = mail.message_id if mail.sender.email in vendor.emails else ""
    html = "\n".join("<p>" + escape(text).replace("\n", "<br>") + "</p>" for text in paragraphs)
    return SaveDraft(
        message_id=f"{re.sub(r'[^A-Za-z0-9.-]', '-', inputs.case_id)}.question@countersign.invalid",
        to=vendor.emails[:1],
        cc=(),
        subject=words.subject.format(number=number),
        in_reply_to=answered,
        references=(answered,) if answered else (),
        text="\n\n".join(paragraphs) + "\n",
        html=f"<html><body>\n{html}\n</body></html>\n",
    )


def _ask(words: Template, check: Check) -> str:
    line = _LINE.match(check.field or "")
    return words.asks[check.name].format(
        place=words.line.format(number=int(line[1]) + 1) if line else words.whole,
        field=(check.field or "").rpartition(".")[2].replace("_", " "),
        found=check.found or "–",
        expected=check.expected or "–",
    )


@cache
def _template(language: str) -> Template:
    text = (files("jobs.invoice") / "templates" / f"{language}.toml").read_text(encoding="utf-8")
    return Template.model_validate(tomllib.loads(text))
