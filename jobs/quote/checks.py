"""What is wrong with a quotation, or doubtful, in words that an approver understands."""

import re
from collections.abc import Iterator, Sequence
from datetime import date
from decimal import ROUND_HALF_UP, Decimal

from jobs.core import Check, Draft, Inputs, Status
from jobs.erp import Money, PricedLine, Product, SaleFacts
from jobs.grounding import normalise
from jobs.quote.lines import asked, break_quantities, conversion, offered
from jobs.quote.quotation import customer_of, margin
from jobs.quote.reply import LANGUAGES
from jobs.quote.rules import QuoteRules
from jobs.quote.schema import QuoteLine, QuoteProposal
from jobs.quote.wording import check_wording


def check(draft: Draft[QuoteProposal], inputs: Inputs) -> list[Check]:
    proposal, sale = draft.proposal, inputs.facts.sale or SaleFacts()
    return [
        *_or_pass("customer", "is known, and nothing is in the way", _customer(proposal, inputs, sale)),
        *_or_pass("lines", "every line has one product and a quantity", _lines(proposal, inputs, sale)),
        *_or_pass("money", "every amount is the ERP's, and they add up", check_money(proposal, sale)),
        *_or_pass("terms", "margin, discount and validity are within the rules", _terms(proposal, inputs, sale)),
        *_or_pass("stock", "all of it is in stock", _stock(proposal)),
        *_or_pass("reply", "the text says nothing that no source backs", _reply(proposal, inputs)),
        *_or_pass("mail", "was read completely", [_warn("mail", None, problem) for problem in inputs.mail.problems]),
    ]


def check_money(proposal: QuoteProposal, sale: SaleFacts) -> list[Check]:
    """Every amount against the ERP's answer, and the arithmetic again: what is signed is what the ERP computes."""
    lines = [(f"lines[{i}]", line) for i, line in enumerate(proposal.lines)]
    priced = [(path, line) for path, line in lines if offered(line)]
    answers = sale.priced.lines if sale.priced else ()
    problems = [
        _fail("money", f"{path}.unit_price", "a line without a product has no price")
        for path, line in lines
        if not offered(line) and (line.unit_price or line.net or line.tiers)
    ]
    if not sale.priced:
        amounts = [proposal.untaxed, proposal.tax, proposal.total, *(line.unit_price for line in proposal.lines)]
        problems += [_fail("money", None, "there are amounts that the ERP did not give")] if any(amounts) else []
        return problems
    if len(priced) != len(answers):
        return [*problems, _fail("money", "lines", "the ERP has priced other lines than these")]
    breaks = iter(sale.breaks)
    for (path, line), answer in zip(priced, answers, strict=True):
        problems += _line_amounts(path, line, answer, proposal.currency)
        problems += _tiers(path, line, [next(breaks) for _ in break_quantities(line)])
    return [*problems, *_totals(proposal, sale)]


def _line_amounts(path: str, line: QuoteLine, answer: PricedLine, currency: str) -> Iterator[Check]:
    if not answer.unit_price.amount:
        yield _fail(
            "money", f"{path}.unit_price", f"the ERP has no price for [{line.sku}]: enter it there, or leave it out"
        )
        return
    pairs = {
        "product_id": (line.product_id, answer.product_id),
        "order_quantity": (line.order_quantity, answer.quantity),
        "unit_price": (line.unit_price, answer.unit_price),
        "discount": (line.discount, answer.discount),
        "net": (line.net, answer.net),
        "taxes": (line.taxes, list(answer.taxes)),
    }
    for name, (ours, theirs) in pairs.items():
        if ours != theirs:
            yield _fail("money", f"{path}.{name}", f"is {_shown(ours)}, and the ERP says {_shown(theirs)}")
    if line.unit_price is None or line.net is None or line.order_quantity is None:
        return
    if {line.unit_price.currency, line.net.currency} != {currency}:
        yield _fail("money", f"{path}.unit_price", f"is not in {currency}")
    exact = line.order_quantity * line.unit_price.amount * (1 - line.discount / 100)
    if line.net.amount != exact.quantize(_cent(line.net), ROUND_HALF_UP):
        yield _fail("money", f"{path}.net", f"{_shown(line.net)} is not quantity × price less discount ({exact:f})")


