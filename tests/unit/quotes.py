"""Hand-made quotations: what a request, the catalogue and the ERP might have given."""

from collections.abc import Sequence
from dataclasses import replace
from datetime import UTC, date, datetime
from decimal import ROUND_HALF_UP, Decimal
from typing import Any

from jobs.core import Draft, InputFile, Inputs, Source
from jobs.crm import Customer, Facts
from jobs.erp import (
    Candidate,
    Match,
    Money,
    Pack,
    PricedLine,
    PricedQuotation,
    Product,
    Provenance,
    SaleFacts,
    Stock,
    Terms,
)
from jobs.mail import Address, MailFacts
from jobs.quote.lines import breaks_to_price, expand, place, to_price
from jobs.quote.rules import RULES, QuoteRules
from jobs.quote.schema import QuoteLine, QuoteProposal

GLAND = Product(
    id=1, sku="EL-GLD-M20", name="Cable gland M20", unit="Units", packs=(Pack(name="Box of 50", quantity=Decimal(50)),)
)
CABLE = Product(
    id=2,
    sku="CA-3X25",
    name="Cable 3x2.5 mm²",
    unit="m",
    packs=(Pack(name="Ring 100 m", quantity=Decimal(100)), Pack(name="Drum 500 m", quantity=Decimal(500))),
)
GLOVE = Product(
    id=3,
    sku="PP-GLV-9",
    name="Work glove size 9",
    unit="Pair",
    packs=(Pack(name="Carton of 12", quantity=Decimal(12)),),
)
PRODUCTS = {product.id: product for product in (GLAND, CABLE, GLOVE)}
PRICES = {1: "1.20", 2: "0.8135", 3: "2.10"}
CUSTOMER = Customer(id=7, name="Severn Panels Limited", email="info@severnpanels.example", country="GB")
TERMS = Terms(
    customer_id=7,
    pricelist="Trade",
    currency="EUR",
    language="en_GB",
    payment_terms="30 days",
    credit_limit=None,
    credit_used=None,
    blocked="",
    delivery_address="",
)
REPLY = "Thank you for your request.\n\n{{lines}}\n\n{{total}}\n\n{{valid_until}}"
TEXT = """Please quote 50 cable glands M20, 2 rings of cable 3x2.5, and 100/500/1000 pairs of gloves size 9.

Gareth Pugh
Severn Panels Ltd"""
CENT = Decimal("0.01")


def mail(**changes: Any) -> MailFacts:
    facts = MailFacts(
        message_id="1@severnpanels.example",
        sender=Address(name="Gareth Pugh", email="gareth@severnpanels.example"),
        reply_to=None,
        to=[Address(name="", email="sales@us.example")],
        subject="Prices please",
        date=datetime(2026, 3, 2, 9, tzinfo=UTC),
        in_reply_to=[],
        automatic=None,
        bulk=None,
        forwarded_from=None,
        attachments=[],
        problems=[],
    )
    return facts.model_copy(update=changes)


def line(requested: str, quantity: float | None = 1, unit: str | None = None, **changes: Any) -> QuoteLine:
    return QuoteLine(requested=requested, quantity=quantity, unit=unit, **changes)


GLANDS = line("cable glands M20", 50)
RINGS = line("cable 3x2.5", 2, "rings")
GLOVES = line("gloves size 9", 100, "pairs", price_breaks=[100, 500, 1000])


def proposal(*lines: QuoteLine, **changes: Any) -> QuoteProposal:
    given = QuoteProposal(
        language="en",
        company="Severn Panels Ltd",
        contact="Gareth Pugh",
        email="gareth@severnpanels.example",
        customer_reference=None,
        delivery_address=None,
        wanted_date=None,
        special_terms=[],
        lines=list(lines or (GLANDS, RINGS, GLOVES)),
        reply=REPLY,
    )
    return given.model_copy(update=changes)


def draft(*lines: QuoteLine, **changes: Any) -> Draft[QuoteProposal]:
    return Draft(proposal=proposal(*lines, **changes), evidence=[])


def matched(product: Product) -> Match:
    return Match(
        status="matched",
        product=product,
        candidates=(Candidate(product=product, score=0.9),),
        margin=0.5,
        reason="the words fit",
    )


