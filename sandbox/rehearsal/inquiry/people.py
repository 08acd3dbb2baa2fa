"""Who writes: company, contact, address and phone, out of form fields, signature, header and introduction."""

import re
from collections.abc import Iterator
from dataclasses import dataclass

import phonenumbers
from rapidfuzz import fuzz
from stdnum import iban

from sandbox.rehearsal.inquiry.letter import Letter, Passage, is_freemail, is_greeting
from sandbox.rehearsal.inquiry.text import Sentence
from sandbox.rehearsal.inquiry.words import LANGUAGES, Words, fold, shared, shared_cues, squash, words

_EMAIL = re.compile(r"[\w.+'-]+@[\w-]+(?:\.[\w-]+)+")
_PHONE = re.compile(r"(?<![\w.,/-])(?:\+|\(?0|00)[\d ()./\u00a0-]{6,22}\d(?!\w)")
_UPPER = "A-ZÀ-ÖØ-ÞİŞĞĆČŁŚŻ"
_PARTICLES = r"(?:van|von|vom|zu|zum|der|den|de|het|ter|ten|te|du|des|del|della|di|la|le|el|al|vd|v\.d\.|d'|'t|op|in)"
_NAME_WORD = rf"(?:[{_UPPER}][\w'’-]*\.?|[{_UPPER}]\.(?:[{_UPPER}]\.)*)"
_NAME = re.compile(rf"{_NAME_WORD}(?:\s{_PARTICLES}(?=\s))*(?:\s(?:{_PARTICLES}\s)*{_NAME_WORD}){{0,3}}")
_COMPANY_WORD = rf"(?:[{_UPPER}0-9][\w&.'’+/-]*|&|\+)"
_COMPANY = re.compile(
    rf"{_COMPANY_WORD}(?:\s(?:(?:van|von|vom|de|der|den|und|en|et|of|for|du|des|la|le|les|and|the|zum|zur|am|aan|in|i|à|d')\s)*"
    rf"{_COMPANY_WORD})*"
)
_SEPARATORS = re.compile(r"\s*(?:\||,|•|·|;|\s[-–—/]\s|\s{3,}|\t)\s*")
_SALUTATION = re.compile(
    r"^(?:mr|mrs|ms|miss|dr|ing|ir|drs|dhr|mevr|mw|dipl\.?-?ing|herr|frau|hr|fr|m|mme|mlle|monsieur|madame|i\.\s?a|i\.\s?v|ppa|prof|de heer|mevrouw)\.?\s+",
    re.I,
)
_TITLE_TAIL = re.compile(r"\s+(?:MSc|BSc|MBA|PhD|MIWFM|MCIPS|CEng|B\.?A\.?|M\.?A\.?|B\.?Eng\.?)\b.*$|\s*\(.*\)\s*$")
_STREET = re.compile(
    r"\b(?:street|st\.|road|rd\.?|lane|avenue|ave|drive|close|court|park|way|quay|yard|row|terrace|estate|unit \d|straat|weg|laan|plein|kade|gracht|dijk|steeg|singel|dreef|postbus|"
    r"stra(?:ß|ss)e|str\.|platz|allee|gasse|ring|ufer|damm|postfach|am \w+ \d|rue|boulevard|bd|place|chemin|impasse|route|quai|zone industrielle|za|zi|bp \d)\b|(?:straat|weg|laan|plein|kade|gracht|dijk|singel|stra(?:ß|ss)e|str\.|platz|allee|gasse)\s+\d|"
    r"\b\d{4}\s?[A-Z]{2}\b|\b(?:[A-Z]-)?\d{4,5}\s+[A-ZÀ-Ý][a-zà-ÿ]+|\b[A-Z]{1,2}\d{1,2}[A-Z]?\s?\d[A-Z]{2}\b",
    re.I,
)
_ON_BEHALF = re.compile(
    r"^\s*(?:for and )?(?:on behalf of|namens|im (?:auftrag|namen) (?:der|von)|pour le compte de|p\.?p\.?)\s+(?:de |het )?",
    re.I,
)
_SHORT_LEGAL_FORM = re.compile(r"\b(?:AG|SA|SE|AB|AS|Co\.?|e\.?\s?[VKG]\.?|A\.?G\.?|S\.A\.|Group|Groep|Gruppe|Groupe)$")
_ALIKE = 85
"""From this likeness on, a name and a mail domain are one another's."""
_LONGEST_LINE = 110
_INTRODUCTION = 12
"""Sentences at the start of a letter in which its writer says where he is from."""
_NUMBERED = re.compile(
    r"\b(?:vat|btw|tva|ust|kvk|iban|bic|siret|hrb|hra|rcs|reg|company no|registered|bce|abn|ein|tax|cedex|capital|fax)\b",
    re.I,
)
_REGION = {"en": ("GB", "US", "IE"), "nl": ("NL", "BE"), "de": ("DE", "AT", "CH"), "fr": ("FR", "BE", "CH", "LU")}


