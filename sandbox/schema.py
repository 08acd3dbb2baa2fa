"""Which models and fields of Odoo 19 the sandbox company has."""

from dataclasses import dataclass, field, replace
from typing import Any, Literal

# fmt: off
Kind = Literal[
    "char", "text", "html", "selection", "date", "datetime", "boolean", "integer", "float", "binary",
    "many2one", "one2many", "many2many",
]
# fmt: on


@dataclass(frozen=True)
class Field:
    kind: Kind
    comodel: str = ""
    inverse: str = ""
    """Of a one2many: the many2one on the other side, where it is stored."""
    choices: tuple[str, ...] = ()
    default: Any = False
    required: bool = False
    computed: bool = False
    only: tuple[str, tuple[str | bool, ...]] = ("", ())
    """Of a one2many: a field on the other side, and the values of it that belong here."""
    translate: bool = False
    """It may read differently in each language."""


@dataclass(frozen=True)
class Model:
    fields: dict[str, Field]
    unique: dict[str, str] = field(default_factory=dict[str, str])
    """Field to what Odoo says when its value is taken."""
    order: str = "id"


CHAR, TEXT, HTML, BINARY = Field("char"), Field("text"), Field("html"), Field("binary")
DATE, DATETIME = Field("date"), Field("datetime")
BOOLEAN, INTEGER, FLOAT = Field("boolean"), Field("integer", default=0), Field("float", default=0.0)
NAME = Field("char", required=True)
TRANSLATED_NAME = replace(NAME, translate=True)
ACTIVE = Field("boolean", default=True)
COMPUTED_CHAR = Field("char", computed=True)
COMPUTED_FLOAT = Field("float", computed=True)
COMMON = {
    "id": Field("integer", computed=True),
    "display_name": COMPUTED_CHAR,
    "create_date": DATETIME,
    "write_date": DATETIME,
}
TYPED = ("product", "line_section", "line_note")
"""Lines of a bill that someone has written; the others follow from them."""
ADMIN = 2
"""The user whose API key it is."""
FIRST_STAGE = FIRST_UNIT = FIRST_CURRENCY = 1


def many2one(comodel: str, *, default: int | Literal[False] = False) -> Field:
    return Field("many2one", comodel, default=default)


def one2many(comodel: str, inverse: str, *, only: tuple[str, tuple[str | bool, ...]] = ("", ())) -> Field:
    return Field("one2many", comodel, inverse, only=only)


def many2many(comodel: str) -> Field:
    return Field("many2many", comodel)


def selection(*choices: str, default: str | Literal[False] = False) -> Field:
    return Field("selection", choices=choices, default=default)


