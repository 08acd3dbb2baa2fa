"""The quote job's own rules: units, prices, checks, the writes."""

from collections.abc import Callable, Iterator
from dataclasses import replace
from datetime import date
from decimal import Decimal
from random import Random
from typing import Any

import pytest

from jobs.core import Check, Draft, Evidence, Inputs, Mode, Release, Route, Source, Status
from jobs.crm import AttachFile, Customer
from jobs.erp import CreateQuotation, Money, Ordered, Product, SaveDraft
from jobs.quote.checks import check, check_money
from jobs.quote.job import QUOTE, blank
from jobs.quote.lines import conversion
from jobs.quote.pieces import join, pieces
from jobs.quote.plan import plan
from jobs.quote.quotation import approver_role, refine
from jobs.quote.rules import RULES
from jobs.quote.schema import QuoteProposal
from jobs.review import Review, review
from tests.unit.quotes import (
    CABLE,
    CUSTOMER,
    GLAND,
    GLANDS,
    GLOVE,
    GLOVES,
    RINGS,
    TERMS,
    UNCLEAR,
    UNKNOWN,
    draft,
    inputs,
    line,
    mail,
    matched,
    proposal,
)


def reviewed(given: Draft[QuoteProposal], at: Inputs, mode: Mode = Mode.ASSISTED) -> Review:
    return review(QUOTE, given, at, Release(mode=mode))


def doubts(checks: list[Check]) -> list[tuple[str, Status, str | None]]:
    return [(check.name, check.status, check.field) for check in checks if check.status is not Status.PASS]


def found_doubts(at: Inputs, given: QuoteProposal) -> list[tuple[str, Status, str | None]]:
    return doubts(check(Draft(proposal=refine(given, at), evidence=[]), at))


# Quantities


@pytest.mark.parametrize(
    ("unit", "product", "language", "factor"),
    [
        (None, GLAND, "en", 1),
        ("pcs", GLAND, "en", 1),
        ("Stk.", GLAND, "de", 1),
        ("boxes", GLAND, "en", 50),
        ("doos", GLAND, "nl", 50),
        ("dozen", GLAND, "nl", 50),
        ("dozen", GLAND, "en", 12),
        ("cartons", GLAND, "en", 50),
        ("m", CABLE, "en", 1),
        ("mètres", CABLE, "fr", 1),
        ("km", CABLE, "en", 1000),
        ("Ringe", CABLE, "de", 100),
        ("haspels", CABLE, "nl", 500),
        ("pair", GLOVE, "en", 1),
        ("pcs", GLOVE, "en", 1),
        ("kg", GLAND, "en", None),
        ("rolls", CABLE, "en", None),
    ],
)
def test_units_become_the_product_s_own(unit: str | None, product: Product, language: str, factor: int | None) -> None:
    assert conversion(line("it", 1, unit), product, RULES, language).factor == factor


def test_the_size_that_is_named_picks_the_pack() -> None:
    assert conversion(line("cable, 500 m", 1, "drum"), CABLE, RULES, "en").factor == 500
    two = CABLE.model_copy(
        update={"packs": (*CABLE.packs, CABLE.packs[0].model_copy(update={"quantity": Decimal(50)}))}
    )
    assert conversion(line("cable", 1, "ring"), two, RULES, "en").factor is None
    assert conversion(line("cable", 1, "ring of 50"), two, RULES, "en").factor is None
    assert conversion(line("cable ring 50 m", 1, "ring"), two, RULES, "en").factor == 50


def test_a_line_keeps_the_customer_s_figure_and_gets_the_erp_s() -> None:
    rings = refine(proposal(RINGS), inputs(proposal(RINGS))).lines[0]
    assert (rings.quantity, rings.unit, rings.order_quantity, rings.order_unit) == (2, "rings", Decimal(200), "m")
    assert rings.net is not None
    assert rings.net.amount == Decimal("162.70")


def test_pairs_and_unnamed_metres_are_pointed_out() -> None:
    pieces_of_gloves, cable = line("gloves size 9", 5, "pcs"), line("cable 3x2.5", 5)
    at = inputs(text="5 gloves size 9, 5 cable 3x2.5")
    for wanted in (pieces_of_gloves, cable):
        given = proposal(wanted)
        at = inputs(given, text="5 pcs gloves size 9, 5 cable 3x2.5")
        assert found_doubts(at, given) == [("lines", Status.WARN, "lines[0].unit")]


