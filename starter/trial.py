"""`countersign try`: receive, ground, propose and check a file, without Temporal and without any write."""

import hashlib
import tempfile
from collections.abc import Iterable, Iterator
from contextlib import ExitStack
from dataclasses import replace
from pathlib import Path
from typing import Any

import sandbox
from activities.catalogue import CatalogueFeed
from activities.check import ground, read_inputs
from activities.receive import read_input
from activities.resources import Resources, open_resources
from connectors import model
from connectors.base import ConnectorError
from connectors.productlist import ProductList
from jobs.core import Job
from jobs.review import blank_draft, review
from ledger.blobs import Blobs
from ledger.store import Ledger
from settings import Settings
from starter.cases import media_type_of


def try_files(
    job: Job[Any], files: Iterable[Path], settings: Settings, product_list: Path | None = None
) -> Iterator[dict[str, Any]]:
    """One result per file, in order; a file that cannot be worked on gives a result with `error`. With a product list,
    products and prices are the list's, not the ERP's. Raises ProductListError."""
    with ExitStack() as stack:
        folder = Path(stack.enter_context(tempfile.TemporaryDirectory(prefix="countersign-try-")))
        if sandbox.needed(settings):
            from sandbox.app import serving

            settings = sandbox.point_at(settings, stack.enter_context(serving(folder / "company.db")))
        resources = replace(open_resources(settings, [job]), blobs=Blobs(folder / "blobs"), ledger=Ledger("sqlite://"))
        stack.callback(resources.close)
        if product_list:
            erp = ProductList(product_list)
            resources = replace(resources, erp=erp, catalogue=CatalogueFeed(erp))
        resources.ledger.create_tables()
        for file in files:
            try:
                yield {"input": str(file), "job": job.name, **_try(resources, resources.jobs[job.name], file)}
            except (OSError, ConnectorError) as error:
                yield {"input": str(file), "job": job.name, "error": str(error)}


def _try(resources: Resources, job: Job[Any], file: Path) -> dict[str, Any]:
    content = file.read_bytes()
    intake = read_input(content, resources.blobs, media_type_of(file.name))
    calls: list[model.Call] = []
    draft, error = None, None
    if not intake.mail.automatic:
        try:
            draft = model.propose(resources.endpoints, job=job, sources=intake.sources, on_call=calls.append)
        except ConnectorError as failure:
            error = str(failure)
    name = calls[-1].model if draft else ""
    sha256 = hashlib.sha256(content).hexdigest()
    inputs = read_inputs(resources, job, intake, case_id="trial", input_sha256=sha256, proposed_by=name)
    inputs = ground(resources, job, draft, inputs)
    seen = review(
        job,
        draft or blank_draft(job, inputs),
        inputs,
        resources.ledger.release(job.name),
        trouble=error and f"no proposal from the model: {error}",
    )
    result: dict[str, Any] = {
        "proposal": seen.proposal,
        "evidence": [item.model_dump() for item in seen.evidence],
        "checks": [check.model_dump(mode="json") for check in seen.checks],
        "route": seen.route.value,
        "model": {
            "name": calls[-1].model if calls else None,
            "tokens_in": sum(call.tokens_in or 0 for call in calls),
            "tokens_out": sum(call.tokens_out or 0 for call in calls),
            "seconds": round(sum(call.seconds for call in calls), 4),
        },
        "sources": [source.model_dump() for source in intake.sources],
    }
    return {**result, "error": error} if error else result
