"""Who and when: a mail's header lines, and what their values say."""

import re
from dataclasses import dataclass
from datetime import date
from email.utils import parsedate_to_datetime

from sandbox.rehearsal.inquiry.words import fold, shared, shared_text

EMAIL = re.compile(r"[\w.+'-]+@[\w-]+(?:\.[\w-]+)+")


@dataclass(frozen=True)
class Passage:
    """A text and the source it stands in."""

    source: str
    text: str


@dataclass(frozen=True)
class Party:
    """Someone in a header. `line` is the header's own words, in `source`."""

    name: str
    email: str
    source: str
    line: str

    @property
    def domain(self) -> str:
        return self.email.rpartition("@")[2]


def header_fields(text: str) -> dict[str, str]:
    """`From: ...` lines by their name in lower case; the first of each counts."""
    fields: dict[str, str] = {}
    for line in text.splitlines():
        name, colon, value = line.partition(":")
        if colon:
            fields.setdefault(name.strip().lower(), value.strip())
    return fields


def parties(value: str, source: str) -> tuple[Party, ...]:
    """Everyone in a `To:` line."""
    return tuple(party(part, source) for part in re.split(r"[,;](?=[^<>]*(?:<|$|@))", value) if part.strip())


def party(value: str, source: str) -> Party:
    """Name and address, the latter in lower case, in any of the mailers' notations."""
    value = value.strip().strip("*")
    address = EMAIL.search(value)
    email = address.group().lower() if address else ""
    name = re.sub(r"[<\[(]?(?:mailto:)?[\w.+'-]+@[\w.-]+[>\])]?|[<\[]\s*[>\]]", "", value).strip(" \"'<>,;*")
    return Party("" if name.lower() == email else name, email, source, value)


def day_of(value: str) -> date | None:
    """The day in `2026-11-23 Monday` or in a date of RFC 5322."""
    try:
        iso = re.search(r"\d{4}-\d\d-\d\d", value)
        return date.fromisoformat(iso.group()) if iso else parsedate_to_datetime(value).date()
    except (ValueError, TypeError):
        return None


def is_freemail(domain: str) -> bool:
    """A mail provider's domain: it says nothing about the company."""
    return any(label in shared("freemail") for label in domain.split(".")[:-1])


def company_domains(found: tuple[Party, ...]) -> frozenset[str]:
    """Their mail domains, without those of mail providers."""
    return frozenset(one.domain for one in found if one.domain and not is_freemail(one.domain))


def is_forward(subject: str) -> bool:
    return bool(_prefix(subject, "forward_subject"))


def is_reply(subject: str) -> bool:
    return bool(_prefix(subject, "reply_subject"))


def bare_subject(subject: str) -> str:
    """The subject without `Re:`, `WG:` and the like."""
    while match := _prefix(subject, "forward_subject") or _prefix(subject, "reply_subject"):
        subject = subject[match.end() :]
    return subject.strip()


def _prefix(subject: str, kind: str) -> re.Match[str] | None:
    return re.match(rf"\s*(?:\[[^\]]*\]\s*)?(?:{fold(shared_text(kind))})(?:\[\d+\])?\s*:", fold(subject))