def test_a_line_that_leans_on_words_from_elsewhere_is_pointed_out() -> None:
    given = proposal(line("size 9", 5, "pairs", context="gloves"))
    at = inputs(given, matches=[matched(GLOVE)], text="gloves: 5 pairs size 9")
    assert found_doubts(at, given) == [("lines", Status.WARN, "lines[0]")]


# The quotation


def test_the_erp_s_figures_are_filled_in() -> None:
    seen = reviewed(draft(), inputs())
    assert seen.failed == []
    filled = QuoteProposal.model_validate(seen.proposal)
    assert [item.sku for item in filled.lines] == ["EL-GLD-M20", "CA-3X25", "PP-GLV-9"]
    assert [item.unit_price and item.unit_price.amount for item in filled.lines] == [
        Decimal("1.20"),
        Decimal("0.8135"),
        Decimal("2.10"),
    ]
    assert [(tier.quantity, tier.unit_price.amount) for tier in filled.lines[2].tiers] == [
        (100, Decimal("2.10")),
        (500, Decimal("1.890")),
        (1000, Decimal("1.890")),
    ]
    assert filled.total is not None
    assert filled.total.amount == Decimal("523.57")
    assert (filled.customer_id, filled.valid_until, filled.pricelist) == (7, date(2026, 4, 1), "Trade")


def test_what_the_draft_says_of_prices_counts_for_nothing() -> None:
    clean = reviewed(draft(), inputs())
    money = Money.model_validate(clean.proposal["total"]).model_copy(update={"amount": Decimal(1)})
    lines = [
        item.model_copy(update={"unit_price": money, "net": money, "discount": Decimal(90)})
        for item in proposal().lines
    ]
    altered = reviewed(
        draft(*lines, total=money, untaxed=money, currency="GBP", valid_until=date(2030, 1, 1)), inputs()
    )
    assert altered.digest == clean.digest


def test_the_writes_are_the_quotation_the_request_and_the_reply() -> None:
    at = inputs()
    quotation, original, reply = plan(refine(proposal(), at), at)
    assert isinstance(quotation, CreateQuotation)
    assert isinstance(reply, SaveDraft)
    assert original == AttachFile(name="mail.eml", media_type="message/rfc822", sha256=at.input_sha256)
    assert [(item.product_id, item.quantity) for item in quotation.lines] == [(1, 50), (2, 200), (3, 100)]
    assert (quotation.total, quotation.currency, quotation.customer_id) == (Decimal("523.57"), "EUR", 7)
    assert (reply.to, reply.in_reply_to, reply.subject) == (
        ("gareth@severnpanels.example",),
        "1@severnpanels.example",
        "Re: Prices please",
    )
    assert "523.57" in reply.text.replace(",", ".")


def test_a_line_that_is_not_offered_is_said_and_left_out() -> None:
    given = proposal(GLANDS, line("left-handed spanner", 3))
    at = inputs(given, text="50 cable glands M20, 3 left-handed spanner")
    assert found_doubts(at, given) == [("lines", Status.WARN, "lines[1].sku")]
    quotation, _, reply = plan(refine(given, at), at)
    assert isinstance(quotation, CreateQuotation)
    assert isinstance(reply, SaveDraft)
    assert len(quotation.lines) == 1
    assert quotation.remarks == ()
    assert "left-handed spanner" in reply.text
    marked = inputs(given, rules={"mark_unmatched": True})
    quotation = plan(refine(given, marked), marked)[0]
    assert isinstance(quotation, CreateQuotation)
    assert quotation.remarks == ("Not offered: left-handed spanner",)


def test_where_nothing_is_offered_only_the_reply_goes_out() -> None:
    given = proposal(line("left-handed spanner", 3))
    at = inputs(given, text="3 left-handed spanner")
    [reply] = plan(refine(given, at), at)
    assert isinstance(reply, SaveDraft)
    assert reviewed(Draft(proposal=given, evidence=[]), at, Mode.AUTO).route is Route.COUNTERSIGN


def test_a_reply_that_reaches_nobody_is_not_written() -> None:
    nobody = mail().model_copy(update={"sender": mail().sender.model_copy(update={"email": ""})})
    at = inputs(mail=nobody)
    assert [write.write for write in plan(refine(proposal(), at), at)] == ["create_quotation", "attach_file"]


# What a person has to decide