@dataclass(frozen=True)
class Fact:
    """A value and the words of a source that bear it out."""

    value: str
    source: str
    quote: str


@dataclass(frozen=True)
class Person:
    """What the letter says of its sender; None where it says nothing."""

    company: Fact | None
    contact: Fact | None
    email: Fact | None
    phone: Fact | None


def find_person(letter: Letter, body: list[Sentence], lists: Words) -> Person:
    contact = _contact(letter, body, lists)
    return Person(
        company=_company(letter, body, contact, lists),
        contact=contact,
        email=_email(letter),
        phone=_phone(letter, lists),
    )


# --- address and phone -----------------------------------------------------------------------------------------------


def _email(letter: Letter) -> Fact | None:
    field = letter.fields.get("email")
    if field and (match := _EMAIL.search(field.text)):
        return Fact(match.group().lower(), field.source, match.group())
    sender = letter.sender
    if sender.email and not (letter.is_form and _is_ours(sender.email, letter)):
        original = re.search(re.escape(sender.email), sender.line, re.I)
        return Fact(sender.email, sender.source, original.group() if original else sender.email)
    for passage in (*letter.signature, letter.text):
        for match in _EMAIL.finditer(passage.text):
            if not _is_ours(match.group().lower(), letter):
                return Fact(match.group().lower(), passage.source, match.group())
    return None


def _is_ours(email: str, letter: Letter) -> bool:
    domain = email.rpartition("@")[2]
    return domain in letter.our_domains or email in {p.email for p in letter.ours}


def _phone(letter: Letter, lists: Words) -> Fact | None:
    """The number to call: a form field, one that the text asks to call, then the signature's first that is no fax."""
    field = letter.fields.get("phone")
    if field and sum(c.isdigit() for c in field.text) >= 6:
        return Fact(field.text, field.source, field.text)
    regions = (*_REGION[lists.code], *(r for code in LANGUAGES for r in _REGION[code]))
    for passage in (*letter.signature, letter.text):
        for line in passage.text.splitlines():
            for match in _PHONE.finditer(line):
                if _is_phone(match, line, regions):
                    number = match.group().strip(" .-/(")
                    number = number + ")" if number.count("(") > number.count(")") else number
                    return Fact(
                        match.group().strip() if "(" in match.group() else number, passage.source, match.group().strip()
                    )
    return None


def _is_phone(match: re.Match[str], line: str, regions: tuple[str, ...]) -> bool:
    digits = re.sub(r"\D", "", match.group())
    label = fold(line[: match.start()])[-16:]
    if not 8 <= len(digits) <= 15 or shared_cues("not_phone").search(label) or shared_cues("fax").search(label[-9:]):
        return False
    if iban.is_valid(line[max(0, match.start() - 4) : match.end()].strip()):
        return False
    if shared_cues("phone_labels").search(label):
        return True
    for region in dict.fromkeys(regions):
        try:
            number = phonenumbers.parse(match.group(), region)
        except phonenumbers.NumberParseException:
            continue
        if phonenumbers.is_possible_number(number):
            return True
    return False


# --- contact ---------------------------------------------------------------------------------------------------------


def _contact(letter: Letter, body: list[Sentence], lists: Words) -> Fact | None:
    fields = letter.fields
    if "first_name" in fields and "last_name" in fields:
        first, last = fields["first_name"], fields["last_name"]
        return Fact(f"{first.text} {last.text}", first.source, last.text)
    if "name" in fields:
        return Fact(_SALUTATION.sub("", fields["name"].text), fields["name"].source, fields["name"].text)
    header = _header_name(letter)
    signed = _signed_name(letter, header)
    if (
        signed
        and header
        and " " not in signed.value
        and " " in header.value
        and _same_first_name(signed.value, header.value)
    ):
        return header
    introduced = _introduced_name(letter, body, lists)
    if signed and " " in signed.value:
        return signed
    if introduced and " " in introduced.value and not header:
        return introduced
    return header or signed or introduced


