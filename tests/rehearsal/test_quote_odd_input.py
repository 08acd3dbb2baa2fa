"""Whatever a request for quotation looks like, there is an answer that fits the schema, soon."""

import random
import time

import pytest

from jobs.core import Draft
from jobs.quote.schema import QuoteRequest
from sandbox.rehearsal import answer
from tests.rehearsal.reading import mail
from tests.rehearsal.test_odd_input import ODD
from tests.rehearsal.test_quote_lines import Case, cases

TABLES = [
    *("|", "||||\n||||", "a|b\n|", "Qty;Item\n;;;\n5", "Menge | Artikel\n\n | \n", "Qty | Qty | Qty\n1 | 2 | 3"),
    *("x | " * 3_000, "1/2/3/4/5/6/" * 500, "- 5 x (" * 400, "> " * 2_000, "quantity: " * 900, "- 20 x\n" * 500),
    *("qty 5\nqty 6\nqty 7", "Pos. 1: Pos. 2: Pos. 3", "5 x 5 x 5 x 5", "(4711) - 4711 (4711)", "5" * 4_000),
    *("per 100, 200 and 50", "99999999999999 pcs bolts", "0 x bolts", "-5 x bolts", "1e5 bolts", "½ box bolts"),
]


@pytest.mark.parametrize("text", [*ODD, *TABLES], ids=range(len(ODD) + len(TABLES)))
def test_odd_texts(text: str) -> None:
    started = time.monotonic()
    for texts in ({"mail.new_text": text}, mail(text), mail("see list") | {"attachment:a.xlsx": text}):
        Draft[QuoteRequest].model_validate(answer("quote", texts))
    assert time.monotonic() - started < 3


def test_no_sources_at_all() -> None:
    proposal = answer("quote", {})["proposal"]
    assert (proposal["lines"], proposal["email"]) == ([], None)


@pytest.mark.parametrize("case", cases(), ids=lambda case: case.name)
def test_garbled_requests(case: Case) -> None:
    dice = random.Random(case.name)
    texts = dict(case.sources)
    for name, text in texts.items():
        places = sorted(dice.randrange(len(text) + 1) for _ in range(6))
        texts[name] = "".join(
            text[a:b] for a, b in zip([0, *places], [*places, len(text)], strict=True) if dice.random() > 0.2
        )
    draft = Draft[QuoteRequest].model_validate(answer("quote", texts))
    for one in draft.evidence:
        assert " ".join(one.quote.split()) in " ".join(texts[one.source].split())


@pytest.mark.parametrize(
    "row", ["- {n} x ball valve type A{n}", "Ball valve A{n}; qty {n}", "A-{n} | Ball valve | {n} | pcs"]
)
def test_a_thousand_lines(row: str) -> None:
    text = "Please quote:\n\n" + "\n".join(row.format(n=n) for n in range(1, 1_001)) + "\n\nRegards\nAnn"
    started = time.monotonic()
    lines = answer("quote", mail(text))["proposal"]["lines"]
    assert time.monotonic() - started < 4  # a quarter of it on a machine with nothing else to do
    assert [line["quantity"] for line in lines] == list(range(1, 1_001))