def test_an_ambiguous_line_has_to_be_picked() -> None:
    given = proposal(GLANDS, line("the usual", 3))
    at = inputs(given, matches=[matched(GLAND), UNCLEAR], text="50 cable glands M20, 3 the usual")
    assert found_doubts(at, given) == [("lines", Status.FAIL, "lines[1].sku")]
    shown = refine(given, at).lines[1]
    assert (shown.sku, shown.status, [c.sku for c in shown.candidates]) == (
        None,
        "ambiguous",
        ["EL-GLD-M20", "PP-GLV-9"],
    )
    left_out = proposal(GLANDS, line("the usual", 3, left_out=True))
    at = inputs(left_out, matches=[matched(GLAND), UNCLEAR], edited=["lines[1].left_out"])
    assert found_doubts(at, left_out) == []


def test_a_line_without_a_quantity_is_a_question() -> None:
    given = proposal(line("cable glands M20", None))
    assert found_doubts(inputs(given), given)[0] == ("lines", Status.FAIL, "lines[0].quantity")


def test_a_quantity_that_stands_nowhere_is_pointed_out() -> None:
    given = proposal(line("cable glands M20", 5000))
    for text, doubtful in (
        ("5000 cable glands M20", False),
        ("5.000 cable glands M20", False),
        ("50 cable glands M20", True),
    ):
        assert bool(found_doubts(inputs(given, text=text), given)) is doubtful


def test_a_price_of_zero_is_no_price() -> None:
    given = proposal(GLANDS)
    at = inputs(given, prices={1: "0.00"})
    assert refine(given, at).lines[0].unit_price is None
    assert ("money", Status.FAIL, "lines[0].unit_price") in found_doubts(at, given)


def test_an_unknown_customer_gets_no_quotation() -> None:
    at = inputs(customers=[], terms=None)
    assert ("customer", Status.FAIL, "customer_id") in found_doubts(at, proposal())
    assert plan(refine(proposal(), at), at) == []


def test_a_person_may_name_the_customer() -> None:
    other = Customer(id=9, name="Another", email="x@another.example")
    given = proposal(customer_id=9)
    at = inputs(given, customers=[CUSTOMER, other], edited=["customer_id"])
    assert refine(given, at).customer == "Another"
    missing = proposal(customer_id=10)
    at = inputs(missing, edited=["customer_id"])
    assert ("customer", Status.FAIL, "customer_id") in found_doubts(at, missing)


@pytest.mark.parametrize(
    ("changes", "doubt"),
    [
        ({"blocked": "prepayment only"}, ("customer", Status.FAIL, "customer_id")),
        ({"credit_limit": Decimal(500), "credit_used": Decimal(100)}, ("customer", Status.WARN, "total")),
    ],
)
def test_credit_and_blocks_stop_a_quotation(changes: dict[str, Any], doubt: tuple[str, Status, str]) -> None:
    assert found_doubts(inputs(terms=TERMS.model_copy(update=changes)), proposal()) == [doubt]


def test_credit_that_suffices_is_no_doubt() -> None:
    enough = TERMS.model_copy(update={"credit_limit": Decimal(1000), "credit_used": Decimal(100)})
    assert found_doubts(inputs(terms=enough), proposal()) == []


def test_short_stock_thin_margin_and_wishes_are_pointed_out() -> None:
    given = proposal(GLANDS, special_terms=["free delivery"])
    at = inputs(given, discount="45")
    assert found_doubts(at, given) == [
        ("terms", Status.WARN, "lines[0].discount"),
        ("terms", Status.WARN, "lines[0].net"),
        ("terms", Status.WARN, "untaxed"),
        ("terms", Status.WARN, "special_terms[0]"),
    ]
    sale = at.facts.sale
    assert sale is not None
    short = sale.model_copy(update={"stock": tuple(s.model_copy(update={"free": Decimal(3)}) for s in sale.stock)})
    at = inputs(proposal(GLANDS), sale={"stock": short.stock})
    assert found_doubts(at, proposal(GLANDS)) == [("stock", Status.WARN, "lines[0].free_stock")]


def test_amount_and_margin_say_who_countersigns() -> None:
    assert approver_role(refine(proposal(), inputs()), inputs()) == "sales"
    dear = inputs(prices={1: "900.00", 2: "0.8", 3: "2.10"})
    assert approver_role(refine(proposal(), dear), dear) == "sales manager"
    thin = inputs(discount="35")
    assert approver_role(refine(proposal(), thin), thin) == "sales manager"
    assert reviewed(draft(), dear).approver_role == "sales manager"


