"""Odoo's opportunities as deals."""

import html
import re
from collections.abc import Iterable, Mapping, Sequence
from datetime import UTC, date, datetime
from decimal import Decimal
from typing import Any

from connectors.base import Refused
from connectors.matching import addresses
from connectors.odoo.partners import any_of
from connectors.odoo.rpc import Domain, OdooRpc, Row
from connectors.odoo.text import clean
from jobs.crm import Written
from jobs.deals import Activity, ActivityKind, Contact, CreateActivity, CustomerState, Deal, PostNote, UpdateDeal

_DEALS = 50
_OPPORTUNITY: Domain = [["type", "=", "opportunity"]]
_OPEN: Domain = [*_OPPORTUNITY, "|", ["stage_id", "=", False], ["stage_id.is_won", "=", False]]
"""Lost ones are archived: no search finds them."""
_DEAL = (
    *("name", "stage_id", "user_id", "team_id", "partner_id", "partner_name", "contact_name", "email_from", "active"),
    *("expected_revenue", "company_currency", "date_deadline", "probability", "create_date", "date_last_stage_update"),
)
_SAID = ("comment", "email", "email_outgoing", "sms", "snailmail", "whatsapp_message")
"""Kinds of messages that someone wrote; the others are Odoo's own."""
_KINDS: Mapping[str, ActivityKind] = {"phonecall": "call", "meeting": "meeting"}
"""By category of activity type."""
_ENVELOPE = "fa-envelope"
"""The icon of mails to be sent: their type has no category of its own, and its name reads differently everywhere."""


