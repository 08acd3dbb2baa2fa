"""The answer job's examples, measured: the rehearsal model on the sandbox company's papers."""

import tomllib
from collections.abc import Mapping
from datetime import date
from pathlib import Path
from typing import Any

import pytest

import jobs.answer
import sandbox
from activities.asked import passages_for
from activities.knowledge import read_folder
from documents.mail import bare_facts
from jobs.answer.context import QUESTION, named_customers, source_of
from jobs.answer.job import ANSWER
from jobs.answer.schema import AnswerProposal
from jobs.context import may_see, viewer_named
from jobs.core import Draft, InputFile, Inputs, Release, Source
from jobs.crm import Facts
from jobs.review import review
from knowledge.embedding import Multilingual
from knowledge.library import Library
from sandbox.rehearsal import answer
from tests.rehearsal.answer_score import Row, Scores, read_rows, score

JOB = Path(jobs.answer.__path__[0])
ACCEPTANCE = tomllib.loads((JOB / "acceptance.toml").read_text("utf-8"))
PARTS = ("dev", "held_out")


@pytest.fixture(scope="module")
def library() -> Library:
    snippets, problems = read_folder(sandbox.KNOWLEDGE)
    assert problems == []
    return Library(snippets, None, Multilingual())


@pytest.fixture(scope="module")
def measured(library: Library) -> Mapping[str, Scores]:
    def of(part: str) -> Scores:
        rows = read_rows(JOB / "examples" / "questions.jsonl", part)
        return score((row, *_answered(row, library)) for row in rows)

    return {part: of(part) for part in PARTS}


def _answered(row: Row, library: Library) -> tuple[Mapping[str, Any], Mapping[str, str]]:
    question, day = row["question"], date.fromisoformat(row["day"])
    viewer = viewer_named(row["as"] or "colleague", library.documents())
    if not viewer.external:
        viewer = viewer.model_copy(update={"customers": named_customers(question, library.documents())[0]})
    found = passages_for(library, question, viewer, day)
    for snippet in found:
        assert may_see(viewer, snippet.document), f"{row['id']}: {snippet.id} is not for {row['as'] or 'a colleague'}"
        assert snippet.document.holds(day), f"{row['id']}: {snippet.id} does not hold on {day}"
    sources = [Source(id=QUESTION, text=question), *map(source_of, found)]
    drafted = answer("answer", {source.id: source.text for source in sources})["proposal"]
    inputs = Inputs(
        case_id="",
        sources=sources,
        mail=bare_facts("", [], []),
        facts=Facts(),
        rules=ANSWER.rules,
        input_sha256="",
        input_file=InputFile(),
        opened=day,
        today=day,
        proposed_by="rehearsal",
        viewer=viewer,
        context=tuple(found),
    )
    draft = Draft(proposal=AnswerProposal.model_validate(drafted), evidence=[])
    return review(ANSWER, draft, inputs, Release()).proposal, {one.id: one.text for one in found}


@pytest.mark.timeout(300)
@pytest.mark.parametrize("part", PARTS)
def test_the_examples_reach_what_a_release_must(measured: Mapping[str, Scores], part: str) -> None:
    scores = measured[part]
    least: dict[str, float] = {**ACCEPTANCE["at_least"], **(ACCEPTANCE["held_out"] if part == "held_out" else {})}
    figures = scores.figures
    assert {name: figures[name] for name, floor in least.items() if figures[name] < floor} == {}
    assert scores.loose_quotes <= ACCEPTANCE["at_most"]["loose_quotes"]
    assert scores.wrong_facts <= ACCEPTANCE["at_most"]["wrong_facts"]