def _same_first_name(short: str, full: str) -> bool:
    return fold(short).strip(".") in [fold(w) for w in full.split()] or fold(full).startswith(fold(short).strip("."))


def _header_name(letter: Letter) -> Fact | None:
    """The sender's own name in the header; None when it names a company, a department or a mailbox."""
    name = letter.sender.name
    if not name or (letter.is_form and _is_ours(letter.sender.email, letter)):
        return None
    bare = _TITLE_TAIL.sub(
        "", re.split(r"\s+[|/•-]\s+|\s*\(|\s+(?:via|bij|from|at|von|van de|chez)\s+(?=[A-Z].*\b)", name)[0]
    ).strip(" '\"")
    if bare.count(",") == 1:
        last, _, first = bare.partition(",")
        bare = f"{first.strip()} {last.strip()}"
    bare = _SALUTATION.sub("", bare)
    if not _is_person(bare, letter):
        return None
    return Fact(bare, letter.sender.source, name)


def _is_person(name: str, letter: Letter) -> bool:
    parts = fold(name).replace(".", " ").split()
    if not 1 <= len(parts) <= 5 or re.search(r"[\d@&]", name):
        return False
    if any(_is_company_word(part) for part in parts) or set(parts) & shared("role_mailboxes"):
        return False
    if any(part in words(code).bag("people", "titles") for part in parts for code in LANGUAGES if len(part) > 3):
        return False
    domain = _domain_label(letter.sender.email)
    single = len(parts) == 1
    return not (single and domain and (squash(name) == domain or len(name) < 2))


def _is_company_word(word: str) -> bool:
    word = word.strip(".,")
    return (
        word in shared("legal_forms")
        or word in shared("company_words")
        or (len(word) > 7 and any(word.endswith(tail) for tail in shared("company_tails")))
    )


def _signed_name(letter: Letter, header: Fact | None) -> Fact | None:
    """The name below the closing: the first line of the signature that reads like a person's."""
    for line in letter.signature_lines[:5]:
        for segment in _segments(line.text)[:2]:
            name = _person_in(segment, letter, header)
            if name:
                return Fact(name, line.source, name)
    return None


def _person_in(segment: str, letter: Letter, header: Fact | None) -> str | None:
    segment = _TITLE_TAIL.sub("", _PHONE.sub("", _EMAIL.sub("", segment))).strip(" ,:;.-–*")
    for _ in range(3):
        segment = _SALUTATION.sub("", segment)
    segment = (
        re.split(r"\s+(?:van|bij|from|at|von|chez|namens|de chez)\s+(?=[A-Z][\w]+\s[A-Z])", segment)[0]
        if len(segment) > 30
        else segment
    )
    if header and fold(segment).startswith(fold(header.value) + " "):
        return segment[: len(header.value)]
    company = letter.sender.name
    if not header and company and fold(segment).endswith(" " + fold(company)):
        segment = segment[: -len(company)].strip()
    if not segment or is_greeting(segment) or len(segment) > 40 or _STREET.search(segment) or _NUMBERED.search(segment):
        return None
    if not _is_person(segment, letter) or shared_cues("phone_labels").fullmatch(fold(segment)):
        return None
    if _NAME.fullmatch(segment) or re.fullmatch(r"[^\W\d_]{2,} [^\W\d_]{2,}", segment) and segment.islower():
        return segment
    known = header is not None and fuzz.ratio(fold(segment), fold(header.value)) >= 85
    return segment if known else None


def _introduced_name(letter: Letter, body: list[Sentence], lists: Words) -> Fact | None:
    for sentence in body[:8]:
        for match in lists.cues("people", "name_after").finditer(sentence.folded):
            rest = sentence.text[match.end() :].lstrip()
            found = _NAME.match(re.split(rf"\s(?:{lists.plain('people', 'from_words')})\s", rest)[0].rstrip(" .,"))
            if (
                found
                and _is_person(found.group(), letter)
                and fold(found.group()) not in lists.bag("language", "stopwords")
            ):
                return Fact(found.group(), sentence.source, found.group())
    return None


# --- company ---------------------------------------------------------------------------------------------------------


@dataclass(frozen=True)
class _Candidate:
    fact: Fact
    score: float


