"""The company's documents as people keep them: where they are, what is known of each, and what is found in them."""

import textwrap
from collections.abc import Iterator, Mapping, Sequence
from datetime import date, timedelta
from pathlib import Path
from typing import Any

from temporalio.client import (
    Client,
    Schedule,
    ScheduleActionStartWorkflow,
    ScheduleIntervalSpec,
    ScheduleOverlapPolicy,
    SchedulePolicy,
    ScheduleSpec,
)

from activities.knowledge import KnowledgeError, KnowledgeFeed, Known, Synced, known_documents, sync_source
from connectors.base import ConnectorError
from jobs.answer.context import named_customers
from jobs.context import role_of, viewer_named
from knowledge.embedding import Embedder
from ledger.blobs import Blobs
from ledger.knowledge import Shelf
from ledger.store import Ledger
from ledger.tables import KnowledgeSourceRow, now
from starter.errors import UsageError
from starter.schedules import drop_schedule, put_schedule

SCHEDULE = "knowledge-sync"
"""Id of the schedule, and the workflow's name."""


def add_source(
    ledger: Ledger, folder: Path, name: str = "", customer: str = "", roles: Sequence[str] = ()
) -> KnowledgeSourceRow:
    """Adds a folder, or changes what is said of it. Raises UsageError for a name that stands for another folder."""
    folder = folder.absolute()
    if not folder.is_dir():
        raise UsageError(f"{folder} is no folder")
    name = name or folder.name
    shelf = Shelf(ledger)
    standing = next((source for source in shelf.sources() if source.name == name), None)
    if standing and standing.folder != str(folder):
        raise UsageError(f"there is a source {name} already, of {standing.folder}: give this one another --name")
    row = KnowledgeSourceRow(
        name=name,
        folder=str(folder),
        customer=customer,
        roles=list(map(role_of, roles)),
        changed_at=standing.changed_at if standing else now(),
        synced_at=standing.synced_at if standing else None,
    )
    shelf.put_source(row)
    return row


def sync_all(ledger: Ledger, blobs: Blobs, embedder: Embedder) -> Iterator[Synced]:
    """Syncs every source in this process; one that fails keeps none of the others back."""
    sources = Shelf(ledger).sources()
    if not sources:
        raise UsageError("there is no source yet: `countersign knowledge add FOLDER` adds one")
    for source in sources:
        try:
            yield sync_source(source, ledger, blobs, embedder)
        except (KnowledgeError, ConnectorError) as error:
            yield Synced(source=source.name, failed=str(error))


def told(done: Synced) -> str:
    """A sync in a few lines."""
    if done.failed:
        return f"{done.source}: not synced: {done.failed}"
    counts = f"{len(done.read)} read, {done.unchanged} unchanged, {len(done.gone)} gone"
    return "\n".join([f"{done.source}: {counts}", *(f"    {one.file}: {one.reason}" for one in done.problems)])


async def sync_every(client: Client, task_queue: str, every: timedelta) -> None:
    """Sets the schedule up, or changes it. One sync at a time: one that would overlap is left out."""
    schedule = Schedule(
        action=ScheduleActionStartWorkflow(
            SCHEDULE, id=SCHEDULE, task_queue=task_queue, static_summary="sync documents"
        ),
        spec=ScheduleSpec(intervals=[ScheduleIntervalSpec(every=every)]),
        policy=SchedulePolicy(overlap=ScheduleOverlapPolicy.SKIP, catchup_window=every),
    )
    await put_schedule(client, SCHEDULE, schedule, at_once=True)


async def sync_never(client: Client) -> bool:
    """Takes the schedule away; whether there was one."""
    return await drop_schedule(client, SCHEDULE)


def status(ledger: Ledger, day: date) -> list[dict[str, Any]]:
    """What is known of each document and where from; `holds` is on that day."""
    return [_row(known, day) for known in known_documents(Shelf(ledger))]


