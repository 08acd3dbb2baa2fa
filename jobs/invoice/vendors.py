"""Which vendor of the ERP sent this invoice? VAT id, bank account and name each speak for one; what they say together
must be enough, and a tie is a person's to break. A wrong vendor is worse than none: it is paid."""

import re
from collections.abc import Iterable, Sequence
from dataclasses import dataclass

from rapidfuzz import fuzz

from jobs.core import Check, Inputs, Source
from jobs.customers import bare_name, compact_vat, is_vat, name_score
from jobs.edits import covered
from jobs.invoice import texts
from jobs.invoice.accounts import account, ibans_in, is_iban, named
from jobs.invoice.raising import error, warning
from jobs.invoice.schema import InvoiceProposal
from jobs.mail import MailFacts
from jobs.purchasing import OwnCompany, PurchaseFacts, Vendor, VendorClues

_SAME = 94
_ALIKE = 85
_ENOUGH = 4
"""Of the points below: a name alone, or a VAT id alone that passes its check digits; never an account alone."""
_POINTS_VAT, _POINTS_WEAK_VAT = 5, 3
"""A VAT id that fails its check digits may be a placeholder that others bear, too."""
_POINTS_ACCOUNT, _POINTS_WEAK_ACCOUNT = 3, 2
_POINTS_NAME, _POINTS_LIKE_NAME = 4, 2
_VAT_IN_TEXT = re.compile(r"(?<![A-Z0-9])([A-Z]{2}[ .-]?[A-Z0-9](?:[ .-]?[A-Z0-9]){6,12})(?![A-Z0-9])")
_AFTER_VAT = re.compile(r"(?:MVA|MWST|TVA|IVA)$")
_CHECKED = """
AT BE BG CY CZ DE DK EE EL ES FI FR GB GR HR HU IE IT LT LU LV MT NL PL PT RO SE SI SK XI
"""
_CHECKED_PREFIXES = frozenset(_CHECKED.split())


@dataclass(frozen=True)
class VendorMatch:
    """The vendor that an invoice is from, or none; `rivals` are those that it could be."""

    vendor: Vendor | None
    reason: str
    """What speaks for it, or why none is picked."""
    rivals: Sequence[Vendor] = ()
    other_vats: Sequence[str] = ()
    """VAT ids that the invoice bears, where none of them is the vendor's."""
    account_fits: bool = False


@dataclass(frozen=True)
class _Score:
    vendor: Vendor
    vat: int
    account: int
    name: int
    likeness: float
    other_vats: Sequence[str]

    @property
    def points(self) -> int:
        return self.vat + self.account + self.name

    @property
    def rank(self) -> tuple[int, float]:
        return self.points, self.likeness

    @property
    def reason(self) -> str:
        said = {"VAT id": self.vat, "bank account": self.account, "name": self.name}
        return ", ".join(what for what, points in said.items() if points)


def vendor_clues(proposal: InvoiceProposal, sources: Sequence[Source], mail: MailFacts) -> VendorClues:
    """What to look the vendor up by: what the proposal says of it, and every VAT id and IBAN in the text."""
    text = "\n".join(source.text for source in sources if not texts.is_structured(source))
    vats = [proposal.seller_vat_id or "", proposal.seller_tax_number or "", *vat_ids_in(text)]
    ibans = [*(number for _, number in named(proposal)), *ibans_in(text)]
    writer = mail.forwarded_from or mail.reply_to or mail.sender
    emails = [proposal.seller_email or "", writer.email]
    return VendorClues(
        ids=(proposal.vendor_id,) if proposal.vendor_id is not None else (),
        vats=_distinct(_vat(vat, proposal.seller_country) for vat in vats),
        ibans=_distinct(ibans),
        names=_distinct([proposal.seller_name or ""]),
        emails=_distinct(email.lower() for email in emails),
    )


def match_vendor(proposal: InvoiceProposal, inputs: Inputs) -> VendorMatch:
    facts = inputs.facts.purchase or PurchaseFacts()
    if covered("vendor_id", inputs.edited) and proposal.vendor_id is not None:
        return _named_by_person(proposal.vendor_id, facts.vendors)
    scores = [_score(vendor, proposal, inputs, facts.company) for vendor in facts.vendors]
    enough = sorted((s for s in scores if s.points >= _ENOUGH), key=lambda s: s.rank, reverse=True)
    best = [s for s in enough if s.rank == enough[0].rank]
    if len(best) == 1:
        [first] = best
        rivals = [s.vendor for s in enough[1:]]
        return VendorMatch(first.vendor, first.reason, rivals, first.other_vats, bool(first.account))
    if best:
        return VendorMatch(None, f"{len(best)} vendors have the same {best[0].reason}", [s.vendor for s in best])
    alike = sorted((s for s in scores if s.points), key=lambda s: s.rank, reverse=True)
    why = "only the " + alike[0].reason + " fits" if alike else "neither VAT id, bank account nor name is known"
    return VendorMatch(None, why, [s.vendor for s in alike])


