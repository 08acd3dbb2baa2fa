"""The job's examples, measured: on those the rehearsal model was tuned on, and on those it was not."""

import tomllib
from collections.abc import Mapping
from typing import Any

import pytest

from jobs.inquiry.schema import InquiryProposal
from sandbox.rehearsal import answer
from tests.rehearsal.reading import EXAMPLES, sources
from tests.rehearsal.score import read_examples, score

ACCEPTANCE = tomllib.loads((EXAMPLES.parent / "acceptance.toml").read_text("utf-8"))
ROWS = read_examples(EXAMPLES)


def proposal_for(row: Mapping[str, Any]) -> Mapping[str, Any]:
    return answer("inquiry", sources(row["file"]))["proposal"]


@pytest.mark.parametrize("part", ["dev", "held_out"])
def test_examples_meet_the_acceptance_thresholds(part: str) -> None:
    scores, _ = score([row for row in ROWS if row["set"] == part], proposal_for)
    figures = scores.figures()
    missed = {name: figures[name] for name, least in ACCEPTANCE["at_least"].items() if figures[name] < least}
    missed |= {name: figures[name] for name, most in ACCEPTANCE["at_most"].items() if figures[name] > most}
    assert not missed, f"{part}: {missed}"


def test_every_quote_stands_in_its_source_and_every_fact_has_one() -> None:
    for row in ROWS:
        texts = sources(row["file"])
        draft = answer("inquiry", texts)
        proposal = InquiryProposal.model_validate(draft["proposal"])
        assert all(one["quote"] in texts[one["source"]] for one in draft["evidence"]), row["file"]
        quoted = {one["field"] for one in draft["evidence"]}
        for number, request in enumerate(proposal.requests):
            path = f"requests[{number}]"
            names = [name for name in ("company", "contact", "email", "phone", "wanted_date") if getattr(request, name)]
            names += ["priority"] if request.priority != "normal" else []
            names += [f"items[{index}].text" for index in range(len(request.items))]
            assert {f"{path}.{name}" for name in names} <= quoted, row["file"]