def _tiers(path: str, line: QuoteLine, answers: Sequence[PricedLine]) -> Iterator[Check]:
    quantities = line.price_breaks if len(line.price_breaks) > 1 else []
    if line.unit_price is None:
        return
    ours = [(tier.quantity, tier.unit_price, tier.discount) for tier in line.tiers]
    theirs = [(quantity, at.unit_price, at.discount) for quantity, at in zip(quantities, answers, strict=False)]
    if ours != theirs:
        yield _fail("money", f"{path}.tiers", "are not the ERP's prices at these quantities")


def _totals(proposal: QuoteProposal, sale: SaleFacts) -> Iterator[Check]:
    priced = sale.priced
    if priced is None or proposal.untaxed is None or proposal.tax is None or proposal.total is None:
        yield _fail("money", "total", "a total is missing")
        return
    for name in ("currency", "pricelist", "untaxed", "tax", "total"):
        ours, theirs = getattr(proposal, name), getattr(priced, name)
        if ours != theirs:
            yield _fail("money", name, f"is {_shown(ours)}, and the ERP says {_shown(theirs)}")
    if {proposal.untaxed.currency, proposal.tax.currency, proposal.total.currency} != {proposal.currency}:
        yield _fail("money", "total", f"is not in {proposal.currency}")
    net = sum((line.net.amount for line in proposal.lines if line.net), Decimal(0))
    if net != proposal.untaxed.amount:
        yield _fail("money", "untaxed", f"the lines add up to {net}, not to {proposal.untaxed.amount}")
    if proposal.untaxed.amount + proposal.tax.amount != proposal.total.amount:
        yield _fail("money", "total", "is not net plus tax")


def _customer(proposal: QuoteProposal, inputs: Inputs, sale: SaleFacts) -> Iterator[Check]:
    match = customer_of(proposal, inputs)
    if match.customer is None:
        rivals = ", ".join(f"{rival.name} ({rival.id})" for rival in match.rivals[:5])
        who = f"; it could be {rivals}" if rivals else ""
        yield _fail(
            "customer",
            "customer_id",
            f"prices need a customer, and {match.reason}{who}: set customer_id to the ERP's number of the customer",
        )
        return
    terms = sale.terms
    if terms is None:
        return
    if terms.blocked:
        yield _fail("customer", "customer_id", f"{match.customer.name} is blocked: {terms.blocked}")
    owed, total = terms.credit_used, proposal.total.amount if proposal.total else Decimal(0)
    if terms.credit_limit is not None and owed is not None and owed + total > terms.credit_limit:
        words = f"owes {owed:,.2f}; with this quotation that is above the credit limit of {terms.credit_limit:,.2f}"
        yield _warn("customer", "total", words)


def _lines(proposal: QuoteProposal, inputs: Inputs, sale: SaleFacts) -> Iterator[Check]:
    if not proposal.lines:
        yield _fail("lines", "lines", "no product was found in the request: enter the lines, or reject this one")
    for i, (line, match) in enumerate(zip(proposal.lines, sale.matches, strict=False)):
        yield from _line(f"lines[{i}]", line, match.product, inputs, proposal.language)
    if proposal.lines and not any(map(offered, proposal.lines)):
        yield _warn("lines", "lines", "nothing is offered: no quotation is written, only the reply")


def _line(path: str, line: QuoteLine, product: Product | None, inputs: Inputs, language: str) -> Iterator[Check]:
    if line.left_out:
        return
    if line.repeats_order and not line.sku:
        yield _fail("lines", path, f"“{line.requested}”: the ERP has no earlier order; set sku and quantity")
    elif line.status == "ambiguous":
        yield _fail("lines", f"{path}.sku", f"“{line.requested}”: {line.why}; pick a candidate, or leave it out")
    elif product is None:
        yield _warn("lines", f"{path}.sku", f"“{line.requested}” is not offered: {line.why}")
    else:
        yield from _quantity(path, line, product, inputs.rules, language)
        yield from _said_quantity(path, line, inputs)
        if line.context:
            yield _warn("lines", path, f"“{line.requested}” is read as “{asked(line)}”")
        if line.from_order:
            yield _warn("lines", path, f"“{line.requested}” is read as order {line.from_order}")
    if line.wanted_date and not _is_date(line.wanted_date):
        yield _fail("lines", f"{path}.wanted_date", f"“{line.wanted_date}” is no date (YYYY-MM-DD)")