def check_vendor(proposal: InvoiceProposal, match: VendorMatch) -> list[Check]:
    if match.vendor is None:
        rivals = ", ".join(f"{rival.name} ({rival.id})" for rival in match.rivals[:5])
        who = f"; it could be {rivals}" if rivals else ""
        said = ", ".join(filter(None, (proposal.seller_name, proposal.seller_vat_id)))
        return [
            error(
                "UNKNOWN_SUPPLIER",
                "vendor_id",
                f"the ERP has no vendor that this is from: {match.reason}{who}",
                found=said,
                expected="a vendor of the ERP",
                advice="Set vendor_id to the ERP's number of the vendor; have a new one entered and checked first",
            )
        ]
    if match.other_vats:
        differs = warning if match.account_fits else error
        return [
            differs(
                "VAT_ID_DIFFERS",
                "seller_vat_id",
                f"the VAT id is not the one that the ERP has of {match.vendor.name}; only the {match.reason} fits",
                found=", ".join(match.other_vats),
                expected=match.vendor.vat,
                advice="Find out whether this is the same company: a branch abroad, a successor, or someone who "
                "borrows the name. Then correct the vendor in the ERP, or set vendor_id",
            )
        ]
    return []


def vat_ids_in(text: str) -> list[str]:
    """The VAT ids in a text that pass their check digits, compact."""
    found = (_vat(match, "") for match in _VAT_IN_TEXT.findall(texts.bare(text)))
    return list(dict.fromkeys(vat for vat in found if is_vat(vat)))


def _named_by_person(id_: int, vendors: Sequence[Vendor]) -> VendorMatch:
    vendor = next((vendor for vendor in vendors if vendor.id == id_), None)
    return VendorMatch(vendor, "a person has named it" if vendor else f"it has no vendor {id_}")


def _score(vendor: Vendor, proposal: InvoiceProposal, inputs: Inputs, company: OwnCompany | None) -> _Score:
    vats, ours = _seller_vats(proposal, inputs, company), _vat(vendor.vat, vendor.country)
    ibans = {number for _, number in named(proposal)} & {account(number) for number in vendor.ibans}
    fits = bool(ours) and any(_same_vat(vat, ours) for vat in vats)
    name, likeness = _name_points(vendor.name, proposal.seller_name or "")
    return _Score(
        vendor=vendor,
        vat=(_POINTS_VAT if _is_strong(ours) else _POINTS_WEAK_VAT) if fits else 0,
        account=(_POINTS_ACCOUNT if any(map(is_iban, ibans)) else _POINTS_WEAK_ACCOUNT) if ibans else 0,
        name=name,
        likeness=likeness,
        other_vats=vats if ours and not fits else (),
    )


def _seller_vats(proposal: InvoiceProposal, inputs: Inputs, company: OwnCompany | None) -> list[str]:
    """Of a text that a model has read, every VAT id that is not ours: the model could have left out the one that
    contradicts."""
    claimed = _vat(proposal.seller_vat_id or "", proposal.seller_country)
    if not texts.read_by_model(inputs):
        return [claimed] if claimed else []
    buyer = _vat(company.vat, company.country) if company and company.vat else _vat(proposal.buyer_vat_id or "", "")
    text = "\n".join(source.text for source in inputs.sources)
    others = [vat for vat in vat_ids_in(text) if not _same_vat(vat, buyer)]
    claimed = "" if _same_vat(claimed, buyer) else claimed
    stands = bool(claimed) and claimed[2:] in texts.compact(text)
    return [claimed, *others] if stands or (claimed and not others) else others


def _name_points(ours: str, theirs: str) -> tuple[int, float]:
    """Points, and how alike the names are to the letter, which decides between namesakes."""
    if not ours or not theirs:
        return 0, 0
    likeness = fuzz.ratio(ours, theirs)
    if name_score(ours, theirs) >= _SAME:
        return _POINTS_NAME, likeness
    one, other = bare_name(ours), bare_name(theirs)
    words, others = set(one.split()), set(other.split())
    part = len(words & others) >= 2 and (words <= others or others <= words)
    return (_POINTS_LIKE_NAME if part or fuzz.token_sort_ratio(one, other) >= _ALIKE else 0), likeness


def _vat(vat: str, country: str | None) -> str:
    compacted = compact_vat(vat, country or "") if vat.strip() else ""
    return _AFTER_VAT.sub("", compacted) if compacted[:2] not in _CHECKED_PREFIXES else compacted


def _same_vat(one: str, other: str) -> bool:
    """A missing country prefix fits every country."""
    if not one or not other:
        return False
    return one == other or (other[2:] == one and one.isdigit()) or (one[2:] == other and other.isdigit())


def _is_strong(vat: str) -> bool:
    return is_vat(vat) if vat[:2] in _CHECKED_PREFIXES else len(vat) >= 8


def _distinct(values: Iterable[str]) -> tuple[str, ...]:
    return tuple(dict.fromkeys(value.strip() for value in values if value.strip()))
