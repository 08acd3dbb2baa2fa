"""What the rehearsal model copies as an answer: the asker's contract first, and nothing that only comes near."""

from datetime import date

import pytest

from activities.asked import passages_for
from jobs.answer.context import QUESTION, source_of
from jobs.context import Snippet, Viewer
from knowledge.embedding import Multilingual
from knowledge.library import Library
from sandbox.rehearsal import answer
from tests.unit.answers import snippet

DAY = date(2026, 11, 27)
BAKKER = "Bakker Installatietechniek B.V."
PAID = "The customer pays within 14 days and may deduct 2% cash discount."
TERM = "Valid from 1 March 2024 until 28 February 2027."
PAPERS = (
    snippet("zahlung.md", "Rechnungen sind innerhalb von 30 Tagen ohne Abzug zahlbar.", title="Zahlungsbedingungen"),
    snippet("bakker.txt", f"2. Payment\n{PAID}", title="Supply contract", customer=BAKKER),
    snippet("nordlys.md", TERM, title="Framework agreement with Nordlys Elektro AS", customer="Nordlys Elektro AS"),
    snippet("inverters.md", "An inverter of 10 kW costs EUR 1,450.", title="Inverters"),
    snippet("bags.md", "Big bags are not taken back.", title="Big bags"),
    snippet("roof.md", "Roof tiles: 30 years of warranty. PVC windows: 10 years of warranty.", title="Warranty"),
)


@pytest.fixture(scope="module")
def library() -> Library:
    return Library(PAPERS, None, Multilingual())


def _said(library: Library, question: str, viewer: Viewer) -> list[str]:
    found: list[Snippet] = passages_for(library, question, viewer, DAY)
    sources = {QUESTION: question, **{one.id: one.text for one in map(source_of, found)}}
    return [claim["quote"] for claim in answer("answer", sources)["proposal"]["claims"]]


@pytest.mark.parametrize("question", ["When must I pay my invoices?", "Wanneer moet ik mijn facturen betalen?"])
def test_the_asker_s_contract_is_the_answer_in_whatever_words(library: Library, question: str) -> None:
    assert PAID in _said(library, question, Viewer(external=True, customers=(BAKKER,)))[0]
    assert _said(library, question, Viewer(external=True)) == [PAPERS[0].text]


def test_a_term_is_asked_for_by_its_end(library: Library) -> None:
    viewer = Viewer(customers=("Nordlys Elektro AS",))
    assert _said(library, "When does the agreement with Nordlys end?", viewer) == [TERM]


@pytest.mark.parametrize(
    ("question", "says"),
    [
        ("What is the price of a 10 kW inverter?", True),
        ("What is the price of a 15 kW inverter?", False),
        ("What is the deposit for a big bag?", False),
        ("How long is the warranty on roof tiles?", True),
    ],
)
def test_what_only_comes_near_is_no_answer(library: Library, question: str, says: bool) -> None:
    assert bool(_said(library, question, Viewer(external=True))) is says


def test_whoever_asks_about_another_customer_is_told_nothing(library: Library) -> None:
    assert passages_for(library, "When must Nordlys pay?", Viewer(external=True, customers=(BAKKER,)), DAY) == []
