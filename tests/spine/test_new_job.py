"""The way for the next job: one folder, one workflow file, one line of registration; nothing else changes."""

import json
import uuid
from dataclasses import replace

from temporalio.testing import WorkflowEnvironment

from activities.messages import Outcome, Verdict
from tests.newjob.job import CALLBACK
from tests.newjob.workflow import CallbackWorkflow
from tests.spine.conftest import Desk, mail
from worker import build_worker
from workflows.registry import REGISTRY


async def test_a_job_of_one_folder_one_workflow_and_one_line(temporal: WorkflowEnvironment, desk: Desk) -> None:
    registry = [*REGISTRY, (CALLBACK, CallbackWorkflow)]
    jobs = {job.name: job for job, _ in registry}
    settings = desk.office.settings.model_copy(update={"task_queue": f"new-{uuid.uuid4().hex}"})
    new = replace(desk, office=replace(desk.office, settings=settings), resources=replace(desk.resources, jobs=jobs))
    answer = {"proposal": {"name": "Kim Bos", "phone": "+31 20 555 0199"}, "evidence": []}
    desk.model.reply = lambda sources: json.dumps(answer)
    async with build_worker(temporal.client, settings.task_queue, new.resources, registry, threads=4):
        started = await new.office.start("callback", mail("Please call me: +31 20 555 0199. Kim Bos"))
        review = await new.waiting(started.case_id)
        assert review.proposal == answer["proposal"]
        assert review.failed == []
        assert (await new.decide(started.case_id, Verdict.APPROVE)).said == "accepted"
        assert (await new.result(started.case_id)).outcome is Outcome.WRITTEN
    [lead] = new.leads(started.case_id)
    assert (lead["name"], lead["team_id"][1]) == ("Call Kim Bos", "Service")
