"""Which letter inside the mail is the one that asks for something: its sender, date, words and signature."""

import re
from collections.abc import Mapping
from dataclasses import dataclass, field
from datetime import date

from sandbox.rehearsal.inquiry.forms import form_fields, form_message
from sandbox.rehearsal.inquiry.headers import (
    Party,
    Passage,
    bare_subject,
    company_domains,
    day_of,
    header_fields,
    is_reply,
    parties,
    party,
)
from sandbox.rehearsal.inquiry.passed_on import InnerLetter, earlier_signatures, passed_on
from sandbox.rehearsal.inquiry.signature import cut_signature, without_boilerplate

_HEADER = "mail.header"
_MACHINE = re.compile(
    r"(?:no|do-?not|ne-?pas|niet|nicht)[-_.]?(?:reply|repondre|answer|antworten|beantwoorden)|web|form", re.I
)
"""Addresses that mail for someone else, who stands in Reply-To."""


@dataclass(frozen=True)
class Letter:
    """The letter to read. `note` is what a colleague wrote above a letter that he passed on."""

    sender: Party
    ours: tuple[Party, ...]
    subject: Passage
    day: date | None
    text: Passage
    signature: tuple[Passage, ...]
    """Lines below the closing; they may stand in two sources."""
    fields: Mapping[str, Passage] = field(default_factory=dict[str, Passage])
    """Of a web form; empty when it is none."""
    attachments: tuple[Passage, ...] = ()
    note: Passage | None = None
    is_reply: bool = False
    earlier: tuple[Passage, ...] = ()
    """Signatures of the same sender further down in the thread."""

    @property
    def signature_lines(self) -> list[Passage]:
        """The signature line by line, empty ones left out."""
        return _lines(self.signature)

    @property
    def earlier_lines(self) -> list[Passage]:
        """The same sender's earlier signatures, line by line."""
        return _lines(self.earlier)

    @property
    def our_domains(self) -> frozenset[str]:
        return company_domains(self.ours)

    def is_ours(self, email: str) -> bool:
        return email.rpartition("@")[2] in self.our_domains or email in {one.email for one in self.ours}


def read_letter(sources: Mapping[str, str]) -> Letter:
    """Finds the letter in the sources. Missing sources read as empty."""
    header = header_fields(sources.get(_HEADER, ""))
    sender = party(header.get("from", ""), _HEADER)
    ours = parties(header.get("to", ""), _HEADER)
    subject = header.get("subject", "")
    thread = Passage("mail.thread", sources.get("mail.thread", ""))
    new = Passage("mail.new_text", _without_quotes(sources.get("mail.new_text", "")))
    attachments = tuple(Passage(name, text) for name, text in sources.items() if name.startswith("attachment:"))
    day = day_of(header.get("date", ""))
    inner = passed_on(thread, attachments, new.text, subject, sender, ours)
    if inner:
        if sender.domain in {one.domain for one in ours}:
            ours = (*ours, sender)
        return _inner_letter(inner, new, Passage(_HEADER, bare_subject(subject)), day, ours, attachments)
    reply_to = party(header.get("reply-to", ""), _HEADER)
    if reply_to.email and (sender.domain in {one.domain for one in ours} or _MACHINE.match(sender.email)):
        sender = reply_to
    text, tail = cut_signature(new)
    given = without_boilerplate(sources.get("mail.signature", "").splitlines(keepends=True))
    fields = form_fields(new)
    return Letter(
        sender=sender,
        ours=ours,
        subject=fields.get("subject", Passage(_HEADER, bare_subject(subject))),
        day=day,
        text=form_message(new, fields) or text,
        signature=(tail, Passage("mail.signature", given)),
        fields=fields,
        attachments=attachments,
        is_reply=is_reply(subject),
        earlier=tuple(earlier_signatures(thread, sender)),
    )


def _inner_letter(
    inner: InnerLetter,
    note: Passage,
    subject: Passage,
    day: date | None,
    ours: tuple[Party, ...],
    attachments: tuple[Passage, ...],
) -> Letter:
    source = inner.sender.source
    text, signature = cut_signature(Passage(source, inner.text))
    fields = form_fields(text)
    return Letter(
        sender=inner.sender,
        ours=ours,
        subject=Passage(source, inner.subject) if inner.subject else subject,
        day=day_of(inner.date) or day,
        text=form_message(text, fields) or text,
        signature=(signature,),
        fields=fields,
        attachments=tuple(attachment for attachment in attachments if attachment.source != source),
        note=note,
    )


def _without_quotes(text: str) -> str:
    """The text without the lines it quotes to answer them; they are someone else's words."""
    own = [line for line in text.splitlines(keepends=True) if not line.lstrip().startswith(">")]
    return "".join(own) if any(line.strip() for line in own) else text


def _lines(parts: tuple[Passage, ...]) -> list[Passage]:
    lines = (Passage(part.source, line.strip(" *_\t>")) for part in parts for line in part.text.splitlines())
    return [line for line in lines if line.text]