def _company(letter: Letter, body: list[Sentence], contact: Fact | None, lists: Words) -> Fact | None:
    field = letter.fields.get("company")
    if field:
        value = field.text.strip()
        return None if fold(value) in shared("no_company") else Fact(value, field.source, value)
    candidates = [
        *_in_signature(letter, contact),
        *_in_header(letter, contact),
        *_introduced(letter, body, contact, lists),
    ]
    candidates = [c for c in candidates if c.score > 0 and not _ours(c.fact.value, letter)]
    return max(candidates, key=lambda c: c.score).fact if candidates else None


def _ours(name: str, letter: Letter) -> bool:
    """Whether a name is the recipient's own: its domain or display name says so."""
    labels = {domain.split(".")[-2] if "." in domain else domain for domain in letter.our_domains}
    squashed = squash(_without_legal_form(name))
    if not squashed:
        return True
    if any(fuzz.ratio(squashed, squash(label)) >= 88 for label in labels):
        return True
    names = {squash(p.name) for p in letter.ours if p.name and len(squash(p.name)) > 4 and _domain_label(p.email)}
    return any(fuzz.ratio(squashed, other) >= 92 for other in names if other != squash(letter.sender.name))


def _domain_label(email: str) -> str:
    """The company part of an address's domain; empty for a mail provider's."""
    domain = email.rpartition("@")[2]
    if not domain or is_freemail(domain):
        return ""
    parts = domain.split(".")
    label = (
        parts[-3]
        if len(parts) >= 3 and parts[-2] in ("co", "com", "org", "ac", "gov")
        else parts[-2]
        if len(parts) > 1
        else parts[0]
    )
    return re.sub(r"[^a-z0-9]", "", label)


def _without_legal_form(name: str) -> str:
    return " ".join(w for w in name.split() if fold(w).replace(".", "").strip(",") not in shared("legal_forms")) or name


def _likeness(name: str, label: str) -> float:
    """0 to 100: how much a name and a domain are one another's (initials count)."""
    if not label:
        return 0
    bare = squash(_without_legal_form(name))
    if len(bare) < 3:
        return 0
    variants = {label, label.replace("oe", "o").replace("ae", "a").replace("ue", "u")}
    plain = max(
        max(fuzz.ratio(bare, v), fuzz.partial_ratio(bare, v) * (0.97 if min(len(bare), len(v)) >= 5 else 0.6))
        for v in variants
    )
    tokens = [
        w
        for w in re.findall(r"\w+", fold(name))
        if len(w) > 3 and w not in shared("company_words") and w not in shared("legal_forms")
    ]
    shared_word = 90 if any(token in v for token in tokens for v in variants) else 0
    initials = "".join(w[0] for w in re.findall(r"\w+", fold(name)))
    return max(plain, shared_word, 90 if len(initials) >= 3 and initials in variants else 0)


def _has_legal_form(name: str) -> bool:
    """Whether a name of two words or more holds `Ltd`, `B.V.`, `GmbH`; the short ones count in capitals at its end."""
    parts = [p.strip(".,()").replace(".", "") for p in fold(name).split()]
    return any(p in shared("legal_forms") - shared("short_legal_forms") for p in parts[1:]) or (
        len(parts) > 1 and bool(_SHORT_LEGAL_FORM.search(name.strip()))
    )


def _worth(name: str, label: str) -> float:
    """How much a line looks like a company's name, whatever its place."""
    parts = [p.strip(".,()") for p in fold(name).split()]
    score = 0.0
    if any(
        p.replace(".", "")
        in shared("legal_forms") - {"co", "se", "sa", "as", "group", "trust", "ag", "eg", "ev", "ab", "ek"}
        for p in parts[1:]
    ):
        score += 4
    elif len(parts) > 1 and re.search(
        r"\b(?:AG|SA|SE|AB|AS|Co\.?|e\.?\s?[VKG]\.?|A\.?G\.?|S\.A\.|Group|Groep|Gruppe|Groupe)$", name.strip()
    ):
        score += 4
    if any(_is_company_word(p) for p in parts):
        score += 2.5
    score += 3 if _likeness(name, label) >= _ALIKE else 0
    return score


