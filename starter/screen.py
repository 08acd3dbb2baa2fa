"""What people read in the terminal: the inbox, a proposal with its evidence, a case's whole story."""

from collections.abc import Callable, Mapping, Sequence
from datetime import UTC, datetime
from typing import Any, cast

from rich.console import Console, Group, RenderableType
from rich.markup import escape
from rich.padding import Padding
from rich.panel import Panel
from rich.table import Table
from rich.text import Text

from jobs.core import Check, Source, Status
from jobs.crm import AttachFile, GiveAnswer, Write
from jobs.deals import CreateActivity, PostNote, UpdateDeal
from jobs.edits import Change
from jobs.erp import CreateQuotation, SaveDraft
from jobs.purchasing import CreateBill
from jobs.review import Review
from ledger.store import CaseFile
from ledger.tables import CaseRow, DecisionRow
from starter.advice import advice
from starter.answer import answer, shown_sources
from starter.invoice import exceptions, invoice
from starter.quotation import quotation
from starter.recap import recap

console = Console(highlight=False)
errors = Console(stderr=True, highlight=False)

_MARKS = {
    Status.PASS: Text("✓", "green"),
    Status.WARN: Text("!", "bold yellow"),
    Status.FAIL: Text("✗", "bold red"),
}
_WIDTH = 60
_SOURCE_LINES = 60
"""Of one text that are shown of an invoice or a call: these run to thousands."""
_PRIORITY = {"high": "bold red", "normal": "", "low": "dim"}


_FIELDS: Mapping[str, Callable[[Review], RenderableType]] = {
    "quote": quotation,
    "invoice": invoice,
    "answer": answer,
    "recap": recap,
    "next_action": advice,
}


def age(since: datetime) -> str:
    """How long ago, in the largest unit that fits."""
    seconds = int((datetime.now(UTC) - since).total_seconds())
    for unit, length in (("d", 86400), ("h", 3600), ("min", 60)):
        if seconds >= length:
            return f"{seconds // length} {unit}"
    return f"{max(seconds, 0)} s"


def short(case_id: str) -> str:
    """The id without the job and as short as is still unlikely to repeat."""
    name, _, rest = case_id.partition("-")
    digest, _, part = rest.partition("-")
    return f"{digest[:8]}{'-' + part if part else ''}" if rest else name


def inbox(cases: Sequence[CaseRow]) -> RenderableType:
    if not cases:
        return Text("Nothing waits for you.", "green")
    amounts = any(case.amount is not None for case in cases)
    jobs = len({case.job for case in cases}) > 1
    table = Table(box=None, pad_edge=False, header_style="dim", expand=True)
    for heading in ("case", "age", *(["job"] if jobs else []), "kind", "prio", *(["amount"] if amounts else [])):
        table.add_column(heading, no_wrap=True)
    for heading, ratio in (("customer", 3), ("subject", 4), ("doubtful", 2)):
        table.add_column(heading, no_wrap=True, ratio=ratio)
    for case in cases:
        amount = "" if case.amount is None else f"{case.amount:,.2f} {case.currency}"
        table.add_row(
            Text(short(case.id), "cyan"),
            age(case.opened_at),
            *([case.job] if jobs else []),
            case.kind,
            Text(case.priority, _PRIORITY.get(case.priority, "")),
            *([amount] if amounts else []),
            Text(case.customer or "?"),
            Text(case.title),
            Text(case.doubtful, "yellow"),
        )
    return table


def proposal(case: CaseFile, review: Review, sources: Sequence[Source]) -> RenderableType:
    """Everything an approver needs: the fields with the words that bear them out, the checks, the writes, the mail."""
    row = case.case
    head = Text.assemble(
        (short(row.id), "bold cyan"),
        f"  {row.job}  {age(row.opened_at)} old  release {row.mode}  proposal {review.version} ",
        (review.digest[:12], "dim"),
    )
    parts: list[RenderableType] = [head]
    if review.by_hand:
        parts.append(Text("No model proposed this: it is a form for you to fill in.", "yellow"))
    else:
        parts.append(Text(f"proposed by {review.proposed_by}", "dim"))
    fields = _FIELDS.get(review.job, _fields)(review)
    checks = exceptions(review.checks) if review.job == "invoice" else _checks(review.checks)
    parts += [Text(), fields, Text(), checks, Text(), _plan(review)]
    parts += [_letter(write) for write in review.plan if isinstance(write, SaveDraft)]
    shown = list(shown_sources(review, sources)) if review.job == "answer" else sources
    return Group(*parts, Text(), mail(shown, most=_SOURCE_LINES if review.job in ("invoice", "recap") else None))


