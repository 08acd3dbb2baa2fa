"""Odoo's opportunities as deals."""

import hashlib
from collections.abc import Iterable, Mapping, Sequence
from datetime import UTC, date, datetime

from connectors.base import OutcomeUnknown, Refused
from connectors.matching import addresses
from connectors.odoo.notes import post_note
from connectors.odoo.partners import any_of
from connectors.odoo.rpc import Domain, OdooRpc, Row
from connectors.odoo.states import COMPLAINTS, NOT_WON, CustomerStates
from connectors.odoo.text import clean, paragraphs
from connectors.odoo.values import FieldKind, amount, exact, moment, plain, stamp
from jobs.crm import Written
from jobs.deals import (
    Activity,
    ActivityKind,
    Contact,
    CreateActivity,
    CustomerState,
    Deal,
    FieldChange,
    PostNote,
    UpdateDeal,
)

_DEALS = 50
_STALE = 200
_OPPORTUNITY: Domain = [["type", "=", "opportunity"]]
_DEAL = (
    *("name", "stage_id", "user_id", "team_id", "partner_id", "partner_name", "contact_name", "email_from", "active"),
    *("expected_revenue", "company_currency", "date_deadline", "probability", "create_date", "date_last_stage_update"),
)
_SAID = ("comment", "email", "email_outgoing", "sms", "snailmail", "whatsapp_message")
"""Kinds of messages that someone wrote; the others are Odoo's own."""
_BY_PEOPLE: Domain = ["|", ["message_type", "in", _SAID], ["mail_activity_type_id", "!=", False]]
_TICKETS = frozenset({*COMPLAINTS, "service request", "invoice"})
"""Tags of leads that nobody wants to sell anything to."""
_KINDS: Mapping[str, ActivityKind] = {"phonecall": "call", "meeting": "meeting"}
"""By category of activity type."""
_TYPES: Mapping[ActivityKind, str] = {
    "call": "mail.mail_activity_data_call",
    "mail": "mail.mail_activity_data_email",
    "meeting": "mail.mail_activity_data_meeting",
    "todo": "mail.mail_activity_data_todo",
}
"""The activity types that every Odoo has, by external id."""
_NAMES = {"stage": "stage_id", "revenue": "expected_revenue", "deadline": "date_deadline"}
_OF_CONTACT = frozenset({"email_from", "phone"})
_ATTRIBUTES = ("type", "selection", "relation", "readonly")
_NAMED = 10
_ENVELOPE = "fa-envelope"
"""The icon of mails to be sent: their type has no category of its own, and its name reads differently everywhere."""


