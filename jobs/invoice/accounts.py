"""Bank accounts: which ones an invoice names, and whether they may be paid to. What a model says of the account counts
for nothing: every IBAN that stands in the text must be one of the vendor's."""

import re
from collections.abc import Collection, Iterator, Sequence

from stdnum import iban as iban_number  # pyright: ignore[reportMissingTypeStubs]

from jobs.core import Check, Inputs
from jobs.grounding import normalise
from jobs.invoice import texts
from jobs.invoice.raising import error, warning
from jobs.invoice.rules import InvoiceRules
from jobs.invoice.schema import InvoiceProposal
from jobs.purchasing import OwnCompany, Vendor

_LENGTHS = {
    country: int(length)
    for country, length in re.findall(
        r"(\w\w)(\d\d)",
        """AD24 AE23 AL28 AT20 AZ28 BA20 BE16 BG22 BH22 BR29 BY28 CH21 CR22 CY28 CZ24 DE22 DK18 DO28 EE20 EG29 ES24
        FI18 FO18 FR27 GB22 GE22 GI23 GL18 GR27 GT28 HR21 HU28 IE22 IL23 IQ23 IS26 IT27 JO30 KW30 KZ20 LB28 LC32 LI21
        LT20 LU20 LV21 MC27 MD24 ME22 MK19 MR27 MT31 MU30 NL18 NO15 PK24 PL28 PS29 PT25 QA29 RO24 RS22 SA24 SC31 SE24
        SI19 SK24 SM27 ST25 SV28 TL23 TN24 TR26 UA29 VA22 VG24 XK20""",
    )
}
"""Characters of an IBAN, by country (ISO 13616)."""
_BETWEEN = r"[\s.|/_\-\u2010-\u2015\u2212\u00b7·]{0,12}"
_START = re.compile(rf"(?=([A-Z]){_BETWEEN}([A-Z]){_BETWEEN}[0-9]{_BETWEEN}[0-9])")
_NEXT = re.compile(rf"{_BETWEEN}([A-Z0-9])")
_SENTENCES = re.compile(r"(?<=[.!?;])\s")
_PAYER = re.compile("payer|debtor", re.I)
_LABELLED = re.compile(
    r"\b(?:bankgiro|plusgiro|sort code|kontonummer|konto-?nr)\b[ .:|]{0,5}(\d[\d -]{3,20}\d)(?![\d.,])", re.I
)
"""Accounts that are no IBAN; what is only called an account number is mostly the customer's."""
_LOOKS_LIKE_IBAN = re.compile(r"[A-Z]{2}\d{2}[A-Z0-9]{8,30}")

_CALL_BACK = (
    "Do not pay to it. Call the supplier on a number that you know from elsewhere; if the account is right, enter it "
    "in the ERP and approve again, else reject. An account of our own belongs to our company there"
)


def account(number: str) -> str:
    """An account's number apart from how it is written; the word IBAN before it is no part of it."""
    bare = texts.compact(number)
    return bare.removeprefix("IBAN") if re.match(r"IBAN[A-Z]{2}\d{2}", bare) else bare


def is_iban(number: str) -> bool:
    """Whether length and check digits are those of an IBAN (ISO 13616, ISO 7064); the bank's own check digits do not
    count."""
    return _LENGTHS.get(number[:2]) == len(number) and _checks(number)


def ibans_in(text: str) -> list[str]:
    """The IBANs that stand in a text however they are written: grouped, over line ends, with characters that do not
    show, wide or look-alike ones."""
    bare, found = texts.bare(text), dict[str, None]()
    for start in _START.finditer(bare):
        length = _LENGTHS.get(start[1] + start[2])
        number = _take(bare, start.start(), length) if length else ""
        if number and _checks(number):
            found[number] = None
    return list(found)


def named(proposal: InvoiceProposal) -> list[tuple[str, str]]:
    """Path and number of each account that the proposal names."""
    paths = [("iban", proposal.iban), *((f"further_ibans[{i}]", n) for i, n in enumerate(proposal.further_ibans))]
    return [(path, account(number)) for path, number in paths if number and account(number)]


def check_accounts(
    proposal: InvoiceProposal, vendor: Vendor | None, company: OwnCompany | None, inputs: Inputs
) -> Iterator[Check]:
    own = {account(number) for number in company.ibans} if company else set[str]()
    claimed = [(path, number) for path, number in named(proposal) if number not in own]
    yield from _invalid([(path, number) for path, number in claimed if not vendor or number not in _known(vendor)])
    if vendor is not None:
        by_model = texts.read_by_model(inputs)
        standing = {number: "iban" for number in _standing(inputs) if number not in own}
        asked = {number: path for path, number in claimed}
        yield from _compared({**standing, **asked} if by_model else asked, vendor, strictly=by_model)
        if by_model:
            yield from _labelled(vendor, company, inputs)
        elif asked:
            yield from _mentioned(standing.keys() - asked.keys(), vendor)
    yield from _notices(inputs)