def _quantity(path: str, line: QuoteLine, product: Product, rules: QuoteRules, language: str) -> Iterator[Check]:
    if line.quantity is None:
        yield _fail("lines", f"{path}.quantity", f"how many “{line.requested}”? No quantity is stated")
    elif line.quantity <= 0:
        yield _fail("lines", f"{path}.quantity", "is not above zero")
    found = conversion(line, product, rules, language)
    if found.factor is None:
        yield _fail("lines", f"{path}.unit", found.doubt)
    elif found.doubt:
        yield _warn("lines", f"{path}.unit", found.doubt)


def _said_quantity(path: str, line: QuoteLine, inputs: Inputs) -> Iterator[Check]:
    """A figure that stands nowhere in the request may be a word (a dozen), or invented."""
    if line.quantity is None or line.from_order or any(edit.startswith(path) for edit in inputs.edited):
        return
    figure = "|".join(re.escape(form) for form in _forms(line.quantity))
    number = re.compile(rf"(?<![\d.,])(?:{figure})(?!\d|[.,]\d)")
    if not any(number.search(normalise(source.text)) for source in inputs.sources):
        yield _warn("lines", f"{path}.quantity", f"{line.quantity:g} does not stand in the request as a figure")


def _forms(quantity: float) -> set[str]:
    """1000 as 1.000, 1,000, 1 000 or 1'000; 2.5 as 2,5."""
    plain, grouped = f"{quantity:.10g}", f"{quantity:,.10g}"
    return {plain, plain.replace(".", ","), grouped, *(grouped.replace(",", mark) for mark in ". '")}


def _terms(proposal: QuoteProposal, inputs: Inputs, sale: SaleFacts) -> Iterator[Check]:
    rules: QuoteRules = inputs.rules
    if proposal.valid_until and proposal.valid_until <= inputs.today:
        yield _fail("terms", "valid_until", f"{proposal.valid_until} is over")
    answers = iter(sale.priced.lines if sale.priced else ())
    for i, line in enumerate(proposal.lines):
        answer = next(answers, None) if offered(line) else None
        if line.discount > rules.largest_discount:
            yield _warn("terms", f"lines[{i}].discount", f"{line.discount} % is above {rules.largest_discount} %")
        if answer and answer.cost is not None and answer.net.amount:
            earned = 1 - answer.cost * answer.quantity / answer.net.amount
            if earned < rules.margin_floor:
                words = f"earns {earned:.1%} of its net price, less than {rules.margin_floor:.0%}"
                yield _warn("terms", f"lines[{i}].net", words)
    earned = margin(proposal, sale)
    if earned is not None and earned < 0:
        yield _warn("terms", "untaxed", f"the whole quotation loses money ({earned:.1%})")
    for i, term in enumerate(proposal.special_terms):
        yield _warn("terms", f"special_terms[{i}]", f"asks for “{term}”: the quotation does not grant it by itself")


def _stock(proposal: QuoteProposal) -> Iterator[Check]:
    for i, line in enumerate(proposal.lines):
        if line.order_quantity is None or line.free_stock is None or line.free_stock >= line.order_quantity:
            continue
        words = f"{line.free_stock:f} of {line.order_quantity:f} {line.order_unit} are free"
        yield _warn("stock", f"lines[{i}].free_stock", f"{words}; delivery takes {line.lead_days} days")


def _reply(proposal: QuoteProposal, inputs: Inputs) -> list[Check]:
    """A person may write what they like; a model may not."""
    if "reply" in inputs.edited:
        return []
    foreign = proposal.language not in LANGUAGES
    words = f"is in “{proposal.language}”, where promises are not recognised: read it"
    return [*check_wording(proposal.reply, inputs.sources), *([_warn("reply", "reply", words)] if foreign else [])]


def _is_date(text: str) -> bool:
    try:
        date.fromisoformat(text)
    except ValueError:
        return False
    return True


def _cent(money: Money) -> Decimal:
    """The smallest step that the ERP's amount is written in."""
    return Decimal(1).scaleb(int(money.amount.as_tuple().exponent))


def _shown(value: object) -> str:
    return f"{value.amount} {value.currency}" if isinstance(value, Money) else str(value)


def _or_pass(name: str, words: str, problems: Iterator[Check] | Sequence[Check]) -> list[Check]:
    return list(problems) or [Check(name=name, status=Status.PASS, field=None, message=words)]


def _fail(name: str, field: str | None, message: str) -> Check:
    return Check(name=name, status=Status.FAIL, field=field, message=message)


def _warn(name: str, field: str | None, message: str) -> Check:
    return Check(name=name, status=Status.WARN, field=field, message=message)
