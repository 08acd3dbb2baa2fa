"""The company that the sender writes for: every candidate in signature, header and text is weighed."""

import re
from collections.abc import Iterator, Sequence
from dataclasses import dataclass

from rapidfuzz import fuzz

from sandbox.rehearsal.inquiry.letter import Letter
from sandbox.rehearsal.inquiry.names import (
    ALIKE,
    COMPANY,
    NAME,
    NAME_WORD,
    UPPER,
    Fact,
    domain_label,
    has_legal_form,
    is_address,
    is_name_of,
    is_role,
    likeness,
    segments,
    without_contacts,
    without_legal_form,
    worth,
)
from sandbox.rehearsal.inquiry.signature import is_greeting
from sandbox.rehearsal.inquiry.text import Sentence
from sandbox.rehearsal.inquiry.words import LANGUAGES, Words, fold, shared, squash, words

_INTRODUCTION = 12
"""Sentences at the start of a letter in which its writer says where he is from."""
_LONGEST = 70
_ON_BEHALF = re.compile(
    r"^\s*(?:for and )?(?:on behalf of|namens|im (?:auftrag|namen) (?:der|von)|pour le compte de|p\.?p\.?)\s+"
    r"(?:de |het )?",
    re.I,
)
_SEAT = re.compile(r"\s+(?:au capital de|mit Sitz|registered in|, a company|Sitz)\b.*$", re.I)
_PHONE_LABEL = re.compile(r"\s*\b(?:tel|tél|phone|mob|mobile|fon|gsm|port|fax|t|m|p|d)\.?\s*:?\s*$", re.I)
_ARTICLE = re.compile(
    r"[\s\"„“'«]*(?:(?:the|de|der|die|dem|das|het|la|le|les|unserer|onze|our|firma|société)\s+|l')?", re.I
)
_PLACE = re.compile(r"\s(?:in|à|aus|te|uit|près)\s")
_HEADER_PARTS = re.compile(r"\s+[|/•–-]\s+|\s*[()]\s*|\s+(?:via|bij|from|at|chez|@)\s+|,\s+")
_SURE_LINKS = ("from", "at", "@", "bij", "bei", "chez")


@dataclass(frozen=True)
class _Candidate:
    fact: Fact
    score: float


def find_company(letter: Letter, body: Sequence[Sentence], contact: Fact | None, lists: Words) -> Fact | None:
    field = letter.fields.get("company")
    if field:
        return None if fold(field.text) in shared("no_company") else Fact(field.text, field.source, field.text)
    found = [*_in_signature(letter, contact), *_in_header(letter, contact), *_in_text(letter, body, contact, lists)]
    theirs = [candidate for candidate in found if candidate.score > 0 and not _is_ours(candidate.fact.value, letter)]
    best = max(theirs, key=lambda candidate: candidate.score, default=None)
    return best.fact if best else None


def _is_ours(name: str, letter: Letter) -> bool:
    """Whether a name is the recipient's own: its domain or display name says so."""
    squashed = squash(without_legal_form(name))
    domains = [domain_label("@" + domain) for domain in letter.our_domains]
    displayed = [squash(one.name) for one in letter.ours if one.name and one.name != letter.sender.name]
    return not squashed or any(fuzz.ratio(squashed, ours) >= 88 for ours in [*domains, *displayed] if len(ours) > 4)


# --- signature and header --------------------------------------------------------------------------------------------


def _in_signature(letter: Letter, contact: Fact | None) -> Iterator[_Candidate]:
    label = domain_label(letter.sender.email)
    signed = contact is not None and contact.source != "mail.header"
    earlier = letter.earlier_lines
    for number, line in enumerate([*letter.signature_lines, *earlier]):
        for place, segment in enumerate(segments(line.text)):
            name = _company_text(segment, contact)
            if not name or len(name) > _LONGEST or (contact and is_name_of(name, contact.value)):
                continue
            score = worth(name, label)
            plain = _is_plain(name, label)
            if (plain and (score or signed or number)) or score >= 3:
                score += 1.5 - 0.1 * number - 0.05 * place - (1 if line in earlier else 0)
                yield _Candidate(Fact(name, line.source, name), score)


def _company_text(segment: str, contact: Fact | None) -> str:
    """A segment without phone, address and the words before the company (`Inkoper bij ...`, the contact's name)."""
    text = _PHONE_LABEL.sub("", _SEAT.sub("", without_contacts(segment)))
    if contact and (match := re.match(rf"\s*{re.escape(contact.value)}\b[\s,;:|–-]*", text, re.I)):
        text = text[match.end() :]
    tokens = _ON_BEHALF.sub("", text).split()
    while len(tokens) > 1 and fold(tokens[0]).strip(".,:") in shared("company_lead_ins"):
        tokens = tokens[1:]
    return " ".join(tokens).strip(' ,;:|–-*"')