UNCLEAR = Match(
    status="ambiguous",
    product=None,
    candidates=(Candidate(product=GLAND, score=0.6), Candidate(product=GLOVE, score=0.6, conflicts=("size 9",))),
    margin=0.0,
    reason="two products fit equally",
)
UNKNOWN = Match(status="none", product=None, candidates=(), margin=0.0, reason="nothing is like it")
BY_WORD = {"glands": matched(GLAND), "cable 3": matched(CABLE), "gloves": matched(GLOVE)}


def match_of(line: QuoteLine) -> Match:
    return next((match for word, match in BY_WORD.items() if word in line.requested), UNKNOWN)


def inputs(
    about: QuoteProposal | None = None,
    *,
    text: str = TEXT,
    customers: Sequence[Customer] = (CUSTOMER,),
    terms: Terms | None = TERMS,
    matches: Sequence[Match] | None = None,
    prices: dict[int, str] | None = None,
    discount: str = "0",
    currency: str = "EUR",
    sale: dict[str, Any] | None = None,
    rules: dict[str, Any] | None = None,
    edited: Sequence[str] = (),
    **changes: Any,
) -> Inputs:
    """The inputs whose facts belong to this proposal, as `activities.ground` would have looked them up."""
    about = about or proposal()
    own = QuoteRules.model_validate({**RULES.model_dump(), **(rules or {})})
    lines = expand(about.lines, (sale or {}).get("ordered", ()), edited)
    found = list(matches or map(match_of, lines))
    placed = [place(line, match, own, about.language) for line, match in zip(lines, found, strict=True)]
    price = Pricing(prices or PRICES, Decimal(discount), currency)
    wanted, breaks = to_price(placed), breaks_to_price(placed)
    facts = SaleFacts(
        terms=terms,
        matches=tuple(found),
        priced=price.quotation([price.line(w.product_id, w.quantity) for w in wanted]) if wanted else None,
        breaks=tuple(price.line(w.product_id, w.quantity) for w in breaks),
        stock=tuple(Stock(product_id=id_, free=Decimal(100_000), lead_days=4) for id_ in PRODUCTS),
    ).model_copy(update=sale or {})
    given = Inputs(
        case_id="quote-1",
        sources=[
            Source(id="mail.header", text="From: Gareth Pugh <gareth@severnpanels.example>\nSubject: Prices please"),
            Source(id="mail.new_text", text=text),
        ],
        mail=mail(),
        facts=Facts(candidates=tuple(customers), sale=facts),
        rules=own,
        input_sha256="5e" * 32,
        input_file=InputFile(),
        opened=date(2026, 3, 2),
        today=date(2026, 3, 2),
        case_url="http://ui.example/quote-1",
        proposed_by="a-model",
        edited=tuple(edited),
    )
    return replace(given, **changes)


class Pricing:
    """An ERP's price list: one price for each product, one discount, 21 % tax."""

    def __init__(self, prices: dict[int, str], discount: Decimal, currency: str) -> None:
        self.prices, self.discount, self.currency = prices, discount, currency

    def line(self, product_id: int, quantity: Decimal) -> PricedLine:
        unit = Decimal(self.prices[product_id]) * (Decimal("0.9") if quantity >= 500 else 1)
        exact = unit * quantity * (1 - self.discount / 100)
        return PricedLine(
            product_id=product_id,
            quantity=quantity,
            unit_price=self.money(unit, product_id),
            discount=self.discount,
            net=self.money(exact.quantize(CENT, ROUND_HALF_UP), product_id),
            taxes=("21 %",),
            cost=unit * Decimal("0.6"),
        )

    def quotation(self, lines: Sequence[PricedLine]) -> PricedQuotation:
        net = sum((line.net.amount for line in lines), Decimal("0.00"))
        tax = (net * Decimal("0.21")).quantize(CENT, ROUND_HALF_UP)
        totals = {"untaxed": self.money(net, 0), "tax": self.money(tax, 0), "total": self.money(net + tax, 0)}
        return PricedQuotation(pricelist="Trade", currency=self.currency, lines=tuple(lines), **totals)

    def money(self, amount: Decimal, id_: int) -> Money:
        source = Provenance(model="product.pricelist.item", id=id_, field="fixed_price", version="1", rule="Trade")
        return Money(amount=amount, currency=self.currency, source=source)
