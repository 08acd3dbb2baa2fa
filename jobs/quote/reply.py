"""The reply to a request for quotation: the model's words in an approved frame, every figure from the proposal."""

import hashlib
import re
import tomllib
from collections.abc import Callable, Iterator, Sequence
from dataclasses import dataclass
from datetime import date
from decimal import Decimal
from functools import cache
from html import escape
from importlib.resources import files

from babel import Locale, UnknownLocaleError
from babel.dates import format_date, format_time
from babel.numbers import format_currency, format_decimal, format_percent
from pydantic import BaseModel, ConfigDict

from jobs.core import Source
from jobs.crm import Customer
from jobs.erp import Money, SaveDraft
from jobs.mail import Address, MailFacts
from jobs.quote.lines import offered
from jobs.quote.rules import RULES
from jobs.quote.schema import QuoteLine, QuoteProposal

PLACEHOLDERS = ("lines", "total", "valid_until", "untaxed", "tax", "customer_reference", "payment_terms")
"""What the model may write as {{name}}."""
PLACEHOLDER = re.compile(r"\{\{ ?(\w{1,40}) ?\}\}")

LANGUAGES = ("en", "de", "nl", "fr")
_ANYWHERE = {"en": "en_150"}
"""Locale where no country is known: English as Europe writes it, never month before day."""
_QUOTED_LINES = 200
_MISSING = "–"
_PREFIX = re.compile(r"(?:(re|aw|antw|sv|vs|r[ée]p?)(?:\[\d+\])?\s?:\s*)+", re.IGNORECASE)
_ADDRESS = re.compile(r"[\w.!#$%&'*+/=?^`{|}~-]{1,64}@[\w-]+(?:\.[\w-]+)+")
_PERSON = re.compile(r"[^\W\d_](?:[^\W\d_]|[ .'’-]){1,59}")
_CELL = 'style="padding:4px 12px 4px 0;vertical-align:top;text-align:left"'


class Template(BaseModel):
    """The frame in one language; what each entry is for shows in templates/en.toml."""

    model_config = ConfigDict(extra="forbid", frozen=True)

    greeting: str
    greeting_named: str
    closing: str
    subject: str
    disclaimers: list[str]
    wrote: str
    wrote_undated: str
    position: str
    article: str
    quantity: str
    unit_price: str
    per: str
    discount: str
    net: str
    price_breaks: str
    from_quantity: str
    less_discount: str
    your_words: str
    in_stock: str
    lead_time: str
    lead_time_one: str
    not_offered: str
    untaxed: str
    tax: str
    total: str
    valid_until: str


def draft_reply(
    proposal: QuoteProposal,
    mail: MailFacts,
    customer: Customer | None,
    sources: Sequence[Source],
    reference: str,
    language: str,
) -> SaveDraft:
    """The draft that answers `mail`. `language` is the customer's in the ERP, such as nl_BE; empty where it has none.

    Nobody is addressed but who wrote the mail, or whom the CRM knows; `to` is empty when that is nobody."""
    writer = _Writer(_template(_base(proposal.language)), _locale(proposal.language, language, customer))
    recipient = _recipient(mail, customer)
    parts = _body(proposal, writer)
    quoted = _quoted(mail, recipient, sources, writer)
    answered = _message_id(mail.message_id)
    chain = [id_ for id_ in map(_message_id, [*mail.in_reply_to, mail.message_id]) if id_]
    return SaveDraft(
        message_id=f"{_atom(reference)}.reply@countersign.invalid",
        to=(recipient.email,) if recipient else (),
        cc=(),
        subject=_subject(mail.subject, writer.words.subject),
        in_reply_to=answered,
        references=tuple(dict.fromkeys(chain)),
        text="\n\n".join(part.text for part in [*parts, quoted] if part.text) + "\n",
        html="<html><body>\n" + "\n".join(part.html for part in [*parts, quoted] if part.html) + "\n</body></html>\n",
    )


# Whom and how it answers


def _recipient(mail: MailFacts, customer: Customer | None) -> Address | None:
    known = set(customer.emails) | {customer.email} if customer else set[str]()
    chosen = mail.sender
    if mail.forwarded_from:
        if mail.forwarded_from.email in known:
            chosen = mail.forwarded_from
    elif mail.reply_to and mail.reply_to.email in known | {mail.sender.email}:
        chosen = mail.reply_to
    return chosen if _ADDRESS.fullmatch(chosen.email) else None