_ORDER_STATES = ("draft", "sent", "sale", "purchase", "done", "cancel")
_TAX_CATEGORIES = ("AE", "E", "S", "Z", "G", "O", "K", "L", "M", "B")
_ACCOUNT_TYPES = (
    *("asset_receivable", "asset_current", "liability_payable", "liability_current"),
    *("income", "expense", "expense_direct_cost"),
)
_DELAYS = ("days_after", "days_after_end_of_month", "days_after_end_of_next_month", "days_end_of_month_on_the")
_MESSAGE_TYPES = ("comment", "email", "email_outgoing", "notification", "auto_comment", "user_notification", "sms")
_MOVE_TYPES = ("entry", "out_invoice", "out_refund", "in_invoice", "in_refund")
_LINE_TYPES = (*TYPED, "tax", "payment_term")
_MODELS = {
    "res.company": Model(
        {
            "name": NAME,
            "partner_id": many2one("res.partner"),
            "currency_id": many2one("res.currency"),
            "vat": COMPUTED_CHAR,
            "country_id": replace(many2one("res.country"), computed=True),
            "account_sale_tax_id": many2one("account.tax"),
            "account_purchase_tax_id": many2one("account.tax"),
            "tax_calculation_rounding_method": selection("round_per_line", "round_globally", default="round_globally"),
            "po_lock": selection("edit", "lock", default="edit"),
            "quotation_validity_days": Field("integer", default=30),
        }
    ),
    "res.lang": Model({"name": NAME, "code": replace(CHAR, required=True), "active": BOOLEAN}),
    "res.country": Model({"name": NAME, "code": CHAR}),
    "res.currency": Model(
        {
            "name": NAME,
            "symbol": CHAR,
            "rate": COMPUTED_FLOAT,
            "decimal_places": Field("integer", default=2),
            "rate_ids": one2many("res.currency.rate", "currency_id"),
            "active": ACTIVE,
        }
    ),
    "res.currency.rate": Model({"name": DATE, "currency_id": many2one("res.currency"), "rate": FLOAT}),
    "res.users": Model(
        {
            "name": NAME,
            "login": replace(CHAR, required=True),
            "email": CHAR,
            "partner_id": many2one("res.partner"),
            "share": BOOLEAN,
            "active": ACTIVE,
        }
    ),
    "res.partner.category": Model({"name": NAME, "active": ACTIVE}),
    "res.partner": Model(
        {
            "name": NAME,
            "ref": CHAR,
            "type": selection("contact", "invoice", "delivery", "other", default="contact"),
            "is_company": BOOLEAN,
            "parent_id": many2one("res.partner"),
            "child_ids": one2many("res.partner", "parent_id"),
            "commercial_partner_id": replace(many2one("res.partner"), computed=True),
            "function": CHAR,
            "email": CHAR,
            "phone": CHAR,
            "street": CHAR,
            "zip": CHAR,
            "city": CHAR,
            "country_id": many2one("res.country"),
            "vat": CHAR,
            "lang": CHAR,
            "user_id": many2one("res.users"),
            "category_id": many2many("res.partner.category"),
            "customer_rank": INTEGER,
            "supplier_rank": INTEGER,
            "property_product_pricelist": many2one("product.pricelist"),
            "property_payment_term_id": many2one("account.payment.term"),
            "property_supplier_payment_term_id": many2one("account.payment.term"),
            "credit": FLOAT,
            "credit_to_invoice": FLOAT,
            "credit_limit": FLOAT,
            "use_partner_credit_limit": Field("boolean", computed=True),
            "show_credit_limit": BOOLEAN,
            "sale_warn_msg": TEXT,
            "contact_address_inline": COMPUTED_CHAR,
            "bank_ids": one2many("res.partner.bank", "partner_id"),
            "comment": HTML,
            "partner_share": Field("boolean", default=True),
            "ref_company_ids": one2many("res.company", "partner_id"),
            "active": ACTIVE,
        }
    ),
    "res.bank": Model({"name": NAME, "bic": CHAR}),
    "res.partner.bank": Model(
        {
            "acc_number": replace(CHAR, required=True),
            "sanitized_acc_number": COMPUTED_CHAR,
            "partner_id": many2one("res.partner"),
            "bank_id": many2one("res.bank"),
            "allow_out_payment": BOOLEAN,
            "active": ACTIVE,
        }
    ),
    "crm.team": Model({"name": NAME, "user_id": many2one("res.users"), "active": ACTIVE}),
    "crm.stage": Model(
        {"name": NAME, "sequence": Field("integer", default=1), "is_won": BOOLEAN, "team_ids": many2many("crm.team")},
        order="sequence, name, id",
    ),
    "crm.tag": Model({"name": NAME, "color": INTEGER}, unique={"name": "Tag name already exists!"}),
    "crm.lead": Model(
        {
            "name": NAME,
            "type": selection("lead", "opportunity", default="opportunity"),
            "referred": CHAR,
            "description": HTML,
            "priority": selection("0", "1", "2", "3", default="0"),
            "stage_id": many2one("crm.stage", default=FIRST_STAGE),
            "date_last_stage_update": DATETIME,
            "probability": Field("float", default=10.0),
            "expected_revenue": FLOAT,
            "company_currency": replace(many2one("res.currency"), computed=True),
            "date_deadline": DATE,
            "partner_id": many2one("res.partner"),
            "partner_name": CHAR,
            "contact_name": CHAR,
            "email_from": CHAR,
            "phone": CHAR,
            "country_id": many2one("res.country"),
            "color": INTEGER,
            "team_id": many2one("crm.team"),
            "user_id": many2one("res.users", default=ADMIN),
            "tag_ids": many2many("crm.tag"),
            "order_ids": one2many("sale.order", "opportunity_id"),
            "activity_ids": one2many("mail.activity", "res_id", only=("active", (True,))),
            "active": ACTIVE,
        },
        order="priority desc, id desc",
    ),
    "ir.model": Model({"name": NAME, "model": CHAR}),
    "mail.activity.type": Model(
        {
            "name": NAME,
            "category": selection("default", "upload_file", "phonecall", "meeting", default="default"),
            "icon": CHAR,
            "sequence": Field("integer", default=10),
            "active": ACTIVE,
        },
        order="sequence, id",
    ),
    "mail.activity": Model(
        {
            "res_model_id": many2one("ir.model"),
            "res_model": replace(CHAR, computed=True),
            "res_id": INTEGER,
            "activity_type_id": many2one("mail.activity.type"),
            "summary": CHAR,
            "note": HTML,
            "date_deadline": replace(DATE, required=True),
            "date_done": DATE,
            "feedback": TEXT,
            "user_id": many2one("res.users", default=ADMIN),
            "active": ACTIVE,
        },
        order="date_deadline, id",
    ),
    "mail.message.subtype": Model({"name": NAME, "internal": BOOLEAN}),
    "mail.message": Model(
        {
            "model": CHAR,
            "res_id": INTEGER,
            "message_id": CHAR,
            "message_type": selection(*_MESSAGE_TYPES, default="notification"),
            "subtype_id": many2one("mail.message.subtype"),
            "mail_activity_type_id": many2one("mail.activity.type"),
            "is_internal": BOOLEAN,
            "body": HTML,
            "subject": CHAR,
            "author_id": many2one("res.partner"),
            "date": DATETIME,
        }
    ),
    "ir.attachment": Model(
        {
            "name": NAME,
            "res_model": CHAR,
            "res_id": INTEGER,
            "mimetype": CHAR,
            "datas": BINARY,
            "checksum": CHAR,
            "file_size": INTEGER,
        }
    ),
    "account.tax": Model(
        {
            "name": NAME,
            "amount": FLOAT,
            "amount_type": selection("percent", default="percent"),
            "type_tax_use": selection("sale", "purchase", "none", default="sale"),
            "price_include": Field("boolean", computed=True),
            "price_include_override": selection("tax_included", "tax_excluded"),
            "ubl_cii_tax_category_code": selection(*_TAX_CATEGORIES),
            "repartition_line_ids": one2many("account.tax.repartition.line", "tax_id"),
            "invoice_repartition_line_ids": one2many(
                "account.tax.repartition.line", "tax_id", only=("document_type", ("invoice",))
            ),
            "tax_group_id": many2one("account.tax.group"),
            "country_id": many2one("res.country"),
            "sequence": Field("integer", default=1),
            "active": ACTIVE,
        },
        order="sequence, id",
    ),
    "account.tax.group": Model({"name": NAME}),
    "account.tax.repartition.line": Model(
        {
            "tax_id": many2one("account.tax"),
            "document_type": selection("invoice", "refund", default="invoice"),
            "repartition_type": selection("base", "tax", default="tax"),
            "factor_percent": Field("float", default=100.0),
            "account_id": many2one("account.account"),
        }
    ),
    "account.fiscal.position": Model({"name": NAME}),
    "account.account": Model(
        {
            "code": replace(CHAR, required=True),
            "name": NAME,
            "account_type": replace(selection(*_ACCOUNT_TYPES), required=True),
            "active": ACTIVE,
        },
        unique={"code": "Account codes must be unique."},
        order="code",
    ),
    "account.journal": Model(
        {
            "name": NAME,
            "code": CHAR,
            "type": selection("sale", "purchase", "general"),
            "default_account_id": many2one("account.account"),
            "active": ACTIVE,
        }
    ),
    "account.payment.term": Model(
        {
            "name": NAME,
            "line_ids": one2many("account.payment.term.line", "payment_id"),
            "active": ACTIVE,
        }
    ),
    "account.payment.term.line": Model(
        {
            "payment_id": many2one("account.payment.term"),
            "value": selection("percent", "fixed", default="percent"),
            "value_amount": Field("float", default=100.0),
            "delay_type": selection(*_DELAYS, default="days_after"),
            "nb_days": INTEGER,
        }
    ),
    "account.move": Model(
        {
            "name": CHAR,
            "move_type": replace(selection(*_MOVE_TYPES, default="entry"), required=True),
            "state": selection("draft", "posted", "cancel", default="draft"),
            "partner_id": many2one("res.partner"),
            "commercial_partner_id": replace(many2one("res.partner"), computed=True),
            "ref": CHAR,
            "invoice_origin": CHAR,
            "invoice_date": DATE,
            "invoice_date_due": DATE,
            "invoice_payment_term_id": many2one("account.payment.term"),
            "partner_bank_id": many2one("res.partner.bank"),
            "reversed_entry_id": many2one("account.move"),
            "journal_id": many2one("account.journal"),
            "currency_id": many2one("res.currency"),
            "company_id": many2one("res.company", default=1),
            "tax_country_id": replace(many2one("res.country"), computed=True),
            "invoice_line_ids": one2many("account.move.line", "move_id", only=("display_type", TYPED)),
            "line_ids": one2many("account.move.line", "move_id"),
            "tax_totals": replace(BINARY, computed=True),
            "amount_untaxed": FLOAT,
            "amount_tax": FLOAT,
            "amount_total": FLOAT,
            "amount_residual": COMPUTED_FLOAT,
            "payment_state": replace(selection("not_paid", "partial", "paid"), computed=True),
        },
        order="invoice_date desc, id desc",
    ),
    "account.move.line": Model(
        {
            "move_id": replace(many2one("account.move"), required=True),
            "sequence": Field("integer", default=100),
            "display_type": selection(*_LINE_TYPES, default="product"),
            "product_id": many2one("product.product"),
            "product_uom_id": many2one("uom.uom"),
            "name": TEXT,
            "quantity": Field("float", default=1.0),
            "price_unit": FLOAT,
            "account_id": many2one("account.account"),
            "tax_ids": many2many("account.tax"),
            "tax_line_id": many2one("account.tax"),
            "purchase_line_id": many2one("purchase.order.line"),
            "purchase_order_id": replace(many2one("purchase.order"), computed=True),
            "amount_currency": FLOAT,
            "price_subtotal": FLOAT,
            "price_total": FLOAT,
            "parent_state": replace(CHAR, computed=True),
            "partner_id": replace(many2one("res.partner"), computed=True),
            "move_type": replace(CHAR, computed=True),
            "invoice_date": replace(DATE, computed=True),
        },
        order="invoice_date desc, move_id desc, id",
    ),
    "account.partial.reconcile": Model(
        {
            "debit_move_id": many2one("account.move.line"),
            "credit_move_id": many2one("account.move.line"),
            "amount": FLOAT,
            "max_date": DATE,
        }
    ),
    "account.payment.register": Model(
        {"line_ids": many2many("account.move.line"), "payment_date": DATE, "amount": FLOAT}
    ),
    "uom.uom": Model(
        {
            "name": NAME,
            "factor": COMPUTED_FLOAT,
            "relative_factor": Field("float", default=1.0),
            "relative_uom_id": many2one("uom.uom"),
            "active": ACTIVE,
        }
    ),
    "product.category": Model(
        {"name": NAME, "complete_name": COMPUTED_CHAR, "parent_id": many2one("product.category")}
    ),
    "product.template": Model(
        {
            "name": TRANSLATED_NAME,
            "categ_id": many2one("product.category"),
            "uom_id": many2one("uom.uom", default=FIRST_UNIT),
            "list_price": FLOAT,
            "description_sale": TEXT,
            "product_variant_ids": one2many("product.product", "product_tmpl_id"),
            "sale_ok": ACTIVE,
            "purchase_ok": ACTIVE,
            "active": ACTIVE,
        }
    ),
    "product.product": Model(
        {
            "name": TRANSLATED_NAME,
            "product_tmpl_id": many2one("product.template"),
            "default_code": CHAR,
            "barcode": CHAR,
            "categ_id": many2one("product.category"),
            "uom_id": many2one("uom.uom", default=FIRST_UNIT),
            "uom_ids": many2many("uom.uom"),
            "list_price": FLOAT,
            "standard_price": FLOAT,
            "taxes_id": many2many("account.tax"),
            "supplier_taxes_id": many2many("account.tax"),
            "sale_delay": INTEGER,
            "type": selection("consu", "service", default="consu"),
            "is_storable": BOOLEAN,
            "purchase_method": replace(selection("purchase", "receive"), computed=True),
            "weight": FLOAT,
            "description_sale": TEXT,
            "qty_available": COMPUTED_FLOAT,
            "free_qty": COMPUTED_FLOAT,
            "sale_ok": ACTIVE,
            "purchase_ok": ACTIVE,
            "active": ACTIVE,
        }
    ),
    "product.customerinfo": Model(  # From the OCA's module product_customerinfo.
        {
            "partner_id": many2one("res.partner"),
            "product_id": many2one("product.product"),
            "product_tmpl_id": many2one("product.template"),
            "product_code": CHAR,
            "product_name": CHAR,
        }
    ),
    "product.supplierinfo": Model(
        {
            "partner_id": many2one("res.partner"),
            "product_id": many2one("product.product"),
            "product_tmpl_id": many2one("product.template"),
            "product_code": CHAR,
            "product_name": CHAR,
            "min_qty": FLOAT,
            "price": FLOAT,
            "delay": INTEGER,
        }
    ),
    "product.pricelist": Model(
        {
            "name": NAME,
            "currency_id": many2one("res.currency", default=FIRST_CURRENCY),
            "item_ids": one2many("product.pricelist.item", "pricelist_id"),
            "sequence": Field("integer", default=16),
            "active": ACTIVE,
        }
    ),
    "product.pricelist.item": Model(
        {
            "pricelist_id": many2one("product.pricelist"),
            "applied_on": selection(
                "3_global", "2_product_category", "1_product", "0_product_variant", default="3_global"
            ),
            "categ_id": many2one("product.category"),
            "product_tmpl_id": many2one("product.template"),
            "product_id": many2one("product.product"),
            "min_quantity": FLOAT,
            "compute_price": selection("fixed", "percentage", default="fixed"),
            "fixed_price": FLOAT,
            "percent_price": FLOAT,
            "base": selection("list_price", default="list_price"),
            "price": COMPUTED_CHAR,
            "date_start": DATETIME,
            "date_end": DATETIME,
        }
    ),
    "stock.location": Model({"name": NAME, "usage": selection("internal", "customer", "supplier")}),
    "stock.quant": Model(
        {
            "product_id": many2one("product.product"),
            "location_id": many2one("stock.location"),
            "quantity": FLOAT,
            "reserved_quantity": FLOAT,
        }
    ),
    "sale.order": Model(
        {
            "name": NAME,
            "partner_id": replace(many2one("res.partner"), required=True),
            "partner_invoice_id": many2one("res.partner"),
            "partner_shipping_id": many2one("res.partner"),
            "client_order_ref": CHAR,
            "origin": CHAR,
            "date_order": DATETIME,
            "validity_date": DATE,
            "state": selection(*_ORDER_STATES, default="draft"),
            "user_id": many2one("res.users"),
            "team_id": many2one("crm.team"),
            "opportunity_id": many2one("crm.lead"),
            "pricelist_id": many2one("product.pricelist"),
            "currency_id": many2one("res.currency"),
            "currency_rate": COMPUTED_FLOAT,
            "company_id": many2one("res.company", default=1),
            "fiscal_position_id": many2one("account.fiscal.position"),
            "payment_term_id": many2one("account.payment.term"),
            "note": HTML,
            "order_line": one2many("sale.order.line", "order_id"),
            "amount_untaxed": FLOAT,
            "amount_tax": FLOAT,
            "amount_total": FLOAT,
        },
        order="date_order desc, id desc",
    ),
    "sale.order.line": Model(
        {
            "order_id": replace(many2one("sale.order"), required=True),
            "sequence": Field("integer", default=10),
            "display_type": selection("line_section", "line_note"),
            "product_id": many2one("product.product"),
            "name": replace(TEXT, required=True),
            "product_uom_qty": Field("float", default=1.0),
            "product_uom_id": many2one("uom.uom"),
            "pricelist_item_id": replace(many2one("product.pricelist.item"), computed=True),
            "price_unit": FLOAT,
            "technical_price_unit": FLOAT,
            "discount": FLOAT,
            "tax_ids": many2many("account.tax"),
            "customer_lead": FLOAT,
            "price_subtotal": FLOAT,
            "price_tax": FLOAT,
            "price_total": FLOAT,
            "state": replace(CHAR, computed=True),
            "currency_id": replace(many2one("res.currency"), computed=True),
            "order_partner_id": replace(many2one("res.partner"), computed=True),
        },
        order="order_id, sequence, id",
    ),
    "purchase.order": Model(
        {
            "name": NAME,
            "partner_id": replace(many2one("res.partner"), required=True),
            "partner_ref": CHAR,
            "date_order": DATETIME,
            "date_planned": DATETIME,
            "state": selection("draft", "sent", "to approve", "purchase", "cancel", default="draft"),
            "locked": BOOLEAN,
            "user_id": many2one("res.users", default=ADMIN),
            "currency_id": many2one("res.currency", default=FIRST_CURRENCY),
            "order_line": one2many("purchase.order.line", "order_id"),
            "amount_untaxed": FLOAT,
            "amount_tax": FLOAT,
            "amount_total": FLOAT,
        }
    ),
    "purchase.order.line": Model(
        {
            "order_id": replace(many2one("purchase.order"), required=True),
            "sequence": Field("integer", default=10),
            "display_type": selection("line_section", "line_note"),
            "product_id": many2one("product.product"),
            "name": TEXT,
            "product_qty": Field("float", default=1.0),
            "product_uom_id": many2one("uom.uom"),
            "price_unit": FLOAT,
            "discount": FLOAT,
            "tax_ids": many2many("account.tax"),
            "price_subtotal": FLOAT,
            "qty_received_method": replace(selection("manual", "stock_moves"), computed=True),
            "qty_received": FLOAT,
            "qty_invoiced": FLOAT,
        },
        order="order_id, sequence, id",
    ),
}
MODELS = {name: replace(model, fields=COMMON | model.fields) for name, model in _MODELS.items()}
