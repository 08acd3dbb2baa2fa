"""Odoo as a CRM."""

import base64
import hashlib
from collections.abc import Sequence

from connectors.base import OutcomeUnknown, Refused
from connectors.matching import addresses, closest, fold, patterns, same_vat, vat_key
from connectors.odoo.rpc import Domain, OdooRpc, Row
from connectors.odoo.text import clean, paragraphs
from jobs.crm import AttachFile, CreateRecord, Customer, CustomerClues, OpenRecord, Written

_OUTSIDE: Domain = [["partner_share", "=", True], ["ref_company_ids", "=", False]]
"""Partners who are neither colleagues nor the company itself."""
_PRIORITIES = {"low": "0", "normal": "1", "high": "3"}
_CANDIDATES = 500


class OdooCrm:
    """Implements `connectors.base.Crm`. The right in Odoo has to be "Sales / User: All Documents" at least.

    Everything becomes a `crm.lead`, tickets too: Odoo's helpdesk is not in its Community edition.
    """

    def __init__(self, rpc: OdooRpc) -> None:
        self._rpc = rpc

    def close(self) -> None:
        self._rpc.close()

    # Customers

    def find_customers(self, clues: CustomerClues) -> list[Customer]:
        companies = self._companies_by_contact(clues) | self._companies_by_name(clues.names)
        companies |= self._companies_by_id(clues.ids)
        return self._customers(sorted(companies)) if companies else []

    def _companies_by_contact(self, clues: CustomerClues) -> set[int]:
        """Commercial partners (companies, or persons of none) with an e-mail address or VAT number of the clues."""
        emails = {clean(email).lower() for email in clues.emails}
        domains = {clean(domain).lower().lstrip("@") for domain in clues.domains}
        vats = {vat_key(vat) for vat in clues.vats}
        # These match too much (an underscore is a wildcard, one field can hold several addresses): checked below.
        terms = [
            *(["email", "ilike", email] for email in sorted(emails) if email),
            *(["email", "ilike", f"@{domain}"] for domain in sorted(domains) if domain),
            *(["vat", "=ilike", f"%{'%'.join(number)}%"] for _, number in sorted(vats) if number),
        ]
        if not terms:
            return set()
        rows = self._rpc.search_read(
            "res.partner", _OUTSIDE + _any(terms), ("email", "vat", "commercial_partner_id"), limit=_CANDIDATES
        )

        def is_meant(row: Row) -> bool:
            found = addresses(row["email"] or "")
            return (
                not emails.isdisjoint(found)
                or not domains.isdisjoint(address.partition("@")[2] for address in found)
                or any(same_vat(vat_key(row["vat"] or ""), vat) for vat in vats)
            )

        return {row["commercial_partner_id"][0] for row in rows if is_meant(row)}

    def _companies_by_id(self, ids: Sequence[int]) -> set[int]:
        if not ids:
            return set()
        domain = [*_OUTSIDE, ["id", "in", list(ids)]]
        rows = self._rpc.search_read("res.partner", domain, ("commercial_partner_id",))
        return {row["commercial_partner_id"][0] for row in rows}

    def _companies_by_name(self, names: Sequence[str]) -> set[int]:
        wanted = [folded for name in names if (folded := fold(clean(name)))]
        terms = [["name", "ilike", pattern] for name in wanted for pattern in patterns(name)]
        if not terms:
            return set()
        rows = self._named(terms)
        if len(rows) == _CANDIDATES:  # One word is everyone's (Techniek): it must not crowd out what the others find.
            rows = [row for term in terms for row in self._named([term])]
        candidates = {row["id"]: fold(row["name"] or "") for row in rows}
        return {id_ for name in wanted for id_ in closest(name, candidates)}

    def _named(self, terms: list[list[str]]) -> list[Row]:
        domain = [*_OUTSIDE, ["parent_id", "=", False], *_any(terms)]
        return self._rpc.search_read("res.partner", domain, ("name",), limit=_CANDIDATES)

    def _customers(self, companies: list[int]) -> list[Customer]:
        fields = ("name", "email", "vat", "user_id", "category_id", "country_id", "commercial_partner_id")
        rows = self._rpc.search_read("res.partner", [["commercial_partner_id", "in", companies]], fields, order="id")
        emails: dict[int, dict[str, None]] = {}
        for row in rows:
            emails.setdefault(row["commercial_partner_id"][0], {}).update(dict.fromkeys(addresses(row["email"] or "")))
        return [self._customer(row, tuple(emails[row["id"]])) for row in rows if row["id"] in companies]

    def _customer(self, row: Row, emails: tuple[str, ...]) -> Customer:
        return Customer(
            id=row["id"],
            name=row["name"] or "",
            email=next(iter(addresses(row["email"] or "")), ""),
            emails=emails,
            vat=row["vat"] or "",
            tags=tuple(self._rpc.values("res.partner.category", row["category_id"])),
            owner=self._rpc.value("res.users", row["user_id"]),
            country=self._rpc.value("res.country", row["country_id"]),
        )

    # Leads

    def open_records(self, customer_id: int) -> list[OpenRecord]:
        domain = [
            ["partner_id.commercial_partner_id", "=", customer_id],
            "|",
            ["stage_id", "=", False],
            ["stage_id.is_won", "=", False],
        ]
        rows = self._rpc.search_read("crm.lead", domain, ("name", "referred"), order="id desc", limit=20)
        return [OpenRecord(id=row["id"], title=row["name"] or "", reference=row["referred"] or "") for row in rows]

    def teams(self) -> list[str]:
        return [row["name"] for row in self._rpc.listed("crm.team")]

    def owners(self) -> list[str]:
        return [row["login"] for row in self._rpc.listed("res.users") if row["active"]]

    def create_record(self, record: CreateRecord) -> Written:
        reference = clean(record.reference)
        by_reference = [["referred", "=", reference]]
        lead, found = self._rpc.write_once("crm.lead", reference, by_reference, lambda: [self._lead(record, reference)])
        url = f"{self._rpc.url}/mail/view?model=crm.lead&res_id={lead}"
        return Written(write=record.write, model="crm.lead", id=lead, url=url, found=found)

    def _lead(self, record: CreateRecord, reference: str) -> dict[str, str]:
        """The lead as `load` takes it. `type` is missing on purpose: whether this company works with leads or with
        opportunities only is a setting in Odoo, and its default follows it. An empty `user_id` is given on purpose:
        the default is the user of the API key."""
        lead = {
            "name": record.title,
            "referred": reference,
            "priority": _PRIORITIES[record.priority],
            "user_id/.id": self._rpc.id_of("res.users", record.owner, "owner") if record.owner else "",
            "contact_name": record.contact or "",
        }
        if record.team:
            lead["team_id/.id"] = self._rpc.id_of("crm.team", record.team, "team")
        if record.tags:
            lead["tag_ids/.id"] = ",".join(dict.fromkeys(self._tag(tag) for tag in record.tags))
        if record.customer_id is None:
            lead |= {
                "partner_name": record.company or "",
                "email_from": record.email or "",
                "phone": record.phone or "",
            }
            description = record.description
        else:
            # With a partner set, Odoo copies a lead's e-mail address and phone number INTO the partner (and from there
            # into its other leads). Master data is not ours to change: the sender's own go into the description.
            lead["partner_id/.id"] = str(self._contact(record.customer_id, record.email))
            sender = ", ".join(value for value in (record.contact, record.email, record.phone) if value)
            description = f"{record.description}\n\n{sender}" if sender else record.description
        return lead | {"description": paragraphs(clean(description))}

    def _contact(self, customer_id: int, email: str | None) -> int:
        """The customer's contact with this e-mail address; the customer itself when there is none."""
        address = clean(email or "").lower()
        if not address:
            return customer_id
        domain = [["commercial_partner_id", "=", customer_id], ["email", "ilike", address]]
        rows = self._rpc.search_read("res.partner", domain, ("email",), order="id")
        matches = [row["id"] for row in rows if address in addresses(row["email"] or "")]
        return customer_id if customer_id in matches or not matches else matches[0]

    def attach_file(self, to: Written, file: AttachFile, content: bytes) -> Written:
        name = clean(file.name)
        checksum = hashlib.sha1(content, usedforsecurity=False).hexdigest()
        target = {"name": name, "res_model": to.model, "res_id": str(to.id)}
        domain = [
            ["name", "=", name],
            ["res_model", "=", to.model],
            ["res_id", "=", to.id],
            ["checksum", "=", checksum],
        ]

        def attachment() -> list[dict[str, str]]:
            return [target | {"mimetype": file.media_type, "datas": base64.b64encode(content).decode()}]

        reference = " ".join((*target.values(), checksum))
        id_, found = self._rpc.write_once("ir.attachment", reference, domain, attachment)
        return Written(write=file.write, model="ir.attachment", id=id_, url=to.url, found=found)

    def _tag(self, name: str) -> str:
        found = self._rpc.lookup("crm.tag", name) or self._rpc.lookup("crm.tag", name, fresh=True)
        if found is not None:
            return found
        try:
            return str(self._rpc.call("crm.tag", "name_create", name=clean(name))[0])
        except (OutcomeUnknown, Refused):
            # Tag names are unique in Odoo: it may have been created just now, by this call or by someone else.
            found = self._rpc.lookup("crm.tag", name, fresh=True)
            if found is None:
                raise
            return found


def _any(terms: list[list[str]]) -> Domain:
    return ["|"] * (len(terms) - 1) + terms