class OdooDeals:
    """Implements `connectors.base.Deals`. The right in Odoo has to be "Sales / User: All Documents" at least; to see
    unpaid invoices and when invoices were paid, "Invoicing / Billing" besides: without it these are empty."""

    def __init__(self, rpc: OdooRpc) -> None:
        self._rpc = rpc

    # Deals

    def find_deals(self, customer_ids: Sequence[int], emails: Sequence[str]) -> list[Deal]:
        wanted = {clean(email).lower() for email in emails} - {""}
        terms: list[Domain] = [["email_from", "ilike", email] for email in sorted(wanted)]
        terms += [["partner_id.email", "ilike", email] for email in sorted(wanted)]
        terms += [["partner_id.commercial_partner_id", "in", sorted(set(customer_ids))]] if customer_ids else []
        if not terms:
            return []
        rows = self._rpc.search_read("crm.lead", [*_OPEN, *any_of(terms)], _DEAL, order="id desc", limit=_DEALS)
        partners = self._partners(rows)
        return self._deals([row for row in rows if _is_meant(row, partners, set(customer_ids), wanted)], partners)

    def deal(self, deal_id: int, fields: Sequence[str] = ()) -> Deal:
        row = self._lead(deal_id, _DEAL)
        [deal] = self._deals([row], self._partners([row]))
        return deal

    def _lead(self, id_: int, fields: Sequence[str]) -> Row:
        domain = [*_OPPORTUNITY, ["id", "=", id_]]
        rows = self._rpc.search_read("crm.lead", domain, fields, active_test=False)
        if not rows:
            raise Refused(f"Odoo has no deal {id_} (crm.lead)")
        return rows[0]

    def _partners(self, leads: Iterable[Row]) -> dict[int, Row]:
        """Of these leads, by id."""
        ids = sorted({row["partner_id"][0] for row in leads if row["partner_id"]})
        if not ids:
            return {}
        fields = ("name", "email", "is_company", "commercial_partner_id")
        rows = self._rpc.search_read("res.partner", [["id", "in", ids]], fields, active_test=False)
        return {row["id"]: row for row in rows}

    def _deals(self, leads: Sequence[Row], partners: dict[int, Row]) -> list[Deal]:
        ids = [row["id"] for row in leads]
        if not ids:
            return []
        contacts, notes, activities = self._last_contacts(ids), self._last_notes(ids), self._activities(ids)
        won = {row["id"] for row in self._stages() if row["is_won"]}

        def deal(row: Row) -> Deal:
            partner = partners.get(row["partner_id"][0]) if row["partner_id"] else None
            customer = partner["commercial_partner_id"] if partner else None
            is_won = bool(row["stage_id"]) and row["stage_id"][0] in won
            return Deal(
                id=row["id"],
                title=row["name"] or "",
                stage=row["stage_id"][1] if row["stage_id"] else "",
                owner=self._rpc.value("res.users", row["user_id"]),
                team=self._rpc.value("crm.team", row["team_id"]),
                customer_id=customer[0] if customer else None,
                customer=customer[1] if customer else row["partner_name"] or "",
                contact=row["contact_name"] or (partner["name"] if partner and not partner["is_company"] else ""),
                email=next(iter(addresses(row["email_from"] or "")), ""),
                revenue=_amount(row["expected_revenue"]) if row["expected_revenue"] else None,
                currency=row["company_currency"][1] if row["company_currency"] else "",
                deadline=date.fromisoformat(row["date_deadline"]) if row["date_deadline"] else None,
                probability=_exact(row["probability"]),
                opened_at=_moment(row["create_date"]),
                stage_since=_moment(row["date_last_stage_update"]) if row["date_last_stage_update"] else None,
                last_contact=contacts.get(row["id"]),
                last_note=notes.get(row["id"], ""),
                activities=tuple(activities.get(row["id"], ())),
                url=self._url(row["id"]),
                is_open=row["active"] and not is_won,
            )

        return [deal(row) for row in leads]

    def _url(self, id_: int) -> str:
        return f"{self._rpc.url}/mail/view?model=crm.lead&res_id={id_}"

    # What was said and done

    def _last_contacts(self, leads: Sequence[int]) -> dict[int, datetime]:
        """Of messages that the customer could read, on the lead and its quotations, and of calls, meetings and mails
        that were planned and done."""
        reaching = [id_ for id_, kind in self._kinds().items() if kind != "todo"]
        said: Domain = ["&", "&", ["message_type", "in", _SAID], ["is_internal", "=", False]]
        said += [["subtype_id.internal", "!=", True]]
        return self._newest(leads, ["|", *said, ["mail_activity_type_id", "in", reaching]])

    def _newest(self, leads: Sequence[int], domain: Domain) -> dict[int, datetime]:
        """When the newest message of each lead, or of one of its quotations, was that the domain describes."""
        of_quotation = self._of_quotations(leads)
        on_leads = ["&", ["model", "=", "crm.lead"], ["res_id", "in", list(leads)]]
        on_orders = ["&", ["model", "=", "sale.order"], ["res_id", "in", list(of_quotation)]]
        where: Domain = ["|", *on_leads, *on_orders] if of_quotation else on_leads
        fields = ("model", "res_id", "date")
        newest: dict[int, datetime] = {}
        for row in self._rpc.search_read("mail.message", [*where, *domain], fields, order="date desc, id desc"):
            lead = row["res_id"] if row["model"] == "crm.lead" else of_quotation[row["res_id"]]
            newest.setdefault(lead, _moment(row["date"]))
        return newest

    def _of_quotations(self, leads: Sequence[int]) -> dict[int, int]:
        """The lead of each quotation and order."""
        if "opportunity_id" not in self._rpc.fields("sale.order"):
            return {}
        domain = [["opportunity_id", "in", list(leads)]]
        rows = self._rpc.search_read("sale.order", domain, ("opportunity_id",))
        return {row["id"]: row["opportunity_id"][0] for row in rows}

    def _last_notes(self, leads: Sequence[int]) -> dict[int, str]:
        domain: Domain = [["model", "=", "crm.lead"], ["res_id", "in", list(leads)], ["message_type", "in", _SAID]]
        domain += ["|", ["is_internal", "=", True], ["subtype_id.internal", "=", True]]
        newest: dict[int, int] = {}
        for row in self._rpc.search_read("mail.message", domain, ("res_id",), order="date desc, id desc"):
            newest.setdefault(row["res_id"], row["id"])
        if not newest:
            return {}
        wanted = [["id", "in", list(newest.values())]]
        rows = self._rpc.search_read("mail.message", wanted, ("res_id", "body"))
        return {row["res_id"]: _plain(row["body"] or "") for row in rows}

    def _activities(self, leads: Sequence[int]) -> dict[int, list[Activity]]:
        domain = [["res_model", "=", "crm.lead"], ["res_id", "in", list(leads)]]
        fields = ("res_id", "activity_type_id", "summary", "note", "date_deadline", "user_id")
        kinds = self._kinds()
        found: dict[int, list[Activity]] = {}
        for row in self._rpc.search_read("mail.activity", domain, fields, order="date_deadline, id"):
            kind, type_name = row["activity_type_id"] or (0, "")
            activity = Activity(
                id=row["id"],
                kind=kinds.get(kind, "todo"),
                summary=row["summary"] or _plain(row["note"] or "").partition("\n")[0] or type_name,
                due=date.fromisoformat(row["date_deadline"]),
                owner=self._rpc.value("res.users", row["user_id"]),
            )
            found.setdefault(row["res_id"], []).append(activity)
        return found

    def _kinds(self) -> dict[int, ActivityKind]:
        """By activity type."""
        return {
            row["id"]: "mail" if row["icon"] == _ENVELOPE else _KINDS.get(row["category"] or "", "todo")
            for row in self._rpc.listed("mail.activity.type")
        }

    # Lists

    def stages(self) -> list[str]:
        return list(dict.fromkeys(row["name"] for row in self._stages()))

    def _stages(self) -> list[Row]:
        return sorted(self._rpc.listed("crm.stage"), key=lambda row: (row["sequence"], row["id"]))

    def contacts(self, customer_ids: Sequence[int]) -> list[Contact]:
        """Persons; addresses that are only for goods or invoices are none."""
        wanted = sorted(set(customer_ids))
        if not wanted:
            return []
        domain = [["commercial_partner_id", "in", wanted], ["is_company", "=", False], ["type", "=", "contact"]]
        names = ("name", "email", "phone", "mobile", "function")
        fields = [name for name in names if name in self._rpc.fields("res.partner")]
        rows = self._rpc.search_read("res.partner", domain, fields, order="id")
        return [
            Contact(
                id=row["id"],
                name=row["name"] or "",
                email=next(iter(addresses(row["email"] or "")), ""),
                phone=row["phone"] or row.get("mobile") or "",
                function=row["function"] or "",
            )
            for row in rows
        ]

    def stale_deals(self, before: datetime) -> list[Deal]:
        raise NotImplementedError

    def state(self, customer_id: int) -> CustomerState:
        raise NotImplementedError

    def post_note(self, note: PostNote) -> Written:
        raise NotImplementedError

    def create_activity(self, activity: CreateActivity) -> Written:
        raise NotImplementedError

    def update_deal(self, update: UpdateDeal) -> Written:
        raise NotImplementedError


