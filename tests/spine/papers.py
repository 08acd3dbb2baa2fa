"""A folder of documents, synced, and a model that claims what a test wants of them."""

import json
import uuid
from pathlib import Path
from typing import Any

from activities.asked import JSON
from activities.knowledge import sync_source
from activities.resources import Resources
from jobs.answer.schema import Question
from ledger.knowledge import Shelf
from ledger.tables import KnowledgeSourceRow, now
from tests.spine.conftest import Desk

PERIOD = "Unopened goods may be returned within 30 days of delivery."
QUESTION = "Within how many days of delivery may unopened goods be returned?"
BUYER = "Gareth Pugh <gareth.pugh@severnpanels.example>"
PAPERS = {
    "returns.md": f"# Returns policy\n\nValid from 1 January 2025.\n\n## Period\n\n{PERIOD}\n",
    "pay.md": "---\ntitle: Pay\nroles: [hr]\n---\n# Pay\n\nSalaries are paid on the 25th of each month.\n",
    "severn.md": (
        "---\ntitle: Agreement with Severn Panels\ncustomer: Severn Panels Limited\n---\n# Agreement\n\n"
        "Severn Panels may return unopened goods within 60 days of delivery.\n"
    ),
}


def shelved(resources: Resources, folder: Path, papers: dict[str, str] = PAPERS) -> None:
    """The papers, as a source that has just been synced; what stood in the folder and is not among them is gone."""
    folder.mkdir(exist_ok=True)
    for file in folder.iterdir():
        file.unlink()
    for name, text in papers.items():
        (folder / name).write_text(text)
    source = KnowledgeSourceRow(name="papers", folder=str(folder), roles=[], changed_at=now())
    Shelf(resources.ledger).put_source(source)
    sync_source(source, resources.ledger, resources.blobs, resources.knowledge.embedder)


def says(desk: Desk, *quotes: str, unanswered: tuple[str, ...] = ()) -> list[dict[str, str]]:
    """The model cites the first source that holds each quote; the list fills with what it was given."""
    given: list[dict[str, str]] = []

    def reply(sources: dict[str, str]) -> str:
        given.append(sources)
        homes = {quote: next((id_ for id_, text in sources.items() if quote in text), "none") for quote in quotes}
        claims = [{"text": quote, "source": home, "quote": quote} for quote, home in homes.items()]
        draft = {"language": "en", "claims": claims, "unanswered": list(unanswered)}
        return json.dumps({"proposal": draft, "evidence": []})

    desk.model.reply = reply
    return given


async def put(desk: Desk, question: str = QUESTION, **values: Any) -> str:
    """A colleague asks; each asking is a case of its own."""
    content = Question(question=question, asker="anna", **values).model_dump_json().encode()
    case_id = f"answer-{uuid.uuid4().hex[:16]}"
    await desk.office.start("answer", content, JSON, case_id=case_id)
    return case_id
