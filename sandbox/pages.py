"""The sandbox company's records as web pages, for a person's eyes."""

import html
import re
from typing import Any
from urllib.parse import quote

from starlette.requests import Request
from starlette.responses import HTMLResponse, Response
from starlette.routing import Route

from sandbox.orm import Orm, Row, Store
from sandbox.schema import MODELS

_LISTED = {
    "crm.lead": "Leads",
    "res.partner": "Customers and vendors",
    "product.product": "Products",
    "product.pricelist": "Price lists",
    "sale.order": "Quotations and orders",
    "purchase.order": "Purchase orders",
    "account.move": "Bills and invoices",
}
_ORDERS = {"sale.order": "order_line", "purchase.order": "order_line", "account.move": "invoice_line_ids"}
"""Records that have lines and amounts, and where their lines are."""
_QUANTITIES = {"sale.order": "product_uom_qty", "purchase.order": "product_qty", "account.move": "quantity"}
_DATES = {"sale.order": "date_order", "purchase.order": "date_order", "account.move": "invoice_date"}


def page_routes(store: Store) -> list[Route]:
    pages = _Pages(store)
    return [
        Route("/", pages.overview),
        Route("/list", pages.records),
        Route("/mail/view", pages.record),
        Route("/web/content/{id:int}", pages.download),
    ]


class _Pages:
    def __init__(self, store: Store) -> None:
        self._store = store

    def overview(self, _: Request) -> Response:
        with self._store.transaction():
            orm = Orm(self._store)
            leads = orm.search_read("crm.lead", limit=20, order="id desc")
            newest = {
                title: _order_table(model, orm.search_read(model, [["state", "=", "draft"]], limit=10, order="id desc"))
                for model, title in (("sale.order", "Newest quotations"), ("account.move", "Newest draft bills"))
            }
            counts = {model: orm.search_count(model, []) for model in _LISTED}
        links = " ".join(
            f'<a href="/list?model={model}">{title}</a> <small>{counts[model]}</small>'
            for model, title in _LISTED.items()
        )
        drafts = "".join(f"<h1>{title}</h1>{table}" for title, table in newest.items())
        return _page("Newest leads", f"<nav>{links}</nav>{_lead_table(leads)}{drafts}")

    def records(self, request: Request) -> Response:
        model = request.query_params.get("model", "")
        if model not in _LISTED:
            return _page("Not found", "<p>There is no such list.</p>", 404)
        with self._store.transaction():
            fields = None if model in _ORDERS else ["display_name"]
            rows = Orm(self._store).search_read(model, fields=fields, limit=500, order="id desc")
        items = "".join(f"<li>{_link(model, [row['id'], row['display_name']])}</li>" for row in rows)
        listed = _order_table(model, rows) if model in _ORDERS else f"<ul>{items}</ul>"
        return _page(_LISTED[model], f"<p>The newest {len(rows)}.</p>{listed}")

    def record(self, request: Request) -> Response:
        model, id_ = request.query_params.get("model", ""), request.query_params.get("res_id", "")
        of_record = [["model", "=", model], ["res_id", "=", int(id_) if id_.isdecimal() else 0]]
        of_file = [["res_model", "=", model], of_record[1]]
        with self._store.transaction():
            orm = Orm(self._store, {"active_test": False})
            found = orm.read(model, [int(id_)]) if model in MODELS and id_.isdecimal() else []
            if not found:
                return _page("Not found", "<p>There is no such record.</p>", 404)
            lines = _lines(orm, model, found[0])
            for name, field in MODELS[model].fields.items():
                if field.kind in ("one2many", "many2many"):
                    found[0][name] = orm.read(field.comodel, found[0][name], ["display_name"])
            files = orm.search_read("ir.attachment", of_file, ["name", "file_size"])
            messages = orm.search_read("mail.message", of_record, _MESSAGE, order="date desc, id desc")
        table = _line_table(model, lines, found[0])
        return _page(found[0]["display_name"], _record_body(model, found[0], table, files, messages))

    def download(self, request: Request) -> Response:
        with self._store.transaction():
            orm = Orm(self._store)
            found = orm.read("ir.attachment", [request.path_params["id"]], ["name", "checksum"])
            content = self._store.file(found[0]["checksum"]) if found else b""
        if not found:
            return _page("Not found", "<p>There is no such file.</p>", 404)
        # Never shown inline: the file may be hostile, and this page is on the user's own machine.
        headers = {
            "Content-Disposition": f"attachment; filename*=UTF-8''{quote(found[0]['name'])}",
            "X-Content-Type-Options": "nosniff",
        }
        return Response(content, media_type="application/octet-stream", headers=headers)


