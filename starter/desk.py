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
from jobs.core import BlobRef, Intake, Source, Status
from jobs.edits import EditError, changes, full_path
from jobs.quote.schema import QuoteLine, QuoteProposal
from jobs.review import Review
from ledger.blobs import JSON, MissingBlob
from ledger.store import CaseFile
from starter import screen
from starter.cases import Archive, Office
from starter.errors import CaseError, UsageError
from starter.quotation import open_lines

_KEYS = "[bold]a[/]pprove  [bold]e[/]dit  [bold]r[/]eject  [bold]s[/]kip  [bold]q[/]uit "
_INVOICE_KEYS = "[bold]x[/] accepts what is wrong  [bold]w[/]rite to the supplier  "
_PICK = "[bold]1-{last}[/] picks for line {line}  [bold]0[/] leaves it out  "


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
) -> str:
    """Sends a decision on the proposal last seen; prints and answers what became of it (`activities.messages.Said`, or
    `sent` where no worker answered). Shows what is to be countersigned now, if edits have led to something new."""
    answer = await office.decide(case, verdict, office.seen(case), edits=edits, reason=reason)
    words, differences = _outcome(office, case, answer)
    said = answer.said if answer else "sent"
    if as_json:
        print(json.dumps({"case": case.case.id, "said": said, "words": words, "changes": differences}))
    else:
        good = said in ("accepted", "revised")
        screen.console.print(f"[{'green' if good else 'yellow'}]{screen.short(case.case.id)}[/]  ", end="")
        screen.console.print(words, markup=False)
        if differences:
            screen.console.print(screen.differences(differences))
    if said == "revised" and not as_json:
        show(office, office.find(case.case.id))
    return said


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
        case "revised":
            return f"{words}: countersign approve {case.case.id}", differences
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


def acceptance(review: Review, codes: Sequence[str], reason: str) -> dict[str, Any]:
    """The edit that accepts these exceptions. Raises UsageError for one that the case does not have."""
    _only_for_invoices(review)
    open_codes = sorted({check.name for check in review.checks if check.status is not Status.PASS})
    wanted = [code.upper() for code in codes]
    if unknown := [code for code in wanted if code not in open_codes]:
        raise UsageError(f"there is no exception {', '.join(unknown)} here; there is {', '.join(open_codes) or 'none'}")
    if not reason.strip():
        raise UsageError("accepting an exception needs a reason")
    return {"accepted": {**review.proposal["accepted"], **dict.fromkeys(wanted, reason.strip())}}


def question(review: Review) -> dict[str, Any]:
    """The edit that writes to the supplier. Raises UsageError where that has been done."""
    _only_for_invoices(review)
    if "asked" in [check.name for check in review.checks]:
        raise UsageError("the supplier has been written to already; approve, accept or reject when you know more")
    return {"ask_supplier": True}


def _only_for_invoices(review: Review) -> None:
    if review.job != "invoice":
        raise UsageError(f"this is for invoices, and the case is one of the job {review.job}")


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
        screen.console.rule(f"{number} of {len(rows)}")
        try:
            show(office, office.find(row.id))
        except CaseError as error:
            screen.error(str(error))
            continue
        picks: dict[str, Any] = {}
        while (said := await _on_key(office, office.find(row.id), picks)) not in ("accepted", "skip", "quit"):
            pass
        done += said == "accepted"
        if said == "quit":
            break
    screen.console.print(f"{done} decided, {len(rows) - done} left")


async def _on_key(office: Office, case: CaseFile, picks: dict[str, Any]) -> str:
    """Asks for one key and does what it says; `picks` gathers the products picked for open lines, and goes out as one
    edit when none is open any more."""
    review = on_screen(case)
    line = _next_open(review, picks)
    more = _INVOICE_KEYS if review.job == "invoice" else _pick_words(line) if line else ""
    screen.console.print(more + _KEYS, end="")
    key = typer.getchar().lower()
    screen.console.print(key)
    try:
        match key:
            case "q":
                return "quit"
            case "s":
                return "skip"
            case "a":
                return await decide(office, case, Verdict.APPROVE)
            case "r":
                return await decide(office, case, Verdict.REJECT, reason=typer.prompt("Why"))
            case "e":
                edits = edit_in_editor(review)
                return await decide(office, case, Verdict.EDIT, edits=edits) if edits else "unchanged"
            case "x" if review.job == "invoice":
                codes = list(dict.fromkeys(check.name for check in review.failed))
                edits = acceptance(review, codes, typer.prompt(f"Why accept {', '.join(codes)}")) if codes else {}
                return await decide(office, case, Verdict.EDIT, edits=edits) if edits else "unchanged"
            case "w" if review.job == "invoice":
                return await decide(office, case, Verdict.EDIT, edits=question(review))
            case _ if line and key.isdigit() and int(key) <= len(line[1].candidates):
                picks |= _picked(line, int(key))
                if _next_open(review, picks) is None:
                    return await decide(office, case, Verdict.EDIT, edits=dict(picks))
            case _:
                pass
    except (UsageError, CaseError) as error:
        screen.error(str(error))
    return "unchanged"


def _next_open(review: Review, picks: Mapping[str, Any]) -> tuple[int, QuoteLine] | None:
    """The first line that still needs a product, if this is a quotation."""
    if review.job != "quote":
        return None
    proposal = QuoteProposal.model_validate(review.proposal)
    numbers = (i for i in open_lines(proposal) if not any(path.startswith(f"lines[{i}].") for path in picks))
    return next(((i, proposal.lines[i]) for i in numbers), None)


def _picked(line: tuple[int, QuoteLine], key: int) -> dict[str, Any]:
    number, wanted = line
    if key == 0:
        return {f"lines[{number}].left_out": True}
    return {f"lines[{number}].sku": wanted.candidates[key - 1].sku}


def _pick_words(line: tuple[int, QuoteLine]) -> str:
    return _PICK.format(last=len(line[1].candidates), line=line[0])


def _plain(value: Any) -> Any:
    """YAML reads a bare date as a date and `1e3` as text; proposals hold plain JSON values."""
    if isinstance(value, dict):
        return {key: _plain(item) for key, item in cast("dict[str, Any]", value).items()}
    if isinstance(value, list):
        return [_plain(item) for item in cast("list[Any]", value)]
    return value.isoformat() if hasattr(value, "isoformat") else value