def mail(sources: Sequence[Source], most: int | None = None) -> RenderableType:
    """The texts, each with so many lines at most."""
    titles = {
        "mail.header": "mail",
        "mail.new_text": "new text",
        "mail.thread": "thread",
        "mail.signature": "signature",
    }
    blocks = [
        Panel(
            Text(_cut(source.text.strip(), most)),
            title=titles.get(source.id, source.id),
            title_align="left",
            border_style="dim",
        )
        for source in sources
    ]
    return Group(*blocks)


def _cut(text: str, most: int | None) -> str:
    lines = text.splitlines()
    if most is None or len(lines) <= most:
        return text
    return "\n".join([*lines[:most], f"… {len(lines) - most} more lines; the file itself is attached to the record"])


def story(case: CaseFile) -> RenderableType:
    """The case from mail to record, in the order in which it happened."""
    row = case.case
    received = f"received {row.input_media_type}, {row.input_size:,} bytes, blob {row.input_sha256[:12]}"
    lines = [(row.opened_at, f"{received}; release {row.mode} (version {row.release})")]
    if row.parent:
        lines.append((row.opened_at, f"split off from {row.parent}, where the model was asked"))
    for call in case.calls:
        cost = f", {call.cost} {call.currency}" if call.cost is not None else ""
        tokens = f"{call.tokens_in or 0} + {call.tokens_out or 0} tokens"
        why = f": {call.error}" if call.error else ""
        words = f"{call.model} at {call.endpoint}: {call.outcome}, {tokens}, {call.seconds:.2f} s{cost}{why}"
        lines.append((call.at, f"{words} (prompt {call.prompt_version})"))
    for item in case.proposals:
        review = Review.model_validate(item.review)
        doubtful = ", ".join(review.doubtful) or "nothing doubtful"
        lines.append((item.at, f"proposal {item.version} ({item.digest[:12]}): {doubtful} → {item.route}"))
    lines += [(decision.at, _decision(decision)) for decision in case.decisions]
    for write in case.writes:
        found = " (stood there already)" if write.found else ""
        lines.append((write.at, f"{write.write}: {write.model} {write.vendor_id}{found} {write.url}"))
    for part in case.parts:
        lines.append((part.opened_at, f"part {part.id}: {part.kind or 'no kind'}, {part.outcome or part.stage}"))
    if row.closed_at:
        lines.append((row.closed_at, f"closed: {row.outcome}"))
    table = Table(box=None, show_header=False, pad_edge=False)
    table.add_column(style="dim", no_wrap=True)
    table.add_column(overflow="fold")
    for at, words in sorted(lines, key=lambda line: line[0]):
        table.add_row(f"{at:%Y-%m-%d %H:%M:%S}", Text(words))
    title = Text.assemble((row.id, "bold cyan"), f"  {row.title}  {row.sender}")
    return Group(title, table)


def differences(changes: Sequence[Change | Mapping[str, Any]]) -> RenderableType:
    table = Table(box=None, show_header=False, pad_edge=False)
    for item in changes:
        change = item if isinstance(item, Change) else Change.model_validate(item)
        old, new = (_short(value) for value in (change.old, change.new))
        table.add_row(f"  {change.path}", Text(old, "red"), "→", Text(new, "green"))
    return table


def _short(value: Any) -> str:
    """A value in a line: an amount as people write it, a long text by its beginning, a list by its length."""
    if isinstance(value, dict):
        section = cast("dict[str, Any]", value)
        return f"{section['amount']} {section['currency']}" if "amount" in section else f"{len(section)} fields"
    if isinstance(value, list):
        items = cast("list[Any]", value)
        return f"{len(items)} entries" if any(isinstance(item, dict) for item in items) else ", ".join(map(str, items))
    line, *more = _value(value).splitlines() or [""]
    return f"{line[:_WIDTH]}…" if more or len(line) > _WIDTH else line


def _decision(decision: DecisionRow) -> str:
    reason = f", reason: {decision.reason}" if decision.reason else ""
    edits = "; ".join(f"{c['path']}: {_short(c['old'])} → {_short(c['new'])}" for c in decision.changes)
    return f"{decision.approver} {decision.verdict}: {decision.words}{reason}{' [' + edits + ']' if edits else ''}"


