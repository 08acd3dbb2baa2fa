"""A recommended step on the screen: what to do, who by when, why, and what else there would be."""

from rich.console import Group, RenderableType
from rich.table import Table
from rich.text import Text

from jobs.next_action.schema import NextStep
from jobs.review import Review


def advice(review: Review) -> RenderableType:
    step = NextStep.model_validate(review.proposal)
    head = Text.assemble((step.deal or "no deal", "bold"), f"  {step.customer}", style="")
    if not step.summary:
        return Group(head, Text(f"Nothing to do: {step.declined}", "yellow"))
    table = Table(box=None, show_header=False, pad_edge=False)
    table.add_column(style="cyan", no_wrap=True)
    table.add_column(overflow="fold")
    rows = {
        "action": step.action,
        "summary": step.summary,
        "kind": step.kind or "nothing to do now",
        "due": f"{step.due:%a %Y-%m-%d}" if step.due else "–",
        "owner": step.owner or "nobody",
        "why": step.why,
    }
    for name, value in rows.items():
        table.add_row(name, Text(value))
    evidence = Table(box=None, show_header=False, pad_edge=False)
    evidence.add_column(style="dim", no_wrap=True)
    evidence.add_column(overflow="fold")
    for reason in step.reasons:
        evidence.add_row(reason.source, Text(reason.words))
    others = Text(f"also admissible: {', '.join(step.others) or 'nothing'}  (`edit ID --set action=...`)", "dim")
    return Group(head, Text(), table, Text(), evidence, Text(), others)