def _row(known: Known, day: date) -> dict[str, Any]:
    row, told, document = known.row, known.told, known.document
    if told is None or document is None:
        return {"source": row.source, "document": row.path, "problem": row.problem}
    return {
        "source": row.source,
        "document": row.path,
        "title": document.title,
        "version": document.version,
        "valid_from": document.valid_from and document.valid_from.isoformat(),
        "valid_until": document.valid_until and document.valid_until.isoformat(),
        "superseded_by": document.superseded_by.removeprefix(f"{row.source}/"),
        "superseded_from": document.superseded_from and document.superseded_from.isoformat(),
        "withheld": document.withheld,
        "holds": document.holds(day),
        "customer": [name for name in (document.customer, *document.customer_also, document.customer_vat) if name],
        "roles": list(document.roles),
        "internal": document.internal,
        "snippets": row.snippets,
        "told_by": {name: str(origin) for name, origin in told.origins.items()},
        "look_at": list(told.doubts),
        "problem": row.problem,
    }


def shown(row: Mapping[str, Any]) -> str:
    """A document of `status` in a few lines."""
    if "title" not in row:
        return f"{row['source']}/{row['document']}\n    not read: {row['problem']}"
    version = f", version {row['version']}" if row["version"] else ""
    lines = [
        f"{row['source']}/{row['document']}: {row['title']}{version}",
        f"    {_validity(row)}; {_readers(row)}; {row['snippets']} snippets",
    ]
    if row["told_by"]:
        lines.append(f"    {', '.join(f'{name} by {origin}' for name, origin in row['told_by'].items())}")
    lines += [f"    look at this: {doubt}" for doubt in row["look_at"]]
    lines += [f"    not all of it is read: {row['problem']}"] if row["problem"] else []
    return "\n".join(lines)


def _validity(row: Mapping[str, Any]) -> str:
    words = ["holds" if row["holds"] else "does not hold"]
    words += [f"from {row['valid_from']}"] if row["valid_from"] else []
    words += [f"until {row['valid_until']}"] if row["valid_until"] else []
    if row["superseded_by"]:
        since = f" from {row['superseded_from']}" if row["superseded_from"] else ""
        words.append(f"(superseded by {row['superseded_by']}{since})")
    words += [f"({row['withheld']})"] if row["withheld"] else []
    return " ".join(words)


def _readers(row: Mapping[str, Any]) -> str:
    customer = f"only in cases of {' = '.join(row['customer'])}" if row["customer"] else ""
    roles = f"only for {' or '.join(row['roles'])}" if row["roles"] else "colleagues only" if row["internal"] else ""
    return ", ".join(filter(None, (customer, roles))) or "for everybody"


def search(
    ledger: Ledger, blobs: Blobs, embedder: Embedder, question: str, who: str, day: date, limit: int
) -> list[dict[str, Any]]:
    """What a question finds for whoever `who` is (see viewer_named): a colleague finds contracts of customers that the
    question names."""
    library = KnowledgeFeed(ledger, blobs, embedder).current()
    viewer = viewer_named(who or "colleague", library.documents())
    if not viewer.external:
        named, _ = named_customers(question, library.documents())
        viewer = viewer.model_copy(update={"customers": named})
    hits = library.search(question, viewer, day, limit)
    return [
        {
            "snippet": hit.snippet.id,
            "score": round(hit.score, 3),
            "title": hit.snippet.document.title,
            "version": hit.snippet.document.version,
            "headings": list(hit.snippet.headings),
            "page": hit.snippet.page,
            "text": hit.snippet.text,
        }
        for hit in hits
    ]


def found(hit: Mapping[str, Any]) -> str:
    """A hit of `search` in a few lines."""
    version = f", version {hit['version']}" if hit["version"] else ""
    page = f", page {hit['page']}" if hit["page"] else ""
    place = " › ".join((f"{hit['title']}{version}{page}", *hit["headings"]))
    return "\n".join([f"{hit['score']:.2f}  {hit['snippet']}  {place}", textwrap.indent(hit["text"], "      ")])
