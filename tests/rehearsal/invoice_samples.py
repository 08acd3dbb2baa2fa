"""The rehearsal model's invoices: invented ones, laid out by blanks in a text file, printed to PDF and read back."""

import re
from collections.abc import Iterator
from dataclasses import dataclass, field
from datetime import date
from decimal import Decimal
from functools import cached_property
from io import BytesIO
from pathlib import Path
from typing import Any

from reportlab.pdfgen.canvas import Canvas

from documents.pdf import open_pdf, read_pdf

FOLDER = Path(__file__).parent
MONEY = ("net_total", "tax_total", "gross_total", "prepaid_amount", "payable_amount")
DATES = ("issue_date", "due_date")
PARTIES = ("seller_name", "seller_vat_id", "buyer_name", "buyer_vat_id")
REFERENCES = ("number", "type", "currency", "iban", "order_reference", "preceding_invoice")
FIELDS = (*REFERENCES, *DATES, *PARTIES, *MONEY)
_COLUMN = 4.6
"""Width of a column of the text file in points, at a font size of 8."""
_LEFT, _TOP, _LEADING = 40, 800, 12


@dataclass(frozen=True)
class Sample:
    name: str
    layout: str
    gold: dict[str, str] = field(repr=False)
    """By field, as text; what is not named is not on the page."""
    lines: list[list[str]] = field(repr=False)
    """Description, quantity, unit price, net amount."""

    @cached_property
    def pages(self) -> list[str]:
        return self.layout.split("\n===\n")

    def pdf(self) -> bytes:
        content = BytesIO()
        canvas = Canvas(content, pagesize=(640, 842))
        for page in self.pages:
            canvas.setFont("Helvetica", 8)
            for number, line in enumerate(page.splitlines()):
                for cell in re.finditer(r"\S+(?: {1,2}\S+)*", line):
                    _print(canvas, cell, _TOP - number * _LEADING)
            canvas.showPage()
        canvas.save()
        return content.getvalue()

    def printed(self) -> dict[str, str]:
        """The sources that reading the PDF leads to."""
        pages = read_pdf(open_pdf(self.pdf())).pages
        return {f"{self.name}.pdf, page {number}": text for number, text in enumerate(pages, 1)}

    def mailed(self) -> dict[str, str]:
        """The same as the text of a mail."""
        return {"mail.new_text": "\n".join(self.pages)}

    def right(self, name: str, value: Any) -> bool:
        return plain(name, value) == plain(name, self.gold.get(name))


def _print(canvas: Canvas, cell: re.Match[str], y: float) -> None:
    """Amounts end where they end in the file, words begin where they begin."""
    if re.search(r"\d(?: ?[€%])?$", cell.group()) and cell.start():
        canvas.drawRightString(_LEFT + cell.end() * _COLUMN, y, cell.group())
    else:
        canvas.drawString(_LEFT + cell.start() * _COLUMN, y, cell.group())


def read_samples(file: str) -> list[Sample]:
    return list(_samples((FOLDER / file).read_text("utf-8")))


def _samples(text: str) -> Iterator[Sample]:
    for block in text.split("### ")[1:]:
        head, _, layout = block.partition("\n---\n")
        name, *rows = head.splitlines()
        pairs = [row.split(": ", 1) for row in rows]
        yield Sample(
            name=name,
            layout=layout.rstrip("\n"),
            gold={key: value for key, value in pairs if key != "line"},
            lines=[[part.strip() for part in value.split(" | ")] for key, value in pairs if key == "line"],
        )


def plain(name: str, value: Any) -> Any:
    """Fit for comparing: amounts by value, ids and numbers without separators, names without case and blanks."""
    if value is None:
        return None
    if name in MONEY:
        return Decimal(value)
    if name in DATES:
        return date.fromisoformat(str(value))
    if name in ("iban", "seller_vat_id", "buyer_vat_id"):
        return re.sub(r"\W|MWST$", "", str(value)).upper()
    return " ".join(str(value).split()).casefold()


def score(samples: list[Sample], proposal_for: Any) -> tuple[float, float, list[str]]:
    """Share of header fields that are right, as an average over the invoices; of lines; and what is wrong. Fields that
    neither page nor proposal has do not count."""
    shares: list[float] = []
    lines_right = lines_all = 0
    wrong: list[str] = []
    for sample in samples:
        proposal = proposal_for(sample)
        counted = [name for name in FIELDS if name in sample.gold or proposal[name] is not None]
        missed = [name for name in counted if not sample.right(name, proposal[name])]
        shares.append(1 - len(missed) / len(counted))
        wrong += [f"{sample.name}: {name} {proposal[name]!r} for {sample.gold.get(name)!r}" for name in missed]
        found = [_line(line) for line in proposal["lines"]]
        expected = [_expected(line) for line in sample.lines]
        lines_all += max(len(found), len(expected))
        lines_right += sum(line in expected for line in found)
        if found != expected:
            wrong.append(f"{sample.name}: lines {found} for {expected}")
    return sum(shares) / len(shares), lines_right / max(lines_all, 1), wrong


def _line(line: dict[str, Any]) -> tuple[Decimal | None, ...]:
    return tuple(
        None if line[name] is None else Decimal(line[name]) for name in ("quantity", "unit_price", "net_amount")
    )


def _expected(line: list[str]) -> tuple[Decimal | None, ...]:
    return tuple(None if part == "-" else Decimal(part) for part in line[1:])