def _fields(review: Review) -> RenderableType:
    quotes = {item.field: item for item in review.evidence}
    table = Table(box=None, pad_edge=False, header_style="dim")
    table.add_column("field", style="cyan", no_wrap=True)
    table.add_column("value", overflow="fold", ratio=3)
    table.add_column("the words that say so", overflow="fold", ratio=2, style="dim")
    for path, value in _leaves(review.proposal, ""):
        quote = quotes.get(path)
        shown = Text("–", "dim") if value is None else Text(_value(value))
        table.add_row(path, shown, Text(f"“{quote.quote}” ({quote.source})") if quote else "")
    return table


def _letter(draft: SaveDraft) -> RenderableType:
    return Panel(Text(draft.text.strip()), title=f"mail to {', '.join(draft.to)}", title_align="left")


def _leaves(node: Any, path: str) -> list[tuple[str, Any]]:
    if isinstance(node, dict):
        items = cast("dict[str, Any]", node).items()
        return [leaf for key, value in items for leaf in _leaves(value, f"{path}.{key}" if path else key)]
    if isinstance(node, list) and node:
        values = cast("list[Any]", node)
        return [leaf for i, value in enumerate(values) for leaf in _leaves(value, f"{path}[{i}]")]
    return [(path, None if node == [] else node)]


def _checks(checks: Sequence[Check]) -> RenderableType:
    table = Table(box=None, show_header=False, pad_edge=False)
    table.add_column(no_wrap=True)
    table.add_column(style="bold", no_wrap=True)
    table.add_column(overflow="fold")
    for check in sorted(checks, key=lambda check: check.status is Status.PASS):
        where = f"{check.field}: " if check.field else ""
        table.add_row(_MARKS[check.status], check.name, Text(f"{where}{check.message}"))
    return table


def _plan(review: Review) -> RenderableType:
    if not review.plan:
        return Text("Approving closes the case; nothing is written.", "bold")
    lines: list[RenderableType] = [Text("Approving writes:", "bold")]
    for write in review.plan:
        lines.append(Padding(Text(_write(write)), (0, 0, 0, 2)))
    return Group(*lines)


def _write(write: Write) -> str:
    if isinstance(write, AttachFile):
        return f"the original, attached as {write.name}"
    if isinstance(write, CreateQuotation):
        total = f"{write.total:,.2f} {write.currency}"
        return f"a draft quotation for customer #{write.customer_id}: {len(write.lines)} lines, {total} with tax"
    if isinstance(write, SaveDraft):
        return f"a draft mail to {', '.join(write.to)}: “{write.subject}”"
    if isinstance(write, CreateBill):
        orders = f", on {', '.join(write.order_numbers)}" if write.order_numbers else ""
        due = f", due {write.due_date}" if write.due_date else ""
        lines = "1 line" if len(write.lines) == 1 else f"{len(write.lines)} lines"
        total = f"{lines}, {write.gross:,.2f} {write.currency}"
        kind = write.kind.replace("_", " ")
        return f"a draft {kind} {write.number} of vendor #{write.vendor_id}: {total}{due}{orders}"
    if isinstance(write, GiveAnswer):
        return f"the answer, handed to {write.asker}"
    if isinstance(write, PostNote):
        return f"a note on deal #{write.deal_id}"
    if isinstance(write, CreateActivity):
        whose = write.owner or "its owner"
        return f"a {write.kind} on deal #{write.deal_id} for {whose}, due {write.due}: “{write.summary}”"
    if isinstance(write, UpdateDeal):
        changes = "; ".join(f"{one.field}: {one.old or '–'} → {one.new}" for one in write.changes)
        return f"fields of deal #{write.deal_id}: {changes}"
    team = f"team {write.team or '–'}, owner {write.owner or '–'}"
    customer = f"customer #{write.customer_id}" if write.customer_id else "no customer yet"
    return (
        f"a {write.kind} “{write.title}” ({team}, priority {write.priority}, {customer}, tags {', '.join(write.tags)})"
    )


def _value(value: Any) -> str:
    if value is True or value is False:
        return "yes" if value else "no"
    if isinstance(value, float):
        return f"{value:g}"
    return "–" if value is None else str(value)


def error(words: str) -> None:
    errors.print(f"[bold red]countersign:[/] {escape(words)}")
