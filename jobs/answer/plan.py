"""What an answer leads to: a colleague reads it in the case file, a customer gets a draft of a reply."""

import re
from html import escape

from jobs.answer.answering import Wording, viewer, wording
from jobs.answer.context import question_of
from jobs.answer.schema import AnswerProposal, Citation
from jobs.core import Inputs
from jobs.crm import GiveAnswer, Write
from jobs.erp import SaveDraft
from jobs.mail import Address, MailFacts

_ADDRESS = re.compile(r"[\w.!#$%&'*+/=?^`{|}~-]{1,64}@[\w-]+(?:\.[\w-]+)+")
_PERSON = re.compile(r"[^\W\d_](?:[^\W\d_]|[ .'’-]){1,59}")
_ANSWERED = re.compile(r"(re|aw|antw|sv|r[ée]p?)\s?:", re.IGNORECASE)
_QUOTED_LINES = 100


def plan(proposal: AnswerProposal, inputs: Inputs) -> list[Write]:
    """Nothing where nothing is answered: the case then closes with what is missing."""
    if not proposal.answer:
        return []
    if not viewer(inputs).external:
        asker = inputs.mail.sender.email or inputs.mail.sender.name or "whoever asked"
        return [GiveAnswer(reference=inputs.case_id, asker=asker, answer=with_sources(proposal))]
    recipient = _recipient(inputs.mail)
    return [_reply(proposal, recipient, inputs)] if recipient else []


def with_sources(proposal: AnswerProposal) -> str:
    """The answer and, below it, what the numbers stand for."""
    rows = [_where(citation) for citation in proposal.citations]
    return "\n\n".join(part for part in (proposal.answer or "", "\n".join(rows)) if part)


def _where(citation: Citation) -> str:
    page = f"p. {citation.page}" if citation.page else ""
    parts = (citation.title or citation.document, citation.version, citation.heading, page)
    return f"[{citation.number}] " + ", ".join(part for part in parts if part)


def _recipient(mail: MailFacts) -> Address | None:
    chosen = mail.reply_to if mail.reply_to and mail.reply_to.email == mail.sender.email else mail.sender
    return chosen if _ADDRESS.fullmatch(chosen.email) else None


def _reply(proposal: AnswerProposal, recipient: Address, inputs: Inputs) -> SaveDraft:
    words, mail = wording(proposal.language), inputs.mail
    name = " ".join(recipient.name.split())
    greeting = words.greeting.format(name=name) if _PERSON.fullmatch(name) else words.greeting_nameless
    text = "\n\n".join((greeting, words.thanks, with_sources(proposal), words.closing, _quoted(inputs, words)))
    answered = _message_id(mail.message_id)
    chain = [id_ for id_ in map(_message_id, [*mail.in_reply_to, mail.message_id]) if id_]
    return SaveDraft(
        message_id=f"{re.sub(r'[^A-Za-z0-9-]+', '-', inputs.case_id)}.answer@countersign.invalid",
        to=(recipient.email,),
        cc=(),
        subject=_subject(mail.subject, words.subject),
        in_reply_to=answered,
        references=tuple(dict.fromkeys(chain)),
        text=text + "\n",
        html=f"<html><body>{escape(text).replace(chr(10), '<br>' + chr(10))}</body></html>\n",
    )


def _subject(subject: str, otherwise: str) -> str:
    plain = " ".join("".join(char if char.isprintable() else " " for char in subject).split())
    return plain if _ANSWERED.match(plain) else f"Re: {plain or otherwise}"


def _message_id(id_: str) -> str:
    """Without angle brackets; empty where it could not stand in a header."""
    bare = id_.strip().removeprefix("<").removesuffix(">")
    return bare if re.fullmatch(r"[!-;=?-~]{1,900}", bare) else ""


def _quoted(inputs: Inputs, words: Wording) -> str:
    lines = question_of(inputs.sources).splitlines()[:_QUOTED_LINES]
    return "\n".join([words.wrote, *(f"> {line}".rstrip() for line in lines)])
