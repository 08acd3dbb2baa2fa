"""The approver's desk: what is on the screen, which decision goes out, and what became of it."""

import json
import os
import shlex
import subprocess
import tempfile
from collections.abc import Mapping, Sequence
from pathlib import Path
from typing import Any, cast

import typer
import yaml

from activities.messages import Answer, Verdict
from jobs.core import BlobRef, Intake, Source
from jobs.edits import EditError, changes, full_path
from jobs.review import Review
from ledger.blobs import JSON, MissingBlob
from ledger.store import CaseFile
from starter import screen
from starter.cases import Archive, Office
from starter.errors import CaseError, UsageError

_KEYS = "[bold]a[/]pprove  [bold]e[/]dit  [bold]r[/]eject  [bold]s[/]kip  [bold]q[/]uit "


def on_screen(case: CaseFile) -> Review:
    """The proposal in force. Raises CaseError while there is none."""
    if case.latest is None:
        raise CaseError(f"{case.case.id} has no proposal yet ({case.case.stage})")
    return Review.model_validate(case.latest.review)


def sources_of(archive: Archive, case: CaseFile) -> list[Source]:
    ref = BlobRef(sha256=case.case.intake_sha256, media_type=JSON, size=0)
    try:
        return archive.blobs.get_model(ref, Intake).sources
    except MissingBlob as error:
        screen.error(f"the mail itself cannot be shown: {error}")
        return []


def show(archive: Archive, case: CaseFile, *, as_json: bool = False) -> Review:
    """Prints a proposal and remembers that this one was seen."""
    review = on_screen(case)
    if as_json:
        print(json.dumps({"case": case.case.id, **review.model_dump(mode="json")}, ensure_ascii=False))
    else:
        screen.console.print(screen.proposal(case, review, sources_of(archive, case)))
    archive.remember_seen(case.case.id, review.digest)
    return review


async def decide(
    office: Office,
    case: CaseFile,
    verdict: Verdict,
    *,
    edits: Mapping[str, Any] | None = None,
    reason: str = "",
    as_json: bool = False,
) -> bool:
    """Sends a decision on the proposal last seen; says what became of it. True if it was accepted."""
    answer = await office.decide(case, verdict, office.seen(case), edits=edits, reason=reason)
    words, differences = _outcome(office, case, answer)
    if as_json:
        said = answer.said if answer else "sent"
        print(json.dumps({"case": case.case.id, "said": said, "words": words, "changes": differences}))
    else:
        good = answer is not None and answer.said == "accepted"
        screen.console.print(f"[{'green' if good else 'yellow'}]{screen.short(case.case.id)}[/]  ", end="")
        screen.console.print(words, markup=False)
        if differences:
            screen.console.print(screen.differences(differences))
    return answer is not None and answer.said == "accepted"


def _outcome(office: Office, case: CaseFile, answer: Answer | None) -> tuple[str, list[dict[str, Any]]]:
    if answer is None:
        return "sent, but no worker has answered yet; the decision stands in the case's history and will be weighed", []
    if answer.said == "already_decided":
        return f"refused: already decided by {answer.by}", []
    fresh = office.ledger.case_file(case.case.id)
    row = next((d for d in fresh.decisions if d.id == answer.decision_id), None) if fresh else None
    words = row.words if row else answer.said
    differences = row.changes if row else []
    match answer.said:
        case "accepted":
            return f"accepted: {words}", differences
        case "changed" | "stale":
            return f"refused: {words}; nothing was written. Look again: countersign show {case.case.id}", differences
        case _:
            return f"refused: {words}; nothing was written", differences


def parse_sets(review: Review, sets: Sequence[str]) -> dict[str, Any]:
    """`--set FIELD=VALUE` options as edits; the value is read as YAML. Raises UsageError."""
    edits: dict[str, Any] = {}
    for item in sets:
        path, equals, value = item.partition("=")
        if not equals:
            raise UsageError(f"--set {item}: write FIELD=VALUE")
        try:
            edits[full_path(review.proposal, path.strip())] = _plain(yaml.safe_load(value))
        except (EditError, yaml.YAMLError) as error:
            raise UsageError(f"--set {item}: {error}") from None
    return edits


def edit_in_editor(review: Review) -> dict[str, Any]:
    """Opens the proposal as YAML in $EDITOR; what was changed comes back as edits. Raises UsageError."""
    head = "# Correct the values and save. Lines that start with # are ignored.\n"
    head += "".join(f"# {check.status}: {check.field or check.name}: {check.message}\n" for check in review.failed)
    text = head + yaml.safe_dump(review.proposal, allow_unicode=True, sort_keys=False)
    with tempfile.TemporaryDirectory(prefix="countersign-") as folder:
        file = Path(folder) / "proposal.yaml"
        file.write_text(text, encoding="utf-8")
        command = shlex.split(os.environ.get("VISUAL") or os.environ.get("EDITOR") or "vi")
        try:
            subprocess.run([*command, str(file)], check=True)
            edited = _plain(yaml.safe_load(file.read_text(encoding="utf-8")))
        except (OSError, subprocess.CalledProcessError) as error:
            raise UsageError(f"the editor {command[0]} did not work ({error}); set EDITOR, or use --set") from None
        except yaml.YAMLError as error:
            raise UsageError(f"what you saved is no YAML, nothing was sent: {error}") from None
    if not isinstance(edited, dict):
        raise UsageError("what you saved holds no fields, nothing was sent")
    return {change.path: change.new for change in changes(review.proposal, cast("dict[str, Any]", edited))}


async def walk(office: Office) -> None:
    """Shows what waits, one by one; a single key decides."""
    rows = await office.pending()
    done = 0
    for number, row in enumerate(rows, 1):
        case = office.find(row.id)
        screen.console.rule(f"{number} of {len(rows)}")
        review = show(office, case)
        while True:
            screen.console.print(_KEYS, end="")
            key = typer.getchar().lower()
            screen.console.print(key)
            if key == "q":
                screen.console.print(f"{done} decided, {len(rows) - done} left")
                return
            if key == "s":
                break
            if await _on_key(office, case, review, key):
                done += 1
                break
            case = office.find(row.id)
    screen.console.print(f"{done} decided, {len(rows) - done} left")


async def _on_key(office: Office, case: CaseFile, review: Review, key: str) -> bool:
    try:
        if key == "a":
            return await decide(office, case, Verdict.APPROVE)
        if key == "r":
            return await decide(office, case, Verdict.REJECT, reason=typer.prompt("Why"))
        if key == "e":
            edits = edit_in_editor(review)
            return bool(edits) and await decide(office, case, Verdict.EDIT, edits=edits)
    except (UsageError, CaseError) as error:
        screen.error(str(error))
    return False


def _plain(value: Any) -> Any:
    """YAML reads a bare date as a date and `1e3` as text; proposals hold plain JSON values."""
    if isinstance(value, dict):
        return {key: _plain(item) for key, item in cast("dict[str, Any]", value).items()}
    if isinstance(value, list):
        return [_plain(item) for item in cast("list[Any]", value)]
    return value.isoformat() if hasattr(value, "isoformat") else value
