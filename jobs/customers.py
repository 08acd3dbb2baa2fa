"""Which customer of the CRM is this? Address beats VAT number beats domain beats name; a tie is a person's to break,
and so is a name that comes with a stranger's domain. A wrong link is worse than none."""

import re
import unicodedata
from collections.abc import Callable, Sequence
from dataclasses import dataclass

from rapidfuzz import fuzz
from stdnum.eu import vat as eu_vat  # pyright: ignore[reportMissingTypeStubs]
from stdnum.exceptions import ValidationError  # pyright: ignore[reportMissingTypeStubs]
from stdnum.gb import vat as gb_vat  # pyright: ignore[reportMissingTypeStubs]

from jobs.crm import Customer, CustomerClues

_FREEMAIL = """
aol.com duck.com fastmail.com gmail.com googlemail.com hey.com hotmail.com icloud.com live.com mac.com mail.com me.com
msn.com outlook.com pm.me proton.me protonmail.com rocketmail.com tutanota.com yahoo.com yandex.com ymail.com zoho.com
arcor.de freenet.de gmx.at gmx.ch gmx.com gmx.de gmx.net hotmail.de live.de mailbox.org online.de outlook.de posteo.de
t-online.de vodafone.de web.de yahoo.de
casema.nl chello.nl hetnet.nl home.nl hotmail.nl kpnmail.nl kpnplanet.nl live.nl outlook.nl planet.nl quicknet.nl
tele2.nl upcmail.nl xs4all.nl yahoo.nl ziggo.nl zonnet.nl
belgacom.net hotmail.be live.be outlook.be pandora.be proximus.be scarlet.be skynet.be telenet.be voo.be
bbox.fr free.fr gmx.fr hotmail.fr laposte.net live.fr neuf.fr numericable.fr orange.fr outlook.fr sfr.fr wanadoo.fr
yahoo.fr
blueyonder.co.uk btinternet.com hotmail.co.uk live.co.uk ntlworld.com sky.com talktalk.net virginmedia.com yahoo.co.uk
"""
FREEMAIL = frozenset(_FREEMAIL.split())
"""Domains that say nothing about the company of their user."""

_FORMS_BEFORE = frozenset(("asbl", "eurl", "fa", "firma", "sarl", "sas", "sprl", "srl", "vof", "vzw"))
_FORMS_AFTER = """
ag as asbl bv bvba comm commv coop corp cv eenmanszaak eg ek eurl ev gbr gmbh haftungsbeschraenkt haftungsbeschrankt inc
kg kgaa limited llc llp ltd mbh nv ohg oy partg plc sa sarl sas sasu sc sca scop scrl scs se snc sprl srl ug vof vzw
"""
_LEGAL_FORMS = frozenset(_FORMS_AFTER.split())
_SAME_FORMS = {"limited": "ltd", "bvba": "bv", "sprl": "srl", "haftungsbeschrankt": "haftungsbeschraenkt"}
"""Written in two ways, or renamed by law."""
_AND = frozenset(("and", "en", "et", "und"))
_LETTERS = str.maketrans({"ø": "o", "ł": "l", "đ": "d", "æ": "ae", "œ": "oe", "'": None, "’": None})
_UMLAUTS = str.maketrans({"ä": "ae", "ö": "oe", "ü": "ue"})
_SAME = 94
"""One letter more or less in a long word is a typo; Jansen and Janssen are two companies."""
_ALIKE = 90


@dataclass(frozen=True)
class Match:
    """The customer a case belongs to, or none; `rivals` are those that it could be."""

    customer: Customer | None
    reason: str
    rivals: Sequence[Customer] = ()


def bare_name(name: str) -> str:
    """A company name without legal form, accents, punctuation and `&`, folded for comparison."""
    return _taken_apart(name)[0]


def legal_form(name: str) -> str:
    """The legal form that bare_name leaves out, such as `bv` or `gmbh kg`; empty where the name has none."""
    return _taken_apart(name)[1]


