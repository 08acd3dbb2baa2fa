"""Who writes: contact, address and phone, out of form fields, signature, header and introduction."""

import re
from collections.abc import Sequence
from dataclasses import dataclass

import phonenumbers
from rapidfuzz import fuzz
from stdnum import iban

from sandbox.rehearsal.inquiry.company import find_company
from sandbox.rehearsal.inquiry.headers import EMAIL
from sandbox.rehearsal.inquiry.letter import Letter
from sandbox.rehearsal.inquiry.names import (
    DEGREES,
    NAME,
    PHONE,
    SALUTATION,
    Fact,
    is_address,
    is_person,
    segments,
    without_contacts,
)
from sandbox.rehearsal.inquiry.signature import is_greeting
from sandbox.rehearsal.inquiry.text import Sentence
from sandbox.rehearsal.inquiry.words import LANGUAGES, Words, fold, shared_cues

_REGIONS = {"en": ("GB", "US", "IE"), "nl": ("NL", "BE"), "de": ("DE", "AT", "CH"), "fr": ("FR", "BE", "CH", "LU")}
_SIGNED = 5
"""Signature lines in which the name stands."""
_INTRODUCTION = 8
"""Sentences in which a writer gives his name."""
_LABEL = 16
"""Characters before a number that say what it is."""


@dataclass(frozen=True)
class Person:
    """What the letter says of its sender; None where it says nothing."""

    company: Fact | None
    contact: Fact | None
    email: Fact | None
    phone: Fact | None


def find_person(letter: Letter, body: Sequence[Sentence], lists: Words) -> Person:
    contact = _contact(letter, body, lists)
    company = find_company(letter, body, contact, lists)
    return Person(company, contact, _email(letter), _phone(letter, lists))


# --- address and phone -----------------------------------------------------------------------------------------------


def _email(letter: Letter) -> Fact | None:
    field = letter.fields.get("email")
    if field and (match := EMAIL.search(field.text)):
        return Fact(match.group().lower(), field.source, match.group())
    sender = letter.sender
    written = EMAIL.search(sender.line)
    if written and not (letter.fields and letter.is_ours(sender.email)):
        return Fact(sender.email, sender.source, written.group())
    for passage in (*letter.signature, letter.text):
        for match in EMAIL.finditer(passage.text):
            if not letter.is_ours(match.group().lower()):
                return Fact(match.group().lower(), passage.source, match.group())
    return None


def _phone(letter: Letter, lists: Words) -> Fact | None:
    """A form field, or the first number in signature or text that is no fax."""
    field = letter.fields.get("phone")
    if field and sum(char.isdigit() for char in field.text) >= 6:
        return Fact(field.text, field.source, field.text)
    for passage in (*letter.signature, letter.text):
        for line in passage.text.splitlines():
            for match in PHONE.finditer(line):
                if _is_phone(match, line, lists):
                    number = match.group().strip(" .-/")
                    return Fact(number, passage.source, number)
    return None


def _is_phone(match: re.Match[str], line: str, lists: Words) -> bool:
    label = fold(line[: match.start()])[-_LABEL:]
    if not 8 <= sum(char.isdigit() for char in match.group()) <= 15:
        return False
    if shared_cues("not_phone").search(label) or shared_cues("fax").search(label[-9:]):
        return False
    if iban.is_valid(line[max(0, match.start() - 4) : match.end()].strip()):
        return False
    return bool(shared_cues("phone_labels").search(label)) or _is_possible(match.group(), lists.code)


def _is_possible(number: str, code: str) -> bool:
    for region in dict.fromkeys([*_REGIONS[code], *(region for other in LANGUAGES for region in _REGIONS[other])]):
        try:
            if phonenumbers.is_possible_number(phonenumbers.parse(number, region)):
                return True
        except phonenumbers.NumberParseException:
            continue
    return False


# --- contact ---------------------------------------------------------------------------------------------------------


def _contact(letter: Letter, body: Sequence[Sentence], lists: Words) -> Fact | None:
    fields = letter.fields
    if "first_name" in fields and "last_name" in fields:
        first, last = fields["first_name"], fields["last_name"]
        return Fact(f"{first.text} {last.text}", first.source, last.text)
    if "name" in fields:
        return Fact(SALUTATION.sub("", fields["name"].text), fields["name"].source, fields["name"].text)
    header = _header_name(letter)
    signed = _signed_name(letter, header)
    introduced = _introduced_name(letter, body, lists)
    full = (fact for fact in (signed, header, introduced) if fact and " " in fact.value)
    return next(full, None) or header or signed or introduced


def _header_name(letter: Letter) -> Fact | None:
    """The sender's own name in the header; None when it names a company, a department or a mailbox."""
    name = letter.sender.name
    if not name or (letter.fields and letter.is_ours(letter.sender.email)):
        return None
    first = re.split(r"\s+[|/•-]\s+|\s*\(|\s+(?:via|bij|from|at|von|van de|chez)\s+(?=[A-Z].*\b)", name)[0]
    bare = DEGREES.sub("", first).strip(" '\"")
    if bare.count(",") == 1:
        last, _, first = bare.partition(",")
        bare = f"{first.strip()} {last.strip()}"
    bare = SALUTATION.sub("", bare)
    return Fact(bare, letter.sender.source, name) if is_person(bare, letter.sender.email) else None


def _signed_name(letter: Letter, header: Fact | None) -> Fact | None:
    """The name below the closing: the first line of the signature that reads like a person's."""
    for line in letter.signature_lines[:_SIGNED]:
        for segment in segments(line.text)[:2]:
            name = _person_in(segment, letter, header)
            if name:
                return Fact(name, line.source, name)
    return None


def _person_in(segment: str, letter: Letter, header: Fact | None) -> str | None:
    segment = DEGREES.sub("", without_contacts(segment)).strip(" ,:;.-–*")
    while (bare := SALUTATION.sub("", segment)) != segment:
        segment = bare
    if header and fold(segment).startswith(fold(header.value) + " "):
        return segment[: len(header.value)]
    company = letter.sender.name
    if not header and company and fold(segment).endswith(" " + fold(company)):
        segment = segment[: -len(company)].strip()
    if not segment or is_greeting(segment) or is_address(segment) or not is_person(segment, letter.sender.email):
        return None
    lower_case = segment.islower() and re.fullmatch(r"[^\W\d_]{2,} [^\W\d_]{2,}", segment)
    known = header is not None and fuzz.ratio(fold(segment), fold(header.value)) >= 85
    return segment if NAME.fullmatch(segment) or lower_case or known else None


def _introduced_name(letter: Letter, body: Sequence[Sentence], lists: Words) -> Fact | None:
    """`My name is ...`, `hier ist Frau ...`; not the company that the name comes from."""
    link = re.compile(rf"\s(?:{lists.plain('people', 'from_words')})\s")
    for sentence in body[:_INTRODUCTION]:
        for match in lists.cues("people", "name_after").finditer(sentence.folded):
            found = NAME.match(link.split(sentence.text[match.end() :].lstrip())[0].rstrip(" .,"))
            if not found or fold(found.group()) in lists.bag("language", "stopwords"):
                continue
            if is_person(found.group(), letter.sender.email):
                return Fact(found.group(), sentence.source, found.group())
    return None
