"""Which customer of the CRM is this? Address beats VAT number beats domain beats name; a tie is a person's to break."""

import re
from collections.abc import Callable, Sequence
from dataclasses import dataclass

from rapidfuzz import fuzz, utils

from jobs.crm import Customer, CustomerClues

_FREEMAIL = """
gmail.com googlemail.com outlook.com hotmail.com live.com msn.com yahoo.com icloud.com me.com aol.com proton.me
protonmail.com mail.com gmx.de gmx.net web.de t-online.de freenet.de outlook.de yahoo.de ziggo.nl kpnmail.nl planet.nl
hetnet.nl xs4all.nl hotmail.nl live.nl telenet.be skynet.be proximus.be orange.fr wanadoo.fr free.fr laposte.net sfr.fr
yahoo.fr hotmail.fr outlook.fr yahoo.co.uk btinternet.com
"""
FREEMAIL = frozenset(_FREEMAIL.split())
"""Domains that say nothing about the company of their user."""
_LEGAL_FORMS = re.compile(
    r"\b(b\.?\s?v\.?b\.?a\.?|b\.?v\.?|n\.?v\.?|v\.?o\.?f\.?|gmbh|& co\.? kg|kg|ohg|ag|e\.?k\.?|ug|ltd|limited|llp|plc"
    r"|inc|sarl|s\.a\.r\.l\.?|sas|s\.a\.s\.?|s\.?a\.?|eurl|srl|bvba)(?=\W|$)",
    re.IGNORECASE,
)


@dataclass(frozen=True)
class Match:
    """The customer a case belongs to, or none; `rivals` are those that fit as well."""

    customer: Customer | None
    reason: str
    rivals: Sequence[Customer] = ()


def bare_name(name: str) -> str:
    """A company name without its legal form, folded for comparison."""
    return utils.default_process(_LEGAL_FORMS.sub(" ", name))


def name_score(a: str, b: str) -> float:
    """0 to 100; 100 is the same name apart from legal form, case and word order."""
    return fuzz.token_sort_ratio(bare_name(a), bare_name(b))


def compact_vat(vat: str) -> str:
    return re.sub(r"[^A-Z0-9]", "", vat.upper())


def match_customer(candidates: Sequence[Customer], clues: CustomerClues) -> Match:
    """The first kind of clue that points at anyone decides; if it points at several, no one is picked."""
    tests: list[tuple[str, Callable[[Customer], bool]]] = [
        ("mail address", lambda c: not {c.email, *c.emails}.isdisjoint(clues.emails)),
        ("VAT number", lambda c: bool(c.vat) and compact_vat(c.vat) in clues.vats),
        ("mail domain", lambda c: not {e.rpartition("@")[2] for e in (c.email, *c.emails)}.isdisjoint(clues.domains)),
        ("company name", lambda c: any(name_score(c.name, name) >= 90 for name in clues.names)),
    ]
    for reason, test in tests:
        hits = [candidate for candidate in candidates if test(candidate)]
        if len(hits) > 1 and clues.names:
            hits = _closest_by_name(hits, clues.names)
        if len(hits) == 1:
            return Match(hits[0], reason)
        if hits:
            return Match(None, reason, hits)
    return Match(None, "")


def _closest_by_name(hits: Sequence[Customer], names: Sequence[str]) -> Sequence[Customer]:
    best = max(max(name_score(c.name, name) for name in names) for c in hits)
    if best < 90:
        return hits
    return [c for c in hits if max(name_score(c.name, name) for name in names) == best]