def _compared(asked: dict[str, str], vendor: Vendor, *, strictly: bool) -> Iterator[Check]:
    """`strictly`: one account of the vendor's does not excuse another that is not. Structured data says itself which
    accounts it offers; the bill takes the one that the ERP has."""
    known = _known(vendor)
    strange = [number for number in asked if number not in known]
    on_file = ", ".join(vendor.ibans)
    offered = len(strange) < len(asked)
    for number in strange:
        if not known:
            yield error(
                "IBAN_NEW",
                asked[number],
                f"the ERP has no bank account of {vendor.name}, and the invoice names {number}",
                found=number,
                expected="an account on file",
                advice="Call the supplier on a number that you know from elsewhere, and enter the account in the ERP",
            )
        elif strictly or not offered:
            yield error(
                "IBAN_CHANGED",
                asked[number],
                f"{number} is not an account of {vendor.name} that the ERP has",
                found=number,
                expected=on_file,
                advice=_CALL_BACK,
            )
        else:
            yield _added(number, asked[number], vendor)


def _mentioned(numbers: Collection[str], vendor: Vendor) -> Iterator[Check]:
    """Accounts that stand in a note or a mail, not where structured data has those to pay to."""
    for number in sorted(set(numbers) - _known(vendor)):
        yield _added(number, "iban", vendor)


def _labelled(vendor: Vendor, company: OwnCompany | None, inputs: Inputs) -> Iterator[Check]:
    """National account numbers, which may be the end of an IBAN on file."""
    on_file = [account(number) for number in (*vendor.ibans, *(company.ibans if company else ()))]
    for _, text in texts.words(inputs):
        for number in dict.fromkeys(texts.compact(found) for found in _LABELLED.findall(text)):
            if not any(number in known for known in on_file):
                yield _added(number, "iban", vendor)


def _added(number: str, path: str, vendor: Vendor) -> Check:
    return warning(
        "IBAN_ADDED",
        path,
        f"the account {number} is named, which is none of {vendor.name} that the ERP has",
        found=number,
        expected=", ".join(vendor.ibans),
        advice="Pay to the account on file only",
    )


def _known(vendor: Vendor) -> set[str]:
    return {account(number) for number in vendor.ibans}


def _invalid(claimed: Sequence[tuple[str, str]]) -> Iterator[Check]:
    for path, number in claimed:
        country, length = number[:2], _LENGTHS.get(number[:2])
        if length and _LOOKS_LIKE_IBAN.fullmatch(number) and not is_iban(number):
            why = f"an IBAN of {country} has {length} characters" if len(number) != length else "its check digits fail"
            yield warning(
                "IBAN_INVALID",
                path,
                f"{number} is no valid IBAN: {why}",
                found=number,
                expected=f"a valid IBAN of {country}",
                advice="Compare it with the original; if it stands there so, pay to the account on file",
            )


def _notices(inputs: Inputs) -> Iterator[Check]:
    rules: InvoiceRules = inputs.rules
    for place, text in texts.words(inputs):
        parts = _SENTENCES.split(normalise(text))
        told = (sentence for sentence in parts if not rules.no_bank_notice.search(sentence))
        match = next(filter(None, map(rules.bank_notice.search, told)), None)
        if match:
            yield warning(
                "BANK_NOTICE",
                "iban",
                f"{place} speaks of another bank account: “{match[0]}”",
                found=match[0],
                advice="Treat it as an attempt at fraud until the supplier, called on a known number, confirms it",
            )


def _standing(inputs: Inputs) -> list[str]:
    """All but the accounts that structured data itself calls the payer's (BT-91)."""
    found = (number for _, text in texts.words(inputs, but=_PAYER) for number in ibans_in(text))
    return list(dict.fromkeys(found))


def _take(text: str, at: int, length: int) -> str:
    """So many letters and digits from here on, with little between any two of them; empty if there are fewer."""
    taken = ""
    while len(taken) < length:
        match = _NEXT.match(text, at)
        if not match:
            return ""
        taken, at = taken + match[1], match.end()
    return taken


def _checks(number: str) -> bool:
    return bool(re.fullmatch(r"[A-Z]{2}\d{2}[A-Z0-9]+", number)) and iban_number.is_valid(number, check_country=False)