class OdooDeals:
    """Implements `connectors.base.Deals`. The right in Odoo has to be "Sales / User: All Documents" at least; to see
    unpaid invoices and when invoices were paid, "Invoicing / Billing" besides: without it these are empty."""

    def __init__(self, rpc: OdooRpc) -> None:
        self._rpc = rpc
        self._states = CustomerStates(rpc)

    def state(self, customer_id: int) -> CustomerState:
        return self._states.read(customer_id)

    # Deals

    def find_deals(self, customer_ids: Sequence[int], emails: Sequence[str]) -> list[Deal]:
        wanted = {clean(email).lower() for email in emails} - {""}
        terms: list[Domain] = [["email_from", "ilike", email] for email in sorted(wanted)]
        terms += [["partner_id.email", "ilike", email] for email in sorted(wanted)]
        terms += [["partner_id.commercial_partner_id", "in", sorted(set(customer_ids))]] if customer_ids else []
        if not terms:
            return []
        rows = self._rpc.search_read("crm.lead", [*self._open(), *any_of(terms)], _DEAL, order="id desc", limit=_DEALS)
        partners = self._partners(rows)
        return self._deals([row for row in rows if _is_meant(row, partners, set(customer_ids), wanted)], partners)

    def deal(self, deal_id: int, fields: Sequence[str] = ()) -> Deal:
        kinds = self._fields(fields)
        row = self._lead(deal_id, (*_DEAL, *kinds))
        [deal] = self._deals([row], self._partners([row]))
        return deal.model_copy(update={"fields": {name: kind.shown(row[name]) for name, kind in kinds.items()}})

    def _open(self) -> Domain:
        """Neither won nor tickets, which have no other place in Odoo; lost ones are archived: no search finds them."""
        tickets = [row["id"] for row in self._rpc.listed("crm.tag") if row["name"].casefold() in _TICKETS]
        return [*_OPPORTUNITY, ["tag_ids", "not in", tickets], *NOT_WON]

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
                revenue=amount(row["expected_revenue"]) if row["expected_revenue"] else None,
                currency=row["company_currency"][1] if row["company_currency"] else "",
                deadline=date.fromisoformat(row["date_deadline"]) if row["date_deadline"] else None,
                probability=exact(row["probability"]),
                opened_at=moment(row["create_date"]),
                stage_since=moment(row["date_last_stage_update"]) if row["date_last_stage_update"] else None,
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
            newest.setdefault(lead, moment(row["date"]))
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
        return {row["res_id"]: plain(row["body"] or "") for row in rows}

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
                summary=row["summary"] or plain(row["note"] or "").partition("\n")[0] or type_name,
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

    def stale_deals(self, before: datetime, limit: int = _STALE) -> list[Deal]:
        """Whatever anyone wrote on a deal counts, notes too; what Odoo noted by itself does not."""
        domain: Domain = [*self._open(), ["write_date", "<", stamp(before)]]
        rows = self._rpc.search_read("crm.lead", domain, ("write_date",), order="id")
        touched = {row["id"]: moment(row["write_date"]) for row in rows}
        if not touched:
            return []
        for id_, last in self._newest(list(touched), _BY_PEOPLE).items():
            touched[id_] = max(touched[id_], last)
        planned = [["res_model", "=", "crm.lead"], ["date_deadline", ">=", before.astimezone(UTC).date().isoformat()]]
        waiting = {row["res_id"] for row in self._rpc.search_read("mail.activity", planned, ("res_id",))}
        stale = [id_ for id_, last in touched.items() if last < before and id_ not in waiting]
        longest = sorted(stale, key=lambda id_: (touched[id_], id_))[:limit]
        leads = {row["id"]: row for row in self._rpc.search_read("crm.lead", [["id", "in", longest]], _DEAL)}
        ordered = [leads[id_] for id_ in longest if id_ in leads]
        return self._deals(ordered, self._partners(ordered))

    # Writing

    def place(self, deal_id: int) -> Written:
        return Written(write="deal", model="crm.lead", id=deal_id, url=self._url(deal_id), found=True)

    def post_note(self, note: PostNote) -> Written:
        self._lead(note.deal_id, ("id",))
        id_, found = post_note(self._rpc, "crm.lead", note.deal_id, note.reference, note.body)
        return Written(write=note.write, model="mail.message", id=id_, url=self._url(note.deal_id), found=found)

    def create_activity(self, activity: CreateActivity) -> Written:
        """A mark in its note, which nobody sees, tells it again. Odoo 19 archives what is done; earlier versions
        delete it, and leave a message with its note. What someone has deleted undone is created again, should it ever
        be asked for again."""
        mark = f"countersign-{hashlib.sha256(activity.reference.encode()).hexdigest()[:40]}"
        done = self._done(activity.deal_id, mark)
        if done is not None:
            return self._planned(activity, "mail.message", done, found=True)
        domain = [["res_model", "=", "crm.lead"], ["res_id", "=", activity.deal_id], ["note", "ilike", mark]]
        id_, found = self._rpc.write_once(
            "mail.activity", activity.reference, domain, lambda: [self._activity(activity, mark)]
        )
        return self._planned(activity, "mail.activity", id_, found=found)

    def _planned(self, activity: CreateActivity, model: str, id_: int, *, found: bool) -> Written:
        return Written(write=activity.write, model=model, id=id_, url=self._url(activity.deal_id), found=found)

    def _done(self, deal: int, mark: str) -> int | None:
        """The message about an activity that is done and gone."""
        on_deal = [["model", "=", "crm.lead"], ["res_id", "=", deal]]
        return self._rpc.find(
            "mail.message", [*on_deal, ["mail_activity_type_id", "!=", False], ["body", "ilike", mark]]
        )

    def _activity(self, activity: CreateActivity, mark: str) -> dict[str, str]:
        """As `load` takes it."""
        lead = self._lead(activity.deal_id, ("user_id",))
        owner = str(lead["user_id"][0]) if lead["user_id"] else ""
        return {
            "res_model_id/id": "crm.model_crm_lead",
            "res_id": str(activity.deal_id),
            "activity_type_id/id": _TYPES[activity.kind],
            "summary": activity.summary,
            "note": f'<div class="{mark}">{paragraphs(clean(activity.note))}</div>',
            "date_deadline": activity.due.isoformat(),
            "user_id/.id": self._rpc.id_of("res.users", activity.owner, "owner") if activity.owner else owner,
        }

    def update_deal(self, update: UpdateDeal) -> Written:
        """Odoo has no write on condition: what someone else writes within milliseconds may be lost."""
        changes = {_NAMES.get(change.field, change.field): change for change in update.changes}
        kinds = self._writable(list(changes))
        values = self._values(update.deal_id, changes, kinds)
        if values:
            try:
                self._rpc.call("crm.lead", "write", ids=[update.deal_id], vals=values)
            except OutcomeUnknown as unknown:
                self._rpc.look_again(lambda: None if self._values(update.deal_id, changes, kinds) else True, unknown)
        url = self._url(update.deal_id)
        return Written(write=update.write, model="crm.lead", id=update.deal_id, url=url, found=not values)

    def _values(self, deal: int, changes: Mapping[str, FieldChange], kinds: Mapping[str, FieldKind]) -> Row:
        """What is to be written still. Raises Refused where something else than the old or the new value stands."""
        lead = self._lead(deal, ("team_id", *changes))
        values: Row = {}
        for name, change in changes.items():
            kind = kinds[name]
            stands = kind.shown(lead[name])
            if kind.normal(stands) == kind.normal(change.new):
                continue
            if kind.normal(stands) != kind.normal(change.old):
                problem = f"{change.field} of deal {deal} is '{stands}' by now, not '{change.old}'"
                raise Refused(f"Odoo: {problem}; nothing was changed")
            values[name] = kind.stored(change.new, lambda text, kind=kind: self._record(kind, text, lead))
        return values

    def _record(self, kind: FieldKind, text: str, lead: Row) -> int:
        """The one that a many2one names; a stage must be one of the deal's team."""
        if kind.comodel == "crm.stage":
            return self._stage(text, lead["team_id"][0] if lead["team_id"] else None)
        found = self._rpc.ask(kind.comodel, "name_search", name=text, operator="=ilike", limit=_NAMED)
        ids = [id_ for id_, name in found if name.casefold() == text.casefold()]
        if len(ids) != 1:
            raise Refused(f"Odoo has {'more than one' if ids else 'no'} '{text}' ({kind.comodel}) for {kind.name}")
        return ids[0]

    def _stage(self, name: str, team: int | None) -> int:
        stages = sorted(self._rpc.listed("crm.stage", fresh=True), key=lambda row: (row["sequence"], row["id"]))
        for row in stages:
            if row["name"].casefold() == name.casefold() and (not row["team_ids"] or team in row["team_ids"]):
                return row["id"]
        raise Refused(f"Odoo has no stage '{name}' for this deal's team (crm.stage)")

    def _fields(self, names: Sequence[str]) -> dict[str, FieldKind]:
        if not names:
            return {}
        known = self._rpc.ask("crm.lead", "fields_get", allfields=list(names), attributes=_ATTRIBUTES)
        if missing := [name for name in names if name not in known]:
            raise Refused(f"Odoo has no field '{missing[0]}' (crm.lead)")
        return {name: FieldKind.read(name, known[name]) for name in names}

    def _writable(self, names: Sequence[str]) -> dict[str, FieldKind]:
        """Raises Refused for what Odoo computes, and for what it would change in the customer's contact as well."""
        kinds = self._fields(names)
        for name, kind in kinds.items():
            if kind.readonly or name in _OF_CONTACT:
                raise Refused(f"the field '{name}' of a deal cannot be changed (crm.lead)")
        return kinds


def _is_meant(lead: Row, partners: dict[int, Row], customers: set[int], emails: set[str]) -> bool:
    """Odoo finds more: an underscore is a wildcard, and an address may be a part of another."""
    partner = partners.get(lead["partner_id"][0]) if lead["partner_id"] else None
    own = {*addresses(lead["email_from"] or ""), *addresses((partner or {}).get("email") or "")}
    return not emails.isdisjoint(own) or bool(partner and partner["commercial_partner_id"][0] in customers)