def _is_plain(name: str, label: str) -> bool:
    """A line that may be a company for want of being anything else: no title, street, number, greeting or sentence."""
    parts = re.findall(r"[^\W\d_]+", fold(name))
    if not 1 <= len(parts) <= 7 or name[-1] in ".?!:" or not re.match(rf"[{UPPER}\d'\"]", name) or is_greeting(name):
        return False
    if re.search(r"\d{3}|@", name) or is_address(name) or fold(name) in shared("places"):
        return False
    if any(part in words(code).bag("people", "titles") for part in parts for code in LANGUAGES):
        return len(parts) > 1 and likeness(name, label) >= ALIKE
    if all(part in words("en").bag("language", "stopwords") for part in parts):
        return False
    return sum(word[:1].isupper() or not word[:1].isalpha() for word in name.split()) * 2 >= len(name.split())


def _in_header(letter: Letter, contact: Fact | None) -> Iterator[_Candidate]:
    """A company in the sender's display name: `Bakkerij de Vries`, `Jan de Vries | Acme BV`, `Einkauf Rottmann`."""
    if letter.fields and letter.is_ours(letter.sender.email):
        return
    label = domain_label(letter.sender.email)
    for segment in _HEADER_PARTS.split(letter.sender.name):
        tokens = segment.strip(" '\"").split()
        behind_role = next((i for i, token in enumerate(tokens) if not is_role(token)), len(tokens))
        name = " ".join(tokens[behind_role:]).strip(" -&")
        score = worth(name, label) - (1 if behind_role else 0)
        if name and score > 0 and not (contact and is_name_of(name, contact.value)):
            yield _Candidate(Fact(name, letter.sender.source, name), score)


# --- the text's own words --------------------------------------------------------------------------------------------


def _in_text(letter: Letter, body: Sequence[Sentence], contact: Fact | None, lists: Words) -> Iterator[_Candidate]:
    """A company that the text introduces: `on behalf of ...`, `this is Ann from ...`, `wij van ...`."""
    label = domain_label(letter.sender.email)
    for number, sentence in enumerate(body):
        if number < _INTRODUCTION:
            for match in lists.cues("people", "company_after").finditer(sentence.folded):
                article = _ARTICLE.match(sentence.text, match.end())
                yield from _weighed(sentence, article.end() if article else match.end(), 2 - 0.05 * number, letter)
        for match in COMPANY.finditer(sentence.text):
            if has_legal_form(match.group()) and likeness(match.group(), label) >= ALIKE:
                yield from _weighed(sentence, match.start(), 1, letter)
        yield from _behind_names(sentence, contact, letter, lists)


def _behind_names(sentence: Sentence, contact: Fact | None, letter: Letter, lists: Words) -> Iterator[_Candidate]:
    """`Ann from Acme`, `Lucy @ The Green Teapot`, and `Peter Smit van Bakkerij Smit belde`."""
    text = sentence.text
    articles = r"(?:(?:de firma|der Firma|der|la société|de|the)\s)?"
    link = re.compile(rf"\s*(?P<link>\b(?:{lists.plain('people', 'from_words')})\b|[@|,-])\s*{articles}")
    starts = [m.end() for m in lists.cues("people", "name_after").finditer(sentence.folded)]
    introduced = (re.compile(rf"\s*{NAME_WORD}(?:\s{NAME_WORD}){{0,2}}").match(text, start) for start in starts)
    known = "|".join(re.escape(word) for word in (contact.value.split() if contact else []) if len(word) > 1)
    mentioned = re.finditer(rf"\b(?:{known})\b(?:\s(?:{known}))*", text) if known else ()
    for name in [*introduced, *mentioned]:
        match = link.match(text, name.end()) if name else None
        company = COMPANY.match(text, match.end()) if match else None
        if match and company:
            sure = match["link"] in _SURE_LINKS or worth(company.group(), domain_label(letter.sender.email)) > 0
            yield from _weighed(sentence, match.end(), 3 if sure else 1, letter)
    for match in re.finditer(NAME.pattern + link.pattern, text):
        company = COMPANY.match(text, match.end())
        if company and lists.cues("people", "called").search(sentence.folded[company.end() : company.end() + 30]):
            yield from _weighed(sentence, match.end(), 2.5, letter)


def _weighed(sentence: Sentence, start: int, base: float, letter: Letter) -> Iterator[_Candidate]:
    """The company that starts at a position of a sentence, if it reads like one."""
    found = COMPANY.match(sentence.text, start)
    name = _PLACE.split(found.group())[0].strip(" .,;:'\"-") if found else ""
    parts = fold(name).split()
    if len(name) < 3 or fold(name) in shared("no_company") or is_name_of(name, letter.sender.name or "-"):
        return
    if all(p in words("en").bag("language", "stopwords") or is_role(p) or p in shared("places") for p in parts):
        return
    value = worth(name, domain_label(letter.sender.email))
    if not value and re.search(r"\d", name):
        return
    yield _Candidate(Fact(name, sentence.source, name), base + (value or (0 if base >= 3 else -1.2)))
