"""`countersign try`: receive, ground, propose and check a file, without Temporal and without any write."""

import hashlib
import tempfile
from collections.abc import Iterable, Iterator, Sequence
from contextlib import ExitStack
from dataclasses import dataclass, replace
from datetime import date
from pathlib import Path
from typing import Any

import sandbox
from activities.catalogue import CatalogueFeed
from activities.check import ground, read_inputs
from activities.gather import gather
from activities.knowledge import KnowledgeFeed, Problem, read_folder
from activities.propose import RULES, ask_model
from activities.receive import read_cases
from activities.resources import Resources, open_resources
from connectors import model
from connectors.base import ConnectorError
from connectors.masterfile import MasterFile
from connectors.productlist import ProductList
from documents.invoices import ReadInvoice
from jobs.context import Document, Viewer, viewer_named
from jobs.core import Check, Job, Status
from jobs.review import blank_draft, review
from knowledge.embedding import Embedder
from knowledge.library import Library
from ledger.blobs import Blobs
from ledger.store import Ledger
from settings import Settings
from starter.cases import media_type_of

_KNOWING = ("answer",)
"""Jobs whose outcome depends on who asks, and is found in documents."""
_COLLEAGUE = "colleague"


@dataclass(frozen=True)
class Instead:
    """What an input is tried against in place of what the company has."""

    product_list: Path | None = None
    master: Path | None = None
    knowledge: Path | None = None
    """A folder of documents."""
    asker: str = ""
    """Who asks: a customer's name, `customer` for any, a role; empty: a colleague without one."""
    day: date | None = None
    """On which documents must hold; None: today, UTC."""


class _Folder(KnowledgeFeed):
    """The documents of a folder, read once."""

    def __init__(self, folder: Path, embedder: Embedder) -> None:
        snippets, self.problems = read_folder(folder)
        self._read = Library(snippets, None, embedder)

    def current(self) -> Library:
        return self._read


def try_files(
    job: Job[Any], files: Iterable[Path], settings: Settings, instead: Instead | None = None
) -> Iterator[dict[str, Any]]:
    """One result per file, in order (several, numbered as `part`, for a file that holds several invoices); a file that
    cannot be worked on gives a result with `error`. With a product list, products and prices are the list's, not the
    ERP's; with a master file, so are vendors, purchase orders and booked bills. Raises ProductListError,
    MasterFileError, and OSError where there is no folder of documents."""
    instead = instead or Instead()
    with ExitStack() as stack:
        folder = Path(stack.enter_context(tempfile.TemporaryDirectory(prefix="countersign-try-")))
        knowledge = instead.knowledge
        if sandbox.needed(settings):
            from sandbox.app import serving

            settings = sandbox.point_at(settings, stack.enter_context(serving(folder / "company.db")))
            knowledge = knowledge or sandbox.KNOWLEDGE
        resources = replace(open_resources(settings, [job]), blobs=Blobs(folder / "blobs"), ledger=Ledger("sqlite://"))
        stack.callback(resources.close)
        if instead.product_list:
            erp = ProductList(instead.product_list)
            resources = replace(resources, erp=erp, catalogue=CatalogueFeed(erp))
        if instead.master:
            resources = replace(resources, payables=MasterFile(instead.master))
        problems: list[Problem] = []
        if knowledge and job.name in _KNOWING:
            feed = _Folder(knowledge, resources.knowledge.embedder)
            resources, problems = replace(resources, knowledge=feed), feed.problems
        resources.ledger.create_tables()
        unread = {"unread": [problem.model_dump() for problem in problems]} if problems else {}
        for file in files:
            named = {"input": str(file), "job": job.name}
            try:
                content = file.read_bytes()
                cases = read_cases(job.name, content, resources.blobs, media_type_of(file.name))
                for number, case in enumerate(cases, 1):
                    part = {"part": number} if len(cases) > 1 else {}
                    yield {
                        **named,
                        **part,
                        **unread,
                        **_try(resources, resources.jobs[job.name], content, case, instead),
                    }
            except (OSError, ConnectorError) as error:
                yield {**named, "error": str(error)}


def _viewer(name: str, documents: Sequence[Document]) -> Viewer:
    """Several roles may be given at once, with commas between them."""
    several = [viewer_named(one.strip(), documents) for one in name.split(",")]
    if len(several) > 1 and all(one.roles for one in several):
        return Viewer(roles=tuple(role for one in several for role in one.roles))
    return viewer_named(name, documents)


def _try(resources: Resources, job: Job[Any], content: bytes, case: ReadInvoice, instead: Instead) -> dict[str, Any]:
    intake, draft, name, error = case.intake, case.draft, case.read_by, None
    if instead.asker or job.name in _KNOWING:
        asker = _viewer(instead.asker or _COLLEAGUE, resources.knowledge.current().documents())
        intake = intake.model_copy(update={"viewer": asker})
    calls: list[model.Call] = []
    if draft is None and not intake.mail.automatic:
        try:
            intake = gather(resources, job, intake, instead.day)
            draft = ask_model(resources, job, intake, calls.append)
            name = calls[-1].model if calls else RULES
        except ConnectorError as failure:
            error = str(failure)
    sha256 = hashlib.sha256(content).hexdigest()
    inputs = read_inputs(resources, job, intake, case_id="trial", input_sha256=sha256, proposed_by=name)
    inputs = replace(inputs, today=instead.day) if instead.day else inputs
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
        "exceptions": [_exception(check) for check in seen.checks if check.status is not Status.PASS],
        "en16931_rules": {finding.rule: "fatal" if finding.fatal else "warning" for finding in intake.findings},
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


def _exception(check: Check) -> dict[str, Any]:
    return {
        "code": check.name,
        "severity": "error" if check.status is Status.FAIL else "warning",
        "field": check.field,
        "found": check.found,
        "expected": check.expected,
        "advice": check.advice,
        "message": check.message,
    }