def _is_meant(lead: Row, partners: dict[int, Row], customers: set[int], emails: set[str]) -> bool:
    """Odoo finds more: an underscore is a wildcard, and an address may be a part of another."""
    partner = partners.get(lead["partner_id"][0]) if lead["partner_id"] else None
    own = {*addresses(lead["email_from"] or ""), *addresses((partner or {}).get("email") or "")}
    return not emails.isdisjoint(own) or bool(partner and partner["commercial_partner_id"][0] in customers)


def _plain(markup: str) -> str:
    """The text of an HTML field."""
    lines = re.sub(r"<br\s*/?>|</(?:p|div|li|tr|h\d)>", "\n", re.sub(r"\s+", " ", markup))
    text = html.unescape(re.sub(r"<[^>]*>", "", lines))
    return re.sub(r"\s*\n\s*", "\n", text).strip()


def _moment(text: str) -> datetime:
    return datetime.fromisoformat(text).replace(tzinfo=UTC)


def _amount(value: Any) -> Decimal:
    return Decimal(repr(round(float(value), 8))).quantize(Decimal("0.01"))


def _exact(value: Any) -> Decimal:
    """Without the noise of binary fractions and without trailing zeros."""
    exact = Decimal(repr(round(float(value), 8))).normalize()
    return exact if int(exact.as_tuple().exponent) < 0 else exact.quantize(Decimal(1))
