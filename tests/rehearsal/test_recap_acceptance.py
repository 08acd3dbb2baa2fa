"""The recap job's examples, measured: from the file through the rehearsal model to what a person would see."""

import tomllib
from collections.abc import Mapping
from datetime import date
from pathlib import Path
from typing import Any

import pytest

import jobs.recap
from jobs.grounding import normalise
from tests.rehearsal.recap_reading import recap
from tests.rehearsal.recap_score import read_rows, score

JOB = Path(jobs.recap.__path__[0])
EXAMPLES = JOB / "examples"
ACCEPTANCE = tomllib.loads((JOB / "acceptance.toml").read_text("utf-8"))
PARTS = ("dev", "held_out")


@pytest.fixture(scope="module")
def proposals() -> Mapping[str, dict[str, Any]]:
    rows = [row for part in PARTS for row in read_rows(EXAMPLES, part)]
    return {row["file"]: _recap(row) for row in rows}


def _recap(row: Mapping[str, Any]) -> dict[str, Any]:
    return recap((EXAMPLES / row["file"]).read_bytes(), row["file"], date.fromisoformat(row["day"]))


@pytest.mark.parametrize("part", PARTS)
def test_examples_meet_the_acceptance_thresholds(part: str, proposals: Mapping[str, dict[str, Any]]) -> None:
    scores, mistakes = score(read_rows(EXAMPLES, part), proposals)
    figures = scores.figures()
    floor = ACCEPTANCE["held_out"] if part == "held_out" else {}
    at_least, at_most = ACCEPTANCE["at_least"], ACCEPTANCE["at_most"]
    missed = {name: figures[name] for name, least in at_least.items() if figures[name] < floor.get(name, least)}
    missed |= {name: figures[name] for name, most in at_most.items() if figures[name] > floor.get(name, most)}
    shown = mistakes if part == "dev" else []  # Those of the held-out ones would tune whoever reads them.
    assert not missed, "\n".join([f"{part}: {missed}", *shown])


def test_every_field_has_its_words_in_the_call(proposals: Mapping[str, dict[str, Any]]) -> None:
    for file, proposal in proposals.items():
        fields = [
            name for name in ("need", "budget", "authority", "timeline", "competitor", "next_meeting") if proposal[name]
        ]
        fields += [
            f"{name}[{n}]" for name in ("objections", "decisions", "next_steps") for n in range(len(proposal[name]))
        ]
        assert set(fields) <= {said["field"] for said in proposal["said"]}, file
        assert proposal["emptied"] == [], file
        assert len(proposal["summary"].splitlines()) <= 5, file
        for name in ("need", "authority"):
            quotes = " ".join(said["words"] for said in proposal["said"] if said["field"] == name)
            assert all(normalise(part) in normalise(quotes) for part in (proposal[name] or "").split("; ")), file