def test_validity_stays_put_until_too_little_is_left() -> None:
    for today, until in (
        (date(2026, 3, 2), date(2026, 4, 1)),
        (date(2026, 3, 20), date(2026, 4, 1)),
        (date(2026, 3, 25), date(2026, 4, 24)),
    ):
        assert refine(proposal(), inputs(today=today)).valid_until == until
    chosen = proposal(valid_until=date(2026, 3, 9))
    assert refine(chosen, inputs(edited=["valid_until"])).valid_until == date(2026, 3, 9)
    over = inputs(edited=["valid_until"], today=date(2026, 3, 9))
    assert ("terms", Status.FAIL, "valid_until") in found_doubts(over, chosen)


# Same as last time


def test_same_as_last_time_is_the_latest_order() -> None:
    def ordered(sku: str, id_: int, quantity: int, order: str = "S00042") -> Ordered:
        return Ordered(
            product_id=id_,
            sku=sku,
            name=sku,
            quantity=Decimal(quantity),
            unit="Units",
            order=order,
            ordered_on=date(2026, 1, 5),
        )

    history = (ordered("EL-GLD-M20", 1, 50), ordered("PP-GLV-9", 3, 12), ordered("CA-3X25", 2, 9, "S00007"))
    given = proposal(line("same as last time", None, repeats_order=True), GLANDS)
    at = inputs(given, sale={"ordered": history}, matches=[matched(GLAND), matched(GLAND), matched(GLOVE)])
    filled = refine(given, at)
    assert [(item.sku, item.quantity, item.from_order) for item in filled.lines] == [
        ("EL-GLD-M20", 50, "S00042 of 2026-01-05"),
        ("EL-GLD-M20", 50, ""),
        ("PP-GLV-9", 12, "S00042 of 2026-01-05"),
    ]
    assert refine(filled, at).lines == filled.lines
    assert ("lines", Status.WARN, "lines[0]") in found_doubts(at, given)


def test_same_as_last_time_without_an_order_is_a_question() -> None:
    given = proposal(line("same as last time", None, repeats_order=True))
    at = inputs(given, matches=[UNKNOWN])
    assert ("lines", Status.FAIL, "lines[0]") in found_doubts(at, given)


# A hostile model


def _clean() -> Iterator[tuple[Inputs, QuoteProposal]]:
    """A hundred quotations as they should be: other lines, quantities, prices, discounts, currencies."""
    random = Random(3)
    for _ in range(100):
        some = random.sample([GLANDS, RINGS, GLOVES], random.randint(1, 3))
        lines = [item.model_copy(update={"quantity": float(random.choice((50, 2, 100)))}) for item in some]
        lines = [
            item.model_copy(update={"price_breaks": [item.quantity, 500, 1000]}) if item.price_breaks else item
            for item in lines
        ]
        given = proposal(*lines)
        prices = {id_: f"{random.uniform(0.01, 400):.{random.choice((2, 3, 4))}f}" for id_ in (1, 2, 3)}
        currency = random.choice(("EUR", "GBP"))
        at = inputs(given, prices=prices, discount=random.choice(("0", "5", "12.5")), currency=currency)
        yield at, refine(given, at)


def test_a_hundred_clean_quotations_pass() -> None:
    for at, clean in _clean():
        assert at.facts.sale is not None
        assert check_money(clean, at.facts.sale) == []


def _dearer(money: Money | None) -> Money:
    assert money is not None
    return money.model_copy(update={"amount": money.amount + Decimal("0.01")})


def _line_with(name: str, value: Callable[[Any], Any]) -> Callable[[QuoteProposal], QuoteProposal]:
    def alter(given: QuoteProposal) -> QuoteProposal:
        changed = given.lines[0].model_copy(update={name: value(getattr(given.lines[0], name))})
        return given.model_copy(update={"lines": [changed, *given.lines[1:]]})

    return alter


def _with(name: str, value: Callable[[Any], Any]) -> Callable[[QuoteProposal], QuoteProposal]:
    return lambda given: given.model_copy(update={name: value(getattr(given, name))})


def _in_dollars(money: Money) -> Money:
    return money.model_copy(update={"currency": "USD"})


