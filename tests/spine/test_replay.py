"""Recorded histories of every outcome replay on today's code: a change that breaks open cases fails here."""

import json
from pathlib import Path

import pytest
from temporalio import workflow
from temporalio.client import WorkflowHistory
from temporalio.contrib.pydantic import pydantic_data_converter
from temporalio.worker import Replayer

from activities.messages import Item, Result
from worker import workflow_runner
from workflows.registry import REGISTRY
from workflows.spine import Spine
from workflows.sweep import Sweep

HISTORIES = sorted((Path(__file__).parent / "histories").glob("*.json"))
OUTCOMES = {
    *("waiting", "approved", "edited", "rejected", "expired", "auto", "manual", "declined", "split"),
    *("changed", "refused", "silent", "handed-over"),
    *("quote-waiting", "quote-approved", "quote-revised", "quote-changed"),
    *("invoice-waiting", "invoice-approved", "invoice-rejected", "invoice-accepted", "invoice-asked"),
    *("invoice-auto", "invoice-read", "invoice-split"),
    *("next_action-waiting", "next_action-approved", "next_action-edited", "next_action-dismissed"),
    *("next_action-changed", "next_action-declined", "next_action-sweep"),
    *("answer-waiting", "answer-approved", "answer-rejected", "answer-changed", "answer-auto", "answer-declined"),
    *("recap-waiting", "recap-approved", "recap-edited", "recap-rejected", "recap-changed", "recap-auto"),
}


def test_every_outcome_is_recorded() -> None:
    assert {path.stem for path in HISTORIES} == OUTCOMES


@pytest.mark.parametrize("path", HISTORIES, ids=lambda path: path.stem)
async def test_recorded_history_replays(path: Path) -> None:
    await _replay(path, *(job for _, job in REGISTRY), Sweep)


@pytest.mark.parametrize("path", HISTORIES, ids=lambda path: path.stem)
async def test_history_holds_no_customer_content(path: Path) -> None:
    """References travel, contents do not: the mails these histories were recorded from all speak of glands, the
    invoices of drills, the deals of ladders, the questions of unopened goods."""
    text = path.read_text().lower()
    assert "gland" not in text
    assert "drill" not in text
    assert "compressor" not in text
    assert "ladder" not in text
    assert "unopened" not in text


@workflow.defn(name="inquiry", sandboxed=False)
class Hasty(Spine):
    """Writes before anybody has countersigned: another order of steps."""

    @workflow.run
    async def run(self, item: Item) -> Result:
        await self.receive(item)
        await self.propose()
        await self.check()
        outcome = await self.apply()
        assert outcome is not None
        await self.countersign()
        return await self.close(outcome)


async def test_a_changed_order_of_steps_does_not_replay() -> None:
    approved = next(path for path in HISTORIES if path.stem == "approved")
    with pytest.raises(workflow.NondeterminismError):
        await _replay(approved, Hasty)


async def _replay(path: Path, *workflows: type) -> None:
    replayer = Replayer(workflows=workflows, data_converter=pydantic_data_converter, workflow_runner=workflow_runner())
    text = path.read_text()
    case_id = json.loads(text)["events"][0]["workflowExecutionStartedEventAttributes"]["workflowId"]
    await replayer.replay_workflow(WorkflowHistory.from_json(case_id, text))