def _subject(subject: str, otherwise: str) -> str:
    """An answer's own prefix stays, once; anything else gets `Re:`."""
    plain = _one_line(subject)
    answer = _PREFIX.match(plain)
    rest = plain[answer.end() :] if answer else plain
    prefix = plain.split(":")[0].strip() if answer else "Re"
    return f"{prefix}: {rest or otherwise}"


def _message_id(id_: str) -> str:
    """Without angle brackets; empty where it could not stand in a header."""
    bare = id_.strip().removeprefix("<").removesuffix(">")
    return bare if re.fullmatch(r"[!-;=?-~]{1,900}", bare) else ""


def _atom(reference: str) -> str:
    """The reference in characters that a Message-ID may have; a hash keeps those apart that look the same then."""
    safe = re.sub(r"[^A-Za-z0-9-]+", "-", reference).strip("-")
    return safe if safe == reference else f"{safe[:100]}-{hashlib.sha256(reference.encode()).hexdigest()[:12]}"


# Language


def _base(language: str) -> str:
    base = re.split(r"[_-]", language.strip().casefold())[0]
    return base if base in LANGUAGES else "en"


@cache
def _template(language: str) -> Template:
    text = (files("jobs.quote") / "templates" / f"{language}.toml").read_text(encoding="utf-8")
    return Template.model_validate(tomllib.loads(text))


def _locale(of_mail: str, of_customer: str, customer: Customer | None) -> Locale:
    """The customer's own where it agrees with the mail's language; else that language in the customer's country."""
    base = _base(of_mail)
    candidates = [of_customer.replace("-", "_")] if _base(of_customer) == base and of_customer else []
    candidates += [f"{base}_{customer.country}"] if customer and customer.country else []
    for candidate in candidates:
        try:
            locale = Locale.parse(candidate)
        except (UnknownLocaleError, ValueError):
            continue
        if locale.language == base and locale.territory:
            return locale
    return Locale.parse(_ANYWHERE.get(base, base))


@dataclass(frozen=True)
class _Writer:
    """Figures as the customer writes them. No digit of an amount is rounded away."""

    words: Template
    locale: Locale

    def money(self, money: Money | None) -> str:
        if money is None:
            return _MISSING
        return format_currency(money.amount, money.currency, locale=self.locale, decimal_quantization=False)

    def number(self, value: Decimal | float) -> str:
        return format_decimal(Decimal(str(value)), locale=self.locale, decimal_quantization=False)

    def percent(self, value: Decimal) -> str:
        return format_percent(value / 100, locale=self.locale, decimal_quantization=False)

    def date(self, value: date | None) -> str:
        return format_date(value, "long", self.locale) if value else _MISSING


# Body


@dataclass(frozen=True)
class _Part:
    """One piece of the reply, as text and as HTML with the same content."""

    text: str
    html: str


def _paragraph(text: str) -> _Part:
    return _Part(text, f"<p>{_html(text)}</p>" if text else "")


def _html(text: str) -> str:
    return escape(text).replace("\n", "<br>\n")


def _body(proposal: QuoteProposal, writer: _Writer) -> list[_Part]:
    words = writer.words
    used = {name for name in PLACEHOLDER.findall(proposal.reply) if name in PLACEHOLDERS}
    contact = _one_line(proposal.contact or "")
    named = _PERSON.fullmatch(contact) is not None
    parts = [_paragraph(words.greeting_named.format(contact=contact) if named else words.greeting)]
    parts += _model_text(proposal, writer)
    if "lines" not in used:
        parts += _lines(proposal, writer)
    if "total" not in used and proposal.total:
        parts.append(_paragraph(_totals(proposal, writer)))
    if "valid_until" not in used and proposal.valid_until:
        parts.append(_paragraph(words.valid_until.format(date=writer.date(proposal.valid_until))))
    return [*parts, _paragraph("\n".join(words.disclaimers)), _paragraph(words.closing)]


