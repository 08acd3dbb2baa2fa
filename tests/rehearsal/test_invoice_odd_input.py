"""Whatever an invoice looks like, there is an answer that fits the schema, soon."""

import random
import time

import pytest

from jobs.core import Draft
from jobs.invoice.schema import InvoiceRead
from sandbox.rehearsal import answer
from tests.rehearsal.invoice_samples import Sample, read_samples
from tests.rehearsal.test_odd_input import ODD

_LONG = 60_000
ROWS = [
    *("1", "1 ", "1.234,50 ", "Total | 1.234,50\n", "Rechnung ", "x | ", "Rechnungsnummer:\n", "Rechnungsnummer: | "),
    *(
        "DE57 4533 3147 8932 8804 07\n",
        "DE57 ",
        "USt-IdNr. DE123456789\n",
        "01.02.2025 ",
        "zahlbar ",
        "kein ",
        "de la ",
    ),
    *("(", ".", "- ", "Aa ", "a, ", "a-1", "\n", "Acme GmbH\nWeg 1\n12345 Bonn\n", "19 % | 100,00 | 19,00\n"),
]


def check(text: str) -> None:
    started = time.monotonic()
    Draft[InvoiceRead].model_validate(answer("invoice", {"a.pdf, page 1": text}))
    assert time.monotonic() - started < 8  # a fifth of it on a machine with nothing else to do


@pytest.mark.parametrize("text", ODD, ids=range(len(ODD)))
def test_odd_texts(text: str) -> None:
    check(text)


@pytest.mark.parametrize("row", ROWS)
def test_long_texts(row: str) -> None:
    check(row * (_LONG // len(row)))


def test_many_different_amounts() -> None:
    check("\n".join(f"Total {n} | Rabatt | {n * 7},{n % 100:02d}" for n in range(2_000)))


def test_many_lines() -> None:
    rows = "\n".join(f"{n} | Ball valve no. {n} | {n} | 1.50 | {n * 1.5:.2f}" for n in range(1, 901))
    text = f"Pos | Description | Qty | Price | Amount\n{rows}"
    check(text)
    assert len(answer("invoice", {"a.pdf, page 1": text})["proposal"]["lines"]) == 900


@pytest.mark.parametrize("sample", read_samples("invoice_dev.txt"), ids=lambda sample: sample.name)
def test_garbled_invoices(sample: Sample) -> None:
    dice = random.Random(sample.name)
    text = "\n".join(sample.mailed().values())
    places = sorted(dice.randrange(len(text)) for _ in range(8))
    garbled = "".join(text[a:b] for a, b in zip([0, *places], [*places, len(text)], strict=True) if dice.random() > 0.2)
    draft = Draft[InvoiceRead].model_validate(answer("invoice", {"mail.new_text": garbled}))
    for one in draft.evidence:
        assert " ".join(one.quote.split()) in " ".join(garbled.split())
