"""What the names of people and companies look like, and how to tell them from titles, streets and departments."""

import re
from dataclasses import dataclass

from rapidfuzz import fuzz

from sandbox.rehearsal.inquiry.headers import EMAIL, is_freemail
from sandbox.rehearsal.inquiry.words import LANGUAGES, fold, shared, shared_cues, squash, words

PHONE = re.compile(r"(?<![\w.,/-])(?:\+|\(?0|00)[\d ()./\u00a0-]{6,22}\d(?!\w)")
UPPER = "A-ZÀ-ÖØ-ÞİŞĞĆČŁŚŻ"
NAME_WORD = rf"(?:[{UPPER}][\w'’-]*\.?|[{UPPER}]\.(?:[{UPPER}]\.)*)"
_PARTICLES = r"(?:van|von|vom|zu|zum|der|den|de|het|ter|ten|te|du|des|del|della|di|la|le|el|al|vd|v\.d\.|d'|'t|op|in)"
NAME = re.compile(rf"{NAME_WORD}(?:\s{_PARTICLES}(?=\s))*(?:\s(?:{_PARTICLES}\s)*{NAME_WORD}){{0,3}}")
_COMPANY_WORD = rf"(?:[{UPPER}0-9][\w&.'’+/-]*|&|\+)"
_COMPANY_LINKS = r"(?:van|von|vom|de|der|den|und|en|et|of|for|du|des|la|le|les|and|the|zum|zur|am|aan|in|i|à|d')"
COMPANY = re.compile(rf"{_COMPANY_WORD}(?:\s(?:{_COMPANY_LINKS}\s)*{_COMPANY_WORD})*")
SALUTATION = re.compile(
    r"^(?:mr|mrs|ms|miss|dr|ing|ir|drs|dhr|mevr|mw|dipl\.?-?ing|herr|frau|hr|fr|m(?=\.?\s\w+\s\w)|mme|mlle|monsieur|madame"
    r"|i\.\s?a|i\.\s?v|ppa|prof|de heer|mevrouw)\.?\s+",
    re.I,
)
DEGREES = re.compile(r"\s+(?:MSc|BSc|MBA|PhD|MIWFM|MCIPS|CEng|B\.?A\.?|M\.?A\.?|B\.?Eng\.?)\b.*$|\s*\(.*\)\s*$")
_SEPARATORS = re.compile(r"\s*(?:\||,|•|·|;|\s[-–—/]\s|\s{3,}|\t)\s*")
_STREET = re.compile(
    r"\b(?:street|st\.|road|rd\.?|lane|avenue|ave|drive|close|court|park|way|quay|yard|row|terrace|estate|unit \d"
    r"|straat|weg|laan|plein|kade|gracht|dijk|steeg|singel|dreef|postbus"
    r"|stra(?:ß|ss)e|str\.|platz|allee|gasse|ring|ufer|damm|postfach|am \w+ \d"
    r"|rue|boulevard|bd|place|chemin|impasse|route|quai|zone industrielle|za|zi|bp \d)\b"
    r"|(?:straat|weg|laan|plein|kade|gracht|dijk|singel|stra(?:ß|ss)e|str\.|platz|allee|gasse)\s+\d"
    r"|\b\d{4}\s?[A-Z]{2}\b|\b(?:[A-Z]-)?\d{4,5}\s+[A-ZÀ-Ý][a-zà-ÿ]+|\b[A-Z]{1,2}\d{1,2}[A-Z]?\s?\d[A-Z]{2}\b",
    re.I,
)
_NUMBERED = re.compile(
    r"\b(?:vat|btw|tva|ust|kvk|iban|bic|siret|hrb|hra|rcs|reg|company no|registered|bce|abn|ein|tax|cedex|capital"
    r"|fax)\b",
    re.I,
)
_SHORT_LEGAL_FORM = re.compile(r"\b(?:AG|SA|SE|AB|AS|Co\.?|e\.?\s?[VKG]\.?|A\.?G\.?|S\.A\.|Group|Groep|Gruppe|Groupe)$")
ALIKE = 85
"""From this likeness on, a name and a mail domain are one another's."""
_LONGEST_LINE = 110
_LONGEST_NAME = 40


@dataclass(frozen=True)
class Fact:
    """A value and the words of a source that bear it out."""

    value: str
    source: str
    quote: str


def segments(line: str) -> list[str]:
    """The parts of a signature line. A job title inside a part parts it further: name, title, company."""
    if len(line) > _LONGEST_LINE:
        return []
    line = re.sub(r",\s+(?=(?:Inc|Ltd|LLC|Corp|GmbH|S\.?A\.?)\b)", " ", line)
    return [piece for part in _SEPARATORS.split(line) if part.strip() for piece in _around_title(part)]