def _model_text(proposal: QuoteProposal, writer: _Writer) -> Iterator[_Part]:
    """Paragraphs of the model's text, with the table of lines where {{lines}} first stands."""
    values = {
        "total": writer.money(proposal.total),
        "untaxed": writer.money(proposal.untaxed),
        "tax": writer.money(proposal.tax),
        "valid_until": writer.date(proposal.valid_until),
        "customer_reference": _without_braces(_one_line(proposal.customer_reference or _MISSING)),
        "payment_terms": _without_braces(_one_line(proposal.payment_terms or _MISSING)),
    }
    pieces = re.split(r"\{\{ ?lines ?\}\}", proposal.reply.replace("\r\n", "\n"))
    for index, piece in enumerate(pieces):
        if index == 1:
            yield from _lines(proposal, writer)
        yield from (_paragraph(text) for text in _paragraphs(_filled(piece, lambda name: values.get(name, ""))))


def _filled(text: str, value: Callable[[str], str]) -> str:
    """Each placeholder replaced once: what a value holds is never expanded. Other braces go."""
    plain = re.split(PLACEHOLDER, text)
    return "".join(value(part) if n % 2 else _without_braces(part) for n, part in enumerate(plain))


def _without_braces(text: str) -> str:
    return text.replace("{", "").replace("}", "")


def _paragraphs(text: str) -> list[str]:
    found = (piece.strip() for piece in re.split(r"\n[ \t]*\n", text))
    return [piece for piece in found if re.search(r"\w", piece)]


def _totals(proposal: QuoteProposal, writer: _Writer) -> str:
    words = writer.words
    amounts = [(words.untaxed, proposal.untaxed), (words.tax, proposal.tax), (words.total, proposal.total)]
    return "\n".join(label.format(amount=writer.money(money)) for label, money in amounts if money)


# Lines


def _lines(proposal: QuoteProposal, writer: _Writer) -> list[_Part]:
    ours = [line for line in proposal.lines if offered(line)]
    others = [line for line in proposal.lines if not offered(line)]
    discounts = any(line.discount for line in ours)
    rows = [_row(n, line, writer, discounts) for n, line in enumerate(ours, start=1)]
    parts = [_table(rows, writer.words, discounts)] if rows else []
    return [*parts, *([_not_offered(others, writer)] if others else [])]


@dataclass(frozen=True)
class _Row:
    """An offered line in words, ready to be shown."""

    position: str
    article: str
    cells: list[tuple[str, str]]
    """Column title and content."""
    notes: list[str]
    """Lines below: what was asked for, tiers, stock."""


def _row(position: int, line: QuoteLine, writer: _Writer, discounts: bool) -> _Row:
    words = writer.words
    price = writer.money(line.unit_price)
    cells = [
        (words.quantity, _amount(line.order_quantity, line.order_unit, writer)),
        (words.unit_price, words.per.format(price=price, unit=line.order_unit) if line.order_unit else price),
    ]
    if discounts:
        cells.append((words.discount, writer.percent(line.discount) if line.discount else _MISSING))
    cells.append((words.net, writer.money(line.net)))
    article = " – ".join(part for part in (line.sku, _one_line(line.name)) if part)
    return _Row(str(position), article, cells, [*_asked(line, writer), *_tiers(line, writer), *_stock(line, words)])


def _amount(quantity: Decimal | float | None, unit: str | None, writer: _Writer) -> str:
    figure = "" if quantity is None else writer.number(quantity)
    return " ".join(part for part in (figure, _one_line(unit or "")) if part)


def _asked(line: QuoteLine, writer: _Writer) -> list[str]:
    """The customer's own words and figure, where ours differ."""
    requested = _one_line(line.requested)
    same_words = requested.casefold() in (line.name.casefold(), (line.sku or "").casefold())
    same_figure = line.quantity is None or (
        line.order_quantity == Decimal(str(line.quantity)) and _same_unit(line, writer.locale.language)
    )
    figure = "" if same_figure else _amount(line.quantity, line.unit, writer)
    parts = [part for part in (figure, "" if same_words else f"“{requested}”") if part]
    return [f"{writer.words.your_words}: {', '.join(parts)}"] if parts else []


def _same_unit(line: QuoteLine, language: str) -> bool:
    if not line.unit or line.unit.casefold() == line.order_unit.casefold():
        return True
    kind = RULES.unit_kind(line.unit, language)
    return kind is not None and kind == RULES.unit_kind(line.order_unit, language)


