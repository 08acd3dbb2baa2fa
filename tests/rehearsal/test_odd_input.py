"""Whatever the sources hold, there is an answer that fits the schema, soon."""

import random
import subprocess
import sys
import time

import pytest

from jobs.core import Draft
from jobs.inquiry.schema import InquiryProposal
from sandbox.rehearsal import UnknownJob, answer
from tests.rehearsal.reading import EXAMPLES, mail, sources
from tests.rehearsal.score import read_examples

ODD = [
    *("", " \n\t\n", "?", "\x00\ufffd\u200b", "- \n- \n- ", "1", "20", "20 x", "| | |\n| | |", "1.000.000.000"),
    *("a" * 5_000, "((((" * 500, "€ 12,50 " * 300, "20 20 20 20 " * 200, "und " * 2_000),
    *("Van: x\nAan: y\nOnderwerp: z", "İı ŞĞ ßẞ ﬁ ½ ²"),
]


@pytest.mark.parametrize("text", ODD, ids=range(len(ODD)))
def test_odd_texts(text: str) -> None:
    for texts in ({"mail.new_text": text}, mail(text), mail("x") | {"mail.thread": text, "mail.signature": text}):
        Draft[InquiryProposal].model_validate(answer("inquiry", texts))


def test_no_sources_at_all() -> None:
    [request] = answer("inquiry", {})["proposal"]["requests"]
    assert (request["kind"], request["email"]) == ("other", None)


def test_garbled_examples() -> None:
    dice = random.Random(4711)
    for row in read_examples(EXAMPLES):
        texts = sources(row["file"])
        for name, text in texts.items():
            places = sorted(dice.randrange(len(text)) for _ in range(6))
            texts[name] = "".join(
                text[a:b] for a, b in zip([0, *places], [*places, len(text)], strict=True) if dice.random() > 0.2
            )
        draft = Draft[InquiryProposal].model_validate(answer("inquiry", texts))
        assert all(one.quote in texts[one.source] for one in draft.evidence)


def test_long_mail_takes_seconds_at_most() -> None:
    paragraph = "Please note that the pump, which we bought last year, and the 20 valves are fine; we think so. "
    started = time.monotonic()
    answer("inquiry", mail(paragraph * 600))
    assert time.monotonic() - started < 5


def test_import_loads_nothing_heavy() -> None:
    heavy = ["temporalio", "openai", "sqlalchemy", "saxonche"]
    script = f"import sys, sandbox.rehearsal; print([name for name in {heavy} if name in sys.modules])"
    run = subprocess.run(
        [sys.executable, "-c", script], capture_output=True, text=True, check=True, cwd=EXAMPLES.parents[2]
    )
    assert run.stdout.strip() == "[]"


def test_unknown_job() -> None:
    with pytest.raises(UnknownJob, match="only answer, inquiry, invoice, next_action, quote, recap"):
        answer("horoscope", {})
