"""Finding companies among Odoo's partners, customers and vendors alike."""

from collections.abc import Iterable, Sequence

from connectors.matching import addresses, closest, fold, patterns, same_vat, vat_key
from connectors.odoo.rpc import Domain, OdooRpc, Row
from connectors.odoo.text import clean

_OUTSIDE: Domain = [["partner_share", "=", True], ["ref_company_ids", "=", False]]
"""Partners who are neither colleagues nor the company itself."""
_CANDIDATES = 500


class Partners:
    """Commercial partners: companies, or persons of none."""

    def __init__(self, rpc: OdooRpc) -> None:
        self._rpc = rpc

    def by_contact(self, emails: Iterable[str], domains: Iterable[str], vats: Iterable[str]) -> set[int]:
        """With one of these e-mail addresses, mail domains or VAT numbers."""
        emails = {clean(email).lower() for email in emails}
        domains = {clean(domain).lower().lstrip("@") for domain in domains}
        keys = {vat_key(vat) for vat in vats}
        # These match too much (an underscore is a wildcard, one field can hold several addresses): checked below.
        terms = [
            *(["email", "ilike", email] for email in sorted(emails) if email),
            *(["email", "ilike", f"@{domain}"] for domain in sorted(domains) if domain),
            *(["vat", "=ilike", f"%{'%'.join(number)}%"] for _, number in sorted(keys) if number),
        ]
        if not terms:
            return set()
        rows = self._rpc.search_read(
            "res.partner", _OUTSIDE + any_of(terms), ("email", "vat", "commercial_partner_id"), limit=_CANDIDATES
        )

        def is_meant(row: Row) -> bool:
            found = addresses(row["email"] or "")
            return (
                not emails.isdisjoint(found)
                or not domains.isdisjoint(address.partition("@")[2] for address in found)
                or any(same_vat(vat_key(row["vat"] or ""), key) for key in keys)
            )

        return {row["commercial_partner_id"][0] for row in rows if is_meant(row)}

    def by_id(self, ids: Iterable[int]) -> set[int]:
        wanted = sorted(set(ids))
        if not wanted:
            return set()
        domain = [*_OUTSIDE, ["id", "in", wanted]]
        rows = self._rpc.search_read("res.partner", domain, ("commercial_partner_id",))
        return {row["commercial_partner_id"][0] for row in rows}

    def by_name(self, names: Sequence[str]) -> set[int]:
        wanted = [folded for name in names if (folded := fold(clean(name)))]
        terms = [["name", "ilike", pattern] for name in wanted for pattern in patterns(name)]
        if not terms:
            return set()
        rows = self._named(terms)
        if len(rows) == _CANDIDATES:  # One word is everyone's (Techniek): it must not crowd out what the others find.
            rows = [row for term in terms for row in self._named([term])]
        candidates = {row["id"]: fold(row["name"] or "") for row in rows}
        return {id_ for name in wanted for id_ in closest(name, candidates)}

    def by_person(self, names: Sequence[str]) -> set[int]:
        """With a contact of one of these names, in whatever order its parts stand."""
        full = [clean(name).replace(",", " ") for name in names if len(name.split()) > 1]
        wanted = [set(fold(name).split()) for name in full]
        terms = [["name", "ilike", max(name.split(), key=len)] for name in full]
        if not terms:
            return set()
        domain = [*_OUTSIDE, ["parent_id", "!=", False], *any_of(terms)]
        rows = self._rpc.search_read("res.partner", domain, ("name", "commercial_partner_id"), limit=_CANDIDATES)
        found = [(row, set(fold(row["name"] or "").replace(",", " ").split())) for row in rows]
        return {row["commercial_partner_id"][0] for row, words in found if words in wanted}

    def _named(self, terms: list[list[str]]) -> list[Row]:
        domain = [*_OUTSIDE, ["parent_id", "=", False], *any_of(terms)]
        return self._rpc.search_read("res.partner", domain, ("name",), limit=_CANDIDATES)

    def read(self, companies: Iterable[int], fields: Sequence[str]) -> list[tuple[Row, tuple[str, ...]]]:
        """Each company with the e-mail addresses of itself and all its contacts."""
        wanted = sorted(set(companies))
        if not wanted:
            return []
        names = ("email", "commercial_partner_id", *fields)
        rows = self._rpc.search_read("res.partner", [["commercial_partner_id", "in", wanted]], names, order="id")
        emails: dict[int, dict[str, None]] = {}
        for row in rows:
            emails.setdefault(row["commercial_partner_id"][0], {}).update(dict.fromkeys(addresses(row["email"] or "")))
        return [(row, tuple(emails[row["id"]])) for row in rows if row["id"] in wanted]


def any_of(terms: Sequence[Domain]) -> Domain:
    return ["|"] * (len(terms) - 1) + list(terms)