def _in_signature(letter: Letter, contact: Fact | None) -> Iterator[_Candidate]:
    label = _domain_label(letter.sender.email)
    named = contact is not None and contact.source != "mail.header"
    earlier = letter.earlier_lines
    for number, line in enumerate([*letter.signature_lines, *earlier]):
        lower = 1.0 if line in earlier else 0.0
        for place, segment in enumerate(_segments(line.text)):
            name = _company_text(segment, contact)
            if not name or len(name) > 70 or (contact and _is_name_of(name, contact.value)):
                continue
            score = _worth(name, label)
            plain = _plain_company_line(name, letter)
            if score == 0 and (not plain or (not named and number == 0)):
                continue
            if not plain and score < 3:
                continue
            yield _Candidate(Fact(name, line.source, name), score + 1.5 - 0.1 * number - 0.05 * place - lower)


def _segments(line: str) -> list[str]:
    """The parts of a signature line. A job title inside a part parts it further: name, title, company."""
    if len(line) > _LONGEST_LINE:
        return []
    line = re.sub(r",\s+(?=(?:Inc|Ltd|LLC|Corp|GmbH|S\.?A\.?)\b)", " ", line) if "," in line else line
    return [piece for part in _SEPARATORS.split(line) if part.strip() for piece in _around_title(part)]


def _around_title(part: str) -> list[str]:
    tokens = part.split()
    titles = [
        i
        for i, t in enumerate(tokens)
        if _is_role(fold(t).strip("(),.:")) and tokens[i - 1 : i] not in (["&"], ["und"])
    ]
    if len(tokens) < 4 or not titles or titles[0] < 2 or any(_is_company_word(fold(t)) for t in tokens[: titles[0]]):
        return [part]
    return [" ".join(tokens[: titles[0]]), " ".join(tokens[titles[-1] + 1 :])]


def _company_text(segment: str, contact: Fact | None) -> str:
    """A segment without phone, address and the words before the company (`Inkoper bij ...`, the contact's name)."""
    text = _EMAIL.sub("", _PHONE.sub("", segment))
    text = re.sub(r"(?:www\.|https?://)\S+", "", text)
    text = re.sub(r"\s+(?:au capital de|mit Sitz|registered in|, a company|Sitz)\b.*$", "", text, flags=re.I)
    text = re.sub(r"\s*\b(?:tel|tél|phone|mob|mobile|fon|gsm|port|fax|t|m|p|d)\.?\s*:?\s*$", "", text, flags=re.I)
    if contact and (match := re.match(rf"\s*{re.escape(contact.value)}\b[\s,;:|–-]*", text, re.I)):
        text = text[match.end() :]
    text = _ON_BEHALF.sub("", text)
    words_found = text.split()
    while len(words_found) > 1 and fold(words_found[0]).strip(".,:") in shared("company_lead_ins"):
        words_found = words_found[1:]
    return " ".join(words_found).strip(' ,;:|–-*"')


def _plain_company_line(name: str, letter: Letter) -> bool:
    """A line that may be a company for want of being anything else: no title, street, number, greeting or sentence."""
    folded = fold(name)
    parts = re.findall(r"[^\W\d_]+", folded)
    if (
        not parts
        or len(parts) > 7
        or name[-1:] in ".?!:"
        or not re.match(rf"[{_UPPER}\d'\"]", name)
        or is_greeting(name)
    ):
        return False
    if re.search(r"\d{3}", name) or _STREET.search(name) or _NUMBERED.search(name) or "@" in name:
        return False
    if any(part in words(code).bag("people", "titles") for part in parts for code in LANGUAGES):
        return _likeness(name, _domain_label(letter.sender.email)) >= _ALIKE and len(parts) > 1
    if folded in shared("places") or all(
        part in words(code).bag("language", "stopwords") for part in parts for code in ("en",)
    ):
        return False
    return sum(w[:1].isupper() or not w[:1].isalpha() for w in name.split()) * 2 >= len(name.split())


def _is_name_of(text: str, contact: str) -> bool:
    return fuzz.token_set_ratio(fold(text), fold(contact)) >= 95 and len(text) <= len(contact) + 3