_STYLE = """
body{font:15px/1.5 system-ui,sans-serif;max-width:60rem;margin:0 auto;padding:1rem 1.5rem;color:#222;background:#fff}
header{background:#fdf1d0;border:1px solid #e5cf8c;border-radius:6px;padding:.4rem .8rem;font-size:.9rem}
nav{display:flex;flex-wrap:wrap;gap:.3rem 1.2rem;margin:.5rem 0 1.2rem} small,th,.muted{color:#666}
table{border-collapse:collapse;width:100%} th,td{padding:.35rem .8rem .35rem 0;text-align:left;vertical-align:top}
tr{border-bottom:1px solid #eee} th{font-weight:normal} th,.date,.number{white-space:nowrap}
.number{text-align:right}
a{color:#0b57a4;text-decoration:none}
.text{white-space:pre-wrap;border:1px solid #eee;border-radius:6px;padding:.8rem 1rem;margin:1rem 0}
"""
_HIDDEN = frozenset(
    (
        *("id", "display_name", "name", "active", "description", "comment", "create_date", "write_date"),
        *("commercial_partner_id", "is_company", "partner_share", "customer_rank", "supplier_rank"),
        *("contact_address_inline", "company_id", "currency_rate", "note", "company_currency", "color", "res_id"),
    )
)
_IN_LINE_TABLE = frozenset(
    {"order_line", "invoice_line_ids", "line_ids", "tax_totals", "amount_untaxed", "amount_tax", "amount_total"}
)
_MESSAGE = ("date", "body", "author_id", "subtype_id")
_LABELS = {
    "activity_ids": "planned steps",
    "order_ids": "quotations and orders",
    "date_deadline": "due",
    "referred": "reference",
    "user_id": "owner",
    "email_from": "e-mail",
    "categ_id": "category",
    "child_ids": "contacts",
    "property_product_pricelist": "price list",
}
_PRIORITIES = {"0": "low", "1": "normal ★", "2": "raised ★★", "3": "high ★★★"}


def _page(title: str, body: str, status: int = 200) -> Response:
    head = f'<!doctype html><html lang="en"><meta charset="utf-8"><title>{_escape(title)} · sandbox company</title>'
    banner = '<header><a href="/">Sandbox company</a> · a made-up wholesaler to try Countersign on</header>'
    content = f"{head}<style>{_STYLE}</style>{banner}<h1>{_escape(title)}</h1>{body}</html>"
    return HTMLResponse(content, status, {"Content-Security-Policy": "default-src 'none'; style-src 'unsafe-inline'"})


def _lead_table(leads: list[Row]) -> str:
    rows = "".join(
        f"<tr><td>{_link('crm.lead', [lead['id'], lead['name']])}</td>"
        f"<td>{_escape(lead['partner_name'] or lead['contact_name'] or '')}</td>"
        f"<td>{_escape(lead['team_id'][1] if lead['team_id'] else '')}</td>"
        f"<td>{_PRIORITIES[lead['priority'] or '0']}</td>"
        f'<td class="date">{lead["create_date"][:16]}</td></tr>'
        for lead in leads
    )
    return f"<table><tr><th>Lead<th>Customer<th>Team<th>Priority<th>Created (UTC)</tr>{rows}</table>"


def _order_table(model: str, orders: list[Row]) -> str:
    rows = "".join(
        f"<tr><td>{_link(model, [order['id'], order['display_name']])}</td>"
        f"<td>{_escape(order['partner_id'][1])}</td>"
        f"<td>{order['state']}</td>"
        f"{_numbers(_amount(order, 'amount_total'))}"
        f'<td class="date">{_escape((order[_DATES[model]] or "")[:16])}</td></tr>'
        for order in orders
    )
    head = '<tr><th>Number<th>Customer or vendor<th>State<th class="number">Total<th>Date (UTC)</tr>'
    return f"<table>{head}{rows}</table>"


def _lines(orm: Orm, model: str, row: Row) -> list[Row]:
    if model not in _ORDERS:
        return []
    lines = orm.read(MODELS[model].fields[_ORDERS[model]].comodel, row[_ORDERS[model]])
    for line in lines:
        line["tax_ids"] = orm.read("account.tax", line["tax_ids"], ["name"])
    return lines


