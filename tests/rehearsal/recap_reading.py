"""Calls for the rehearsal model's tests: read, noted, and held against the call."""

from datetime import UTC, date, datetime
from typing import Any

from documents.transcripts import read_transcript
from jobs.core import InputFile, Inputs, Source
from jobs.crm import Facts
from jobs.recap.job import RECAP
from jobs.recap.schema import CallNotes
from sandbox.rehearsal import answer

COLLEAGUES = "\n".join(
    f"{name}@kestrelvos.example" for name in ("hannah", "joost.vos", "wendy", "dieter.hahn", "marie.collin")
)
FRIDAY = date(2026, 11, 27)


def recap(content: bytes, name: str = "", day: date = FRIDAY, colleagues: str = COLLEAGUES) -> dict[str, Any]:
    """The proposal for a file, as a person would see it without a CRM."""
    read = read_transcript(content, name, day)
    sources = [*read.sources, Source(id="colleagues", text=colleagues)]
    drafts = [_asked(list(piece)) for piece in RECAP.pieces(sources)]
    inputs = Inputs(
        case_id="recap-1",
        sources=sources,
        mail=read.facts,
        facts=Facts(),
        rules=RECAP.rules,
        input_sha256="0" * 64,
        input_file=InputFile(name=name or "call.txt", media_type="text/plain"),
        opened=day,
        today=datetime.now(UTC).date(),
        proposed_by="rehearsal",
    )
    return RECAP.refine(RECAP.join(drafts).proposal, inputs).model_dump(mode="json")


def _asked(sources: list[Source]) -> Any:
    from jobs.core import Draft

    given = answer("recap", {source.id: source.text for source in sources})
    return Draft[CallNotes].model_validate(given)
