"""The invoice job's examples, measured: from the file that `countersign try` takes to the exceptions a clerk sees."""

import tomllib
from collections import defaultdict
from collections.abc import Mapping, Sequence
from decimal import Decimal
from pathlib import Path
from typing import Any

import pytest

import jobs.invoice
import sandbox
from jobs.invoice.job import INVOICE
from settings import Settings
from starter.trial import try_files
from tests.rehearsal.invoice_score import read_rows, score

JOB = Path(jobs.invoice.__path__[0])
EXAMPLES = JOB / "examples"
ACCEPTANCE = tomllib.loads((JOB / "acceptance.toml").read_text("utf-8"))
ROWS = read_rows(EXAMPLES)

Results = Mapping[str, Sequence[Mapping[str, Any]]]


@pytest.fixture(scope="module")
def results(company: str, tmp_path_factory: pytest.TempPathFactory) -> Results:
    """What comes out, by file: one for each invoice in it."""
    settings = sandbox.point_at(Settings(state=tmp_path_factory.mktemp("state")), company)
    found: defaultdict[str, list[Mapping[str, Any]]] = defaultdict(list)
    for result in try_files(INVOICE, (EXAMPLES / row["file"] for row in ROWS), settings):
        found[Path(result["input"]).name].append(result)
    return found


@pytest.mark.parametrize("split", ["dev", "held_out"])
def test_examples_meet_the_acceptance_thresholds(split: str, results: Results) -> None:
    scores, mistakes = score([row for row in ROWS if row["split"] == split], results)
    figures = scores.figures()
    floor = ACCEPTANCE["held_out"] if split == "held_out" else {}
    at_least, at_most = ACCEPTANCE["at_least"], ACCEPTANCE["at_most"]
    missed = {name: figures[name] for name, least in at_least.items() if figures[name] < floor.get(name, least)}
    missed |= {name: figures[name] for name, most in at_most.items() if figures[name] > floor.get(name, most)}
    shown = mistakes if split == "dev" else []  # Those of the held-out ones would tune whoever reads them.
    assert not missed, "\n".join([f"{split}: {missed}", *shown])


def test_every_exception_says_what_to_do(results: Results) -> None:
    silent = [
        f"{file}: {item['code']}"
        for file, found in results.items()
        for result in found
        for item in result.get("exceptions", ())
        if item["code"].isupper() and not (item["advice"] and item["message"])
    ]
    assert not silent, "\n".join(silent)


def test_data_that_is_not_wrong_on_purpose_passes_the_official_rules(results: Results) -> None:
    """Of EN 16931; ZUGFeRD 1.0 is older than they are."""
    for row in ROWS:
        for part, result in zip(row["parts"], results[row["file"]], strict=False):
            on_purpose = {code for code in (*part["exceptions"], *part["allowed"]) if code.startswith("BR-")}
            assert set(result["en16931_rules"]) <= on_purpose, row["file"]


def test_the_right_answers_are_sound() -> None:
    """What the gold says of an invoice without fault adds up, and each file has an answer."""
    assert {row["file"] for row in ROWS} == {path.name for path in EXAMPLES.iterdir()} - {"README.md", "gold.jsonl"}
    for row in ROWS:
        for part in row["parts"]:
            assert (part["route"] == "auto") == (not part["exceptions"] and part["fields"] is not None), row["file"]
            if part["route"] == "auto":
                net, tax, gross = (Decimal(part["fields"][name]) for name in ("net_total", "tax_total", "gross_total"))
                assert net + tax == gross, row["file"]
