"""Odoo as a CRM."""

import base64
import hashlib

from connectors.base import OutcomeUnknown, Refused
from connectors.matching import addresses
from connectors.odoo.partners import Partners
from connectors.odoo.rpc import OdooRpc, Row
from connectors.odoo.text import clean, paragraphs
from jobs.crm import AttachFile, CreateRecord, Customer, CustomerClues, OpenRecord, Written

_PRIORITIES = {"low": "0", "normal": "1", "high": "3"}


class OdooCrm:
    """Implements `connectors.base.Crm`. The right in Odoo has to be "Sales / User: All Documents" at least.

    Everything becomes a `crm.lead`, tickets too: Odoo's helpdesk is not in its Community edition.
    """

    def __init__(self, rpc: OdooRpc) -> None:
        self._rpc = rpc
        self._partners = Partners(rpc)

    def close(self) -> None:
        self._rpc.close()

    # Customers

    def find_customers(self, clues: CustomerClues) -> list[Customer]:
        companies = self._partners.by_contact(clues.emails, clues.domains, clues.vats)
        companies |= self._partners.by_name(clues.names) | self._partners.by_id(clues.ids)
        companies |= self._partners.by_person(clues.people)
        fields = ("name", "vat", "user_id", "category_id", "country_id")
        return [self._customer(row, emails) for row, emails in self._partners.read(companies, fields)]

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