ALTERATIONS: list[Callable[[QuoteProposal], QuoteProposal]] = [
    _line_with("unit_price", _dearer),
    _line_with("unit_price", lambda money: money.model_copy(update={"amount": money.amount / 10})),
    _line_with("unit_price", _in_dollars),
    _line_with("unit_price", lambda _: None),
    _line_with("discount", lambda discount: discount + 1),
    _line_with("net", _dearer),
    _line_with("net", _in_dollars),
    _line_with("order_quantity", lambda quantity: quantity * 2),
    _line_with("product_id", lambda id_: id_ + 1),
    _line_with("taxes", lambda _: []),
    _line_with("tiers", lambda tiers: [*tiers, *tiers[:1]] if tiers else None),
    _with("untaxed", _dearer),
    _with("tax", _dearer),
    _with("total", _dearer),
    _with("total", _in_dollars),
    _with("currency", lambda _: "USD"),
    _with("pricelist", lambda _: "Special"),
]


def test_whatever_amount_is_altered_is_named() -> None:
    stopped = 0
    for at, clean in _clean():
        assert at.facts.sale is not None
        for alter in ALTERATIONS:
            altered = alter(clean)
            if altered.lines[0].tiers is None:  # nothing to alter: no breaks were asked for
                continue
            assert check_money(altered, at.facts.sale), altered
            stopped += 1
    assert stopped >= 1600


def test_an_altered_break_is_named() -> None:
    at = inputs()
    clean = refine(proposal(), at)
    assert at.facts.sale is not None
    for changes in ({"unit_price": _dearer(clean.total)}, {"discount": Decimal(3)}, {"quantity": 99.0}):
        tiers = [clean.lines[2].tiers[0], clean.lines[2].tiers[1].model_copy(update=changes), clean.lines[2].tiers[2]]
        lines = [*clean.lines[:2], clean.lines[2].model_copy(update={"tiers": tiers})]
        problems = check_money(clean.model_copy(update={"lines": lines}), at.facts.sale)
        assert [problem.field for problem in problems] == ["lines[2].tiers"]


def test_an_amount_in_the_text_is_stopped_in_any_release() -> None:
    for words in (
        "The gland costs 1,20 EUR. {{lines}}",
        "We grant you 10 % discount. {{lines}}",
        "We deliver tomorrow.",
    ):
        seen = reviewed(draft(reply=words), inputs(), Mode.AUTO)
        assert "reply" in [problem.field for problem in seen.failed]
        assert seen.route is Route.COUNTERSIGN


def test_a_clean_quotation_goes_through_alone() -> None:
    assert reviewed(draft(), inputs(), Mode.AUTO).route is Route.AUTO


# Long lists


def test_a_long_list_is_read_in_pieces_and_joined() -> None:
    rows = [f"{n} pcs thing {n}" for n in range(230)]
    sources = [
        Source(id="mail.header", text="From: a"),
        Source(id="attachment:x", text="\n".join(["qty | name", *rows])),
    ]
    parts = pieces(sources)
    assert [[source.id for source in part] for part in parts] == [["mail.header", "attachment:x"]] * 3
    assert all(part[1].text.startswith("qty | name") for part in parts)
    read = [row for part in parts for row in part[1].text.splitlines()[1:]]
    assert read == rows
    drafts = [
        Draft(
            proposal=proposal(*(line(row) for row in part[1].text.splitlines()[1:])),
            evidence=[Evidence(field="lines[0].requested", source="attachment:x", quote=part[1].text.splitlines()[1])],
        )
        for part in parts
    ]
    joined = join(drafts)
    assert [item.requested for item in joined.proposal.lines] == rows
    for proof in joined.evidence:
        number = int(proof.field.removeprefix("lines[").partition("]")[0])
        assert joined.proposal.lines[number].requested == proof.quote


def test_a_request_that_is_too_long_is_refused_in_words() -> None:
    with pytest.raises(ValueError, match="too long to be read as one"):
        pieces([Source(id="attachment:x", text="5 pcs thing\n" * 5000)])
    with pytest.raises(ValueError, match="too long"):
        pieces([Source(id="mail.new_text", text="5 pcs thing\n[cut here: 9 more characters]")])


def test_the_form_for_a_person_starts_with_the_sender() -> None:
    form = blank(inputs())
    assert (form.contact, form.email, form.lines) == ("Gareth Pugh", "gareth@severnpanels.example", [])
    seen = review(QUOTE, Draft(proposal=form, evidence=[]), replace(inputs(form), proposed_by=""), Release())
    assert seen.route is Route.MANUAL