def _around_title(part: str) -> list[str]:
    tokens = part.split()
    titles = [i for i, token in enumerate(tokens) if is_role(token) and tokens[i - 1 : i] not in (["&"], ["und"])]
    if len(tokens) < 4 or not titles or titles[0] < 2 or any(is_company_word(t) for t in tokens[: titles[0]]):
        return [part]
    return [" ".join(tokens[: titles[0]]), " ".join(tokens[titles[-1] + 1 :])]


def without_contacts(text: str) -> str:
    """The text without its phone numbers and addresses."""
    return re.sub(r"(?:www\.|https?://)\S+", "", EMAIL.sub("", PHONE.sub("", text)))


def is_address(text: str) -> bool:
    """A street, a place with its postcode, or a registration number."""
    return bool(_STREET.search(text) or _NUMBERED.search(text))


def is_role(word: str) -> bool:
    """A job title, department or mailbox."""
    folded = fold(word).strip("(),.:-&")
    return folded in shared("role_mailboxes") or any(
        folded in words(code).bag("people", "titles") for code in LANGUAGES
    )


def is_company_word(word: str) -> bool:
    folded = fold(word).strip(".,()")
    return (
        folded.replace(".", "") in shared("legal_forms")
        or folded in shared("company_words")
        or (len(folded) > 7 and folded.endswith(tuple(shared("company_tails"))))
    )


def is_person(name: str, email: str) -> bool:
    """Whether a name can be a person's: no company word, no role, not just the name of the sender's domain."""
    parts = fold(name).replace(".", " ").split()
    if not 1 <= len(parts) <= 5 or len(name) > _LONGEST_NAME or re.search(r"[\d@&]", name):
        return False
    if any(is_company_word(part) or (len(part) > 3 and is_role(part)) for part in parts):
        return False
    if shared("role_mailboxes") & set(parts) or shared_cues("phone_labels").fullmatch(fold(name)):
        return False
    return len(parts) > 1 or (len(name) > 1 and squash(name) != domain_label(email))


def is_name_of(text: str, name: str) -> bool:
    """Whether a text says no more than a name."""
    return fuzz.token_set_ratio(fold(text), fold(name)) >= 95 and len(text) <= len(name) + 3


def domain_label(email: str) -> str:
    """The company part of an address's domain; empty for a mail provider's."""
    parts = email.rpartition("@")[2].split(".")
    if len(parts) < 2 or is_freemail(".".join(parts)):
        return ""
    second = len(parts) >= 3 and parts[-2] in ("co", "com", "org", "ac", "gov")
    return re.sub(r"[^a-z0-9]", "", parts[-3] if second else parts[-2])


def without_legal_form(name: str) -> str:
    kept = [word for word in name.split() if fold(word).replace(".", "").strip(",") not in shared("legal_forms")]
    return " ".join(kept) or name


def has_legal_form(name: str) -> bool:
    """Whether a name of two words or more holds `Ltd`, `B.V.`, `GmbH`; the short ones count in capitals at its end."""
    parts = [part.strip(".,()").replace(".", "") for part in fold(name).split()]
    long_form = any(part in shared("legal_forms") - shared("short_legal_forms") for part in parts[1:])
    return long_form or (len(parts) > 1 and bool(_SHORT_LEGAL_FORM.search(name.strip())))


def likeness(name: str, label: str) -> float:
    """0 to 100: how much a company's name and a domain are one another's; initials count, and so does a shared word."""
    bare = squash(without_legal_form(name))
    if not label or len(bare) < 3:
        return 0
    variants = {label, label.replace("oe", "o").replace("ae", "a").replace("ue", "u")}
    parts = re.findall(r"\w+", fold(name))
    initials = "".join(part[0] for part in parts)
    tokens = [part for part in parts if len(part) > 3 and not is_company_word(part)]
    if any(token in variant for token in tokens for variant in variants) or (
        len(initials) >= 3 and initials in variants
    ):
        return 90
    within = 0.97 if min(len(bare), len(label)) >= 5 else 0.6
    return max(max(fuzz.ratio(bare, v), fuzz.partial_ratio(bare, v) * within) for v in variants)


def worth(name: str, label: str) -> float:
    """How much a text looks like a company's name, whatever its place: 0 for not at all, up to 9.5."""
    legal = 4.0 if has_legal_form(name) else 0
    typical = 2.5 if any(is_company_word(part) for part in name.split()) else 0
    return legal + typical + (3 if likeness(name, label) >= ALIKE else 0)