def _line_table(model: str, lines: list[Row], order: Row) -> str:
    """Empty for a record that has no lines."""
    if not lines:
        return ""
    columns = ("Quantity", "Unit price", "Discount", "Taxes", "Amount")
    head = f"<tr><th>Article{''.join(f'<th class=number>{column}' for column in columns)}</tr>"
    rows = "".join(
        f"<tr><td>{_escape(line['name'] or '')}{_account(line)}</td>{_numbers(*_line_cells(model, line))}</tr>"
        for line in lines
    )
    totals = "".join(
        f'<tr><td><td colspan="4" class="number">{title}</td>{_numbers(_amount(order, name))}</tr>'
        for name, title in (("amount_untaxed", "Untaxed"), ("amount_tax", "Tax"), ("amount_total", "Total"))
    )
    return f"<table>{head}{rows}{totals}</table>"


def _account(line: Row) -> str:
    """What a line is booked on, and which order it is of."""
    named = [line[name][1] for name in ("account_id", "purchase_order_id") if line.get(name)]
    return f"<br><small>{_escape(' · '.join(named))}</small>" if named else ""


def _line_cells(model: str, line: Row) -> tuple[str, ...]:
    unit = line["product_uom_id"][1] if line["product_uom_id"] else ""
    price = f"{line['price_unit']:.6f}"
    return (
        f"{line[_QUANTITIES[model]]:g} {unit}",
        price[:-4] + price[-4:].rstrip("0"),
        f"{line['discount']:g} %" if line.get("discount") else "",
        ", ".join(tax["name"] for tax in line["tax_ids"]),
        f"{line['price_subtotal']:,.2f}",
    )


def _amount(order: Row, name: str) -> str:
    return f"{order[name]:,.2f} {order['currency_id'][1]}"


def _numbers(*texts: str) -> str:
    return "".join(f'<td class="number">{_escape(text)}</td>' for text in texts)


def _record_body(model: str, row: Row, table: str, files: list[Row], messages: list[Row]) -> str:
    """`table` is what the record has of its own to show, such as the lines of an order."""
    hidden = _HIDDEN | _IN_LINE_TABLE if table else _HIDDEN
    shown = [name for name in row if name not in hidden and row[name] not in (False, [], "", 0)]
    rows = "".join(f"<tr><th>{_label(name)}<td>{_cell(model, name, row[name])}</tr>" for name in shown)
    archived = '<p class="muted">Archived.</p>' if row.get("active") is False else ""
    texts = "".join(
        f'<div class="text">{_plain(row[name])}</div>' for name in ("description", "comment", "note") if row.get(name)
    )
    attached = "".join(
        f'<li><a href="/web/content/{one["id"]}">{_escape(one["name"])}</a> <small>{one["file_size"]} B</small></li>'
        for one in files
    )
    said = "".join(map(_message, messages))
    below = f"<ul>{attached}</ul>{said}<p class='muted'>{model} {row['id']}</p>"
    return f"{archived}<table>{rows}</table>{table}{texts}{below}"


def _message(message: Row) -> str:
    named = [message[name][1] for name in ("author_id", "subtype_id") if message[name]]
    head = " · ".join([message["date"], *named])
    return f'<div class="text"><small>{_escape(head)}</small>\n{_plain(message["body"] or "")}</div>'


def _cell(model: str, name: str, value: Any) -> str:
    field = MODELS[model].fields[name]
    if field.kind == "many2one":
        return _link(field.comodel, value)
    if field.comodel:
        return ", ".join(_link(field.comodel, [row["id"], row["display_name"]]) for row in value)
    return _PRIORITIES[value] if name == "priority" else _escape(str(value))


def _label(name: str) -> str:
    return _LABELS.get(name, re.sub("_ids$", "s", name).removesuffix("_id").replace("_", " "))


def _link(model: str, named: list[Any]) -> str:
    return f'<a href="/mail/view?model={model}&amp;res_id={named[0]}">{_escape(str(named[1]))}</a>'


def _plain(markup: str) -> str:
    """What an HTML field says, without its markup, which may be anyone's."""
    lines = re.sub(r"<br\s*/?>", "\n", markup.replace("</p>", "\n\n"))
    return _escape(html.unescape(re.sub(r"<[^>]*>", "", lines)).strip())


def _escape(text: str) -> str:
    return html.escape(text)