def _in_header(letter: Letter, contact: Fact | None) -> Iterator[_Candidate]:
    """A company in the sender's display name: `Bakkerij de Vries`, `Jan de Vries | Acme BV`, `Einkauf Rottmann`."""
    if letter.is_form and _is_ours(letter.sender.email, letter):
        return
    name = letter.sender.name
    label = _domain_label(letter.sender.email)
    segments = re.split(r"\s+[|/•–-]\s+|\s*[()]\s*|\s+(?:via|bij|from|at|chez|@)\s+|,\s+", name)
    for segment in segments:
        segment = segment.strip(" '\"")
        if not segment or (contact and _is_name_of(segment, contact.value)):
            continue
        score = _worth(segment, label)
        parts = fold(segment).split()
        if _is_role(parts[0]):
            kept = segment.split()
            while kept and _is_role(fold(kept[0]).strip("-&")):
                kept = kept[1:]
            segment = " ".join(kept).strip(" -&")
            score = _worth(segment, label) - 1
        elif all(_is_role(part) for part in parts):
            continue
        if score > 0 and segment:
            yield _Candidate(Fact(segment, letter.sender.source, segment), score)


def _is_role(word: str) -> bool:
    return word in shared("role_mailboxes") or any(word in words(code).bag("people", "titles") for code in LANGUAGES)


def _introduced(letter: Letter, body: list[Sentence], contact: Fact | None, lists: Words) -> Iterator[_Candidate]:
    """A company that the text introduces: `on behalf of ...`, `this is Ann from ...`, `wij van ...`."""
    label = _domain_label(letter.sender.email)
    link = rf"\s*(?:\b(?:{lists.plain('people', 'from_words')})\b|[@|,-])\s*(?:de firma |der Firma |der |la société |de |the )?"
    names = "|".join(re.escape(w) for w in (contact.value.split() if contact else []) if len(w) > 1)
    for number, sentence in enumerate(body):
        if number < _INTRODUCTION:
            for found in _behind(sentence, lists.cues("people", "company_after")):
                yield from _scored(found, sentence, label, 2.0 - 0.05 * number, letter)
        for found in _COMPANY.finditer(sentence.text):
            if _has_legal_form(found.group()) and _likeness(found.group(), label) >= _ALIKE:
                yield from _scored(found.group(), sentence, label, 1.0, letter)
        starts = [m.end() for m in lists.cues("people", "name_after").finditer(sentence.folded)]
        introduced = [
            m
            for start in starts
            if (m := re.compile(rf"\s*{_NAME_WORD}(?:\s{_NAME_WORD}){{0,2}}").match(sentence.text, start))
        ]
        mentioned = re.finditer(rf"\b(?:{names})\b(?:\s(?:{names}))*", sentence.text) if names else ()
        for name in [*introduced, *mentioned]:
            match = re.compile(link).match(sentence.text, name.end())
            company = _COMPANY.match(sentence.text, match.end()) if match else None
            if company and match:
                sure = _worth(company.group(), label) > 0 or match.group().strip() in (
                    "from",
                    "at",
                    "@",
                    "bij",
                    "bei",
                    "chez",
                )
                yield from _scored(company.group(), sentence, label, 3.0 if sure else 1.0, letter)
        for match in re.finditer(_NAME.pattern + link, sentence.text):
            company = _COMPANY.match(sentence.text, match.end())
            if company and lists.cues("people", "called").search(sentence.folded[company.end() : company.end() + 30]):
                yield from _scored(company.group(), sentence, label, 2.5, letter)


def _behind(sentence: Sentence, pattern: re.Pattern[str]) -> Iterator[str]:
    for match in pattern.finditer(sentence.folded):
        start = match.end()
        while start < len(sentence.text) and sentence.text[start] in " \n\"„“'«":
            start += 1
        article = re.compile(
            r"(?:the|de|der|die|dem|das|het|la|le|les|l'|unserer|onze|our|firma|société)\s+", re.I
        ).match(sentence.text, start)
        start = article.end() if article else start
        company = _COMPANY.match(sentence.text, start)
        if company:
            yield company.group()


def _scored(name: str, sentence: Sentence, label: str, base: float, letter: Letter) -> Iterator[_Candidate]:
    name = re.split(r"\s(?:in|à|aus|te|uit|près)\s", name)[0].strip(" .,;:'\"-")
    parts = fold(name).split()
    if (
        len(name) < 3
        or not parts
        or all(part in words("en").bag("language", "stopwords") for part in parts)
        or re.fullmatch(r"[\d\W]+", name)
    ):
        return
    if letter.sender.name and _is_name_of(name, letter.sender.name):
        return
    if all(_is_role(p) or p in shared("places") for p in parts) or fold(name) in shared("no_company"):
        return
    if re.search(r"\d", name) and not _worth(name, label):
        return
    score = _worth(name, label)
    if base < 3 and score == 0:
        score = -1.2
    yield _Candidate(Fact(name, sentence.source, name), base + score)
