"""A recommended step as an approver reads it."""

from io import StringIO

from rich.console import Console, RenderableType

from jobs.core import Draft, Release
from jobs.next_action.job import NEXT_ACTION
from jobs.next_action.schema import NextStep
from jobs.review import review
from starter.advice import advice
from tests.unit.deals import example, inputs_of


def printed(shown: RenderableType) -> str:
    console = Console(file=StringIO(), width=120, highlight=False)
    console.print(shown)
    return console.file.getvalue()  # type: ignore[attr-defined]


def test_a_step_with_its_reasons_and_what_else_there_would_be() -> None:
    draft = Draft(proposal=NextStep(ranking=[]), evidence=[])
    text = printed(advice(review(NEXT_ACTION, draft, inputs_of(example("quotation lapsed")), Release())))
    assert "Scaffold clamps  Carrick Civils Ltd" in text
    assert "due      Tue 2026-12-01" in text
    assert "quotation:S00177  Quotation S00177 of 2026-10-22 for 11890.00 GBP was sent." in text
    assert "also admissible: call_owner_contact" in text


def test_a_deal_that_needs_nothing_says_why() -> None:
    draft = Draft(proposal=NextStep(ranking=[]), evidence=[])
    text = printed(advice(review(NEXT_ACTION, draft, inputs_of(example("a step is planned")), Release())))
    assert "Nothing to do: a next step is planned already" in text