def _taken_apart(name: str) -> tuple[str, str]:
    decomposed = unicodedata.normalize("NFKD", name.casefold().translate(_LETTERS))
    letters = "".join(letter for letter in decomposed if not unicodedata.combining(letter))
    joined = re.sub(r"\b(\w)\.\s?(?=\w\b)", r"\1", letters)  # b.v. is bv
    joined = re.sub(r"\bco\W+(?=(kg|kgaa|ohg|ltd|limited)\b)", "", joined)  # A name of its own only in Smith & Co.
    words = [word for word in re.findall(r"\w+", joined) if word not in _AND]
    forms: list[str] = []
    while len(words) > 1 and words[-1] in _LEGAL_FORMS:
        forms.insert(0, words.pop())
    while len(words) > 1 and words[0] in _FORMS_BEFORE:
        forms.append(words.pop(0))
    return " ".join(words), " ".join(_SAME_FORMS.get(form, form) for form in forms if form not in ("fa", "firma"))


def name_score(a: str, b: str) -> float:
    """0 to 100, that of the least alike word; 100 is the same name apart from legal form, case, accents, umlauts
    written out, spaces and word order."""
    return max(_score(bare_name(one), bare_name(other)) for one, other in ((a, b), (_spelt_out(a), _spelt_out(b))))


def compact_vat(vat: str, country: str = "") -> str:
    """Without spaces and dots, with leading zeros and country prefix (that of `country` if it has none), upper case."""
    compact = re.sub(r"[^A-Z0-9]", "", vat.upper())
    prefixed = compact if compact[:2].isalpha() else country + compact
    try:
        return eu_vat.compact(prefixed)
    except ValidationError:
        return prefixed


def is_vat(number: str) -> bool:
    """Whether this is a VAT number with prefix of the EU or the UK, by its check digits."""
    return eu_vat.is_valid(number) or gb_vat.is_valid(number)


def match_customer(candidates: Sequence[Customer], clues: CustomerClues) -> Match:
    """The first kind of clue that points at anyone decides; if it points at several, no one is picked."""
    tests: list[tuple[str, Callable[[Customer], bool]]] = [
        ("mail address", lambda c: not {c.email, *c.emails}.isdisjoint(clues.emails)),
        ("VAT number", lambda c: bool(c.vat) and compact_vat(c.vat, c.country) in clues.vats),
        ("mail domain", lambda c: not _domains(c).isdisjoint(clues.domains)),
        ("company name", lambda c: _best_score(c, clues.names) >= _SAME and not _known_otherwise(c, clues)),
    ]
    for reason, test in tests:
        hits = [candidate for candidate in candidates if test(candidate)]
        if len(hits) > 1:
            hits = _closest_by_name(hits, clues.names)
        if len(hits) == 1:
            return Match(hits[0], reason)
        if hits:
            return Match(None, reason, hits)
    alike = [c for c in candidates if any(_alike(c.name, name) for name in clues.names)]
    return Match(None, "company name", alike) if alike else Match(None, "")


def _score(a: str, b: str) -> float:
    if a.replace(" ", "") == b.replace(" ", ""):
        return 100 if a else 0
    words, others = sorted(a.split()), sorted(b.split())
    if len(words) != len(others):
        return 0
    return min((fuzz.ratio(word, other) for word, other in zip(words, others, strict=True)), default=0)


def _alike(a: str, b: str) -> bool:
    return max(name_score(a, b), fuzz.token_sort_ratio(bare_name(a), bare_name(b))) >= _ALIKE


def _best_score(customer: Customer, names: Sequence[str]) -> float:
    return max((name_score(customer.name, name) for name in names), default=0)


def _closest_by_name(hits: Sequence[Customer], names: Sequence[str]) -> Sequence[Customer]:
    best = max(_best_score(c, names) for c in hits)
    return [c for c in hits if _best_score(c, names) == best] if best >= _SAME else hits


def _known_otherwise(customer: Customer, clues: CustomerClues) -> bool:
    """Its domain or VAT number is known and is not the one at hand: a namesake, or someone who borrows the name."""
    return bool((clues.domains and _domains(customer) - FREEMAIL) or (clues.vats and customer.vat))


def _domains(customer: Customer) -> set[str]:
    return {email.rpartition("@")[2] for email in (customer.email, *customer.emails) if email}


def _spelt_out(name: str) -> str:
    return unicodedata.normalize("NFC", name.casefold()).translate(_UMLAUTS)