def _tiers(line: QuoteLine, writer: _Writer) -> list[str]:
    words = writer.words
    tiers: list[str] = []
    for tier in line.tiers:
        price = writer.money(tier.unit_price)
        if tier.discount:
            price += f" {words.less_discount.format(discount=writer.percent(tier.discount))}"
        quantity = _amount(tier.quantity, line.order_unit, writer)
        tiers.append("  " + words.from_quantity.format(quantity=quantity, price=price))
    return [f"{words.price_breaks}:", *tiers] if tiers else []


def _stock(line: QuoteLine, words: Template) -> list[str]:
    if line.free_stock is not None and line.order_quantity is not None and line.free_stock >= line.order_quantity:
        return [words.in_stock]
    if not line.lead_days:
        return []
    return [words.lead_time_one if line.lead_days == 1 else words.lead_time.format(days=line.lead_days)]


def _table(rows: Sequence[_Row], words: Template, discounts: bool) -> _Part:
    titles = [words.position, words.article, words.quantity, words.unit_price]
    titles += [words.discount, words.net] if discounts else [words.net]
    head = "".join(f"<th {_CELL}>{escape(title)}</th>" for title in titles)
    body = "\n".join(f"<tr>{_html_cells(row)}</tr>" for row in rows)
    return _Part("\n\n".join(map(_text_block, rows)), f"<table>\n<tr>{head}</tr>\n{body}\n</table>")


def _text_block(row: _Row) -> str:
    """One fact a line: columns fall apart in a proportional font."""
    facts = [f"{title}: {content}" for title, content in row.cells]
    return f"{row.position}. {row.article}\n" + "\n".join(f"   {fact}" for fact in [*facts, *row.notes])


def _html_cells(row: _Row) -> str:
    article = "<br>\n".join(escape(text.strip()) for text in [row.article, *row.notes])
    figures = "".join(f"<td {_CELL}>{escape(content)}</td>" for _, content in row.cells)
    return f"<td {_CELL}>{row.position}</td><td {_CELL}>{article}</td>{figures}"


def _not_offered(lines: Sequence[QuoteLine], writer: _Writer) -> _Part:
    named = [
        ", ".join(part for part in (_one_line(line.requested), _amount(line.quantity, line.unit, writer)) if part)
        for line in lines
    ]
    title = writer.words.not_offered
    items = "".join(f"<li>{escape(name)}</li>" for name in named)
    return _Part("\n".join([title, *(f"- {name}" for name in named)]), f"<p>{escape(title)}</p>\n<ul>{items}</ul>")


# Quotation of the mail


def _quoted(mail: MailFacts, recipient: Address | None, sources: Sequence[Source], writer: _Writer) -> _Part:
    """The mail below the reply. Who wrote the mail inside a forward does not get to read what was said about it."""
    to_author = mail.forwarded_from is not None and recipient == mail.forwarded_from
    shown = ("mail.thread",) if to_author else ("mail.new_text", "mail.thread")
    texts = {source.id: source.text for source in sources}
    lines = "\n\n".join(texts[id_].strip("\n") for id_ in shown if texts.get(id_, "").strip()).splitlines()
    if not lines:
        return _Part("", "")
    if len(lines) > _QUOTED_LINES:
        lines = [*lines[:_QUOTED_LINES], "[…]"]
    opening = _attribution(mail, to_author, writer)
    text = "\n".join([opening, *(f"> {line}".rstrip() for line in lines)])
    cited = _html("\n".join(lines))
    return _Part(text, f'<p>{escape(opening)}</p>\n<blockquote type="cite">{cited}</blockquote>')


def _attribution(mail: MailFacts, to_author: bool, writer: _Writer) -> str:
    author = mail.forwarded_from if to_author and mail.forwarded_from else mail.sender
    name = _one_line(author.name or author.email) or _MISSING
    if mail.date is None or to_author:
        return writer.words.wrote_undated.format(name=name)
    time = format_time(mail.date, "short", tzinfo=mail.date.tzinfo, locale=writer.locale)
    return writer.words.wrote.format(date=writer.date(mail.date.date()), time=time, name=name)


def _one_line(text: str) -> str:
    """On one line, without control characters: a header stays a header, a cell a cell."""
    return " ".join("".join(char if char.isprintable() else " " for char in text).split())
