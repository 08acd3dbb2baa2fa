"""The letters inside a mail: forwarded, attached, or quoted from earlier in the conversation."""

import re
from collections.abc import Iterable, Iterator
from dataclasses import dataclass

from sandbox.rehearsal.inquiry.forms import LABEL
from sandbox.rehearsal.inquiry.headers import Party, Passage, company_domains, header_fields, is_forward, party
from sandbox.rehearsal.inquiry.signature import cut_signature
from sandbox.rehearsal.inquiry.words import fold, shared_cues

_ATTRIBUTION = re.compile(
    r"^(?:on|op|am|le|el)\b(?P<who>[^\n]{6,140}?(?:\n[^\n]{0,100}?)?)"
    r"(?:wrote|schreef|schrieb|a écrit|geschreven)\s*(?P<after>[^\n:]{0,90}):\s*$",
    re.I | re.M,
)
_BEHIND_TIME = re.compile(r"\d{1,2}[:.h]\d\d(?:\s?[ap]m)?|\d{4}|,\s(?=\D*$)")
_BANNER = 400
"""Characters at the start of a thread in which a forward says so."""


@dataclass(frozen=True)
class InnerLetter:
    sender: Party
    subject: str
    date: str
    text: str


@dataclass(frozen=True)
class _Head:
    """What sets a letter off inside a thread: where it starts and ends, and its fields."""

    start: int
    end: int
    fields: dict[str, str]


def passed_on(
    thread: Passage, attachments: Iterable[Passage], new: str, subject: str, sender: Party, ours: tuple[Party, ...]
) -> InnerLetter | None:
    """The letter inside, if a colleague or a customer passed one on; the topmost that is not our own."""
    own = company_domains(ours)
    says_so = is_forward(subject) or shared_cues("forward_banner").search(fold(thread.text[:_BANNER]))
    if not (says_so or sender.domain in own or not new.strip()):
        return None
    letters = [*_letters(thread), *(letter for attached in attachments for letter in _attached(attached))]
    return next((letter for letter in letters if letter.text.strip() and letter.sender.domain not in own), None)


def earlier_signatures(thread: Passage, sender: Party) -> Iterator[Passage]:
    """How the same sender signed further down in the thread."""
    for letter in _letters(thread):
        same_name = bool(sender.name) and fold(letter.sender.name) == fold(sender.name)
        if same_name or (sender.email and letter.sender.email == sender.email):
            yield cut_signature(Passage(thread.source, letter.text))[1]


def _attached(attachment: Passage) -> Iterator[InnerLetter]:
    """A mail that was attached: its header lines, then its text."""
    head, _, text = attachment.text.partition("\n\n")
    fields = header_fields(head)
    if attachment.text.startswith("From:") and "subject" in fields:
        yield InnerLetter(party(fields["from"], attachment.source), fields["subject"], fields.get("date", ""), text)


def _letters(thread: Passage) -> Iterator[InnerLetter]:
    text = thread.text
    heads = sorted([*_header_blocks(text), *_attributions(text)], key=lambda head: head.start)
    ends = [*(head.start for head in heads[1:]), len(text)]
    for head, end in zip(heads, ends, strict=False):
        fields = head.fields
        sender = party(fields["from"], thread.source)
        yield InnerLetter(sender, fields.get("subject", ""), fields.get("date", ""), text[head.end : end])


def _header_blocks(thread: str) -> Iterator[_Head]:
    """From/Sent/To/Subject blocks in any of the four languages."""
    offset = start = 0
    fields: dict[str, str] = {}
    for line in [*thread.splitlines(keepends=True), "\n"]:
        match = LABEL.match(line.rstrip("\n"))
        name = _header_name(match["label"]) if match else None
        if match and name and (fields or name == "from"):
            start = start if fields else offset
            fields.setdefault(name, match["value"])
        elif fields and not (line.strip() and len(fields) < 2):
            if len(fields) >= 3:
                yield _Head(start, offset, fields)
            fields = {}
        offset += len(line)


def _header_name(label: str) -> str | None:
    names = ("from", "date", "to", "subject", "cc")
    return next((name for name in names if shared_cues(f"header_{name}").fullmatch(fold(label.strip()))), None)


def _attributions(thread: str) -> Iterator[_Head]:
    """`On ... Ann <ann@...> wrote:`"""
    for match in _ATTRIBUTION.finditer(thread):
        who = match["after"].strip() or _BEHIND_TIME.split(match["who"])[-1]
        who = re.sub(r"^[\s,]+|[\s,]+$|\s*(?:uhr|het volgende)\s*", "", who, flags=re.I)
        yield _Head(match.start(), match.end(), {"from": who})
