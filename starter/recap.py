"""A recap on the screen: what was said, by whom and when, what was promised, and old values beside the new ones."""

from rich.console import Group, RenderableType
from rich.table import Table
from rich.text import Text

from jobs.deals import UpdateDeal
from jobs.recap.schema import RecapProposal, Said
from jobs.review import Review

_FIELDS = ("need", "budget", "authority", "timeline", "competitor", "next_meeting", "stage_suggestion")


def recap(review: Review) -> RenderableType:
    proposal = RecapProposal.model_validate(review.proposal)
    parts: list[RenderableType] = [_head(proposal), Text(), Text(proposal.summary or "no summary"), Text()]
    parts += [_fields(proposal), Text(), _steps(proposal)]
    updates = [write for write in review.plan if isinstance(write, UpdateDeal)]
    return Group(*parts, *(_changes(update) for update in updates))


def _head(proposal: RecapProposal) -> RenderableType:
    if proposal.deal_id is None:
        return Text("no deal: see the checks below", "bold red")
    who = f" of {proposal.customer}" if proposal.customer else ""
    return Text.assemble(
        (proposal.deal or "?", "bold"),
        f"{who} (deal_id {proposal.deal_id}): {proposal.why_this_deal}",
        "\n",
        (f"call of {proposal.call_date}", "dim"),
    )


def _fields(proposal: RecapProposal) -> RenderableType:
    table = Table(box=None, pad_edge=False, header_style="dim", expand=True)
    table.add_column("field", style="cyan", no_wrap=True)
    table.add_column("value", overflow="fold", ratio=3)
    table.add_column("who says so", overflow="fold", ratio=3, style="dim")
    for name in _FIELDS:
        value = getattr(proposal, name)
        table.add_row(name, _value(proposal, name) if value else Text("–", "dim"), _said(proposal, name))
    for name in ("decisions", "objections"):
        for number, text in enumerate(getattr(proposal, name)):
            table.add_row(f"{name}[{number}]", Text(text), _said(proposal, f"{name}[{number}]"))
    return table


def _value(proposal: RecapProposal, name: str) -> Text:
    if name == "budget" and proposal.budget:
        return Text(f"{proposal.budget.amount:,f} {proposal.budget.currency or ''}".strip())
    return Text(str(getattr(proposal, name)))


def _steps(proposal: RecapProposal) -> RenderableType:
    if not proposal.next_steps:
        return Text("nobody has promised anything", "dim")
    table = Table(box=None, pad_edge=False, header_style="dim", expand=True)
    table.add_column("#", justify="right", no_wrap=True)
    table.add_column("who", style="cyan", no_wrap=True)
    table.add_column("next step", overflow="fold", ratio=3)
    table.add_column("due", no_wrap=True)
    table.add_column("who says so", overflow="fold", ratio=3, style="dim")
    for number, step in enumerate(proposal.next_steps):
        said = _said(proposal, f"next_steps[{number}]")
        table.add_row(str(number), step.owner or "?", Text(step.what), step.due or "–", said)
    return table


def _changes(update: UpdateDeal) -> RenderableType:
    table = Table(box=None, show_header=False, pad_edge=False)
    for change in update.changes:
        table.add_row(f"  {change.field}", Text(change.old or "–", "red"), "→", Text(change.new, "green"))
    return Group(Text(), Text(f"deal #{update.deal_id}", "bold"), table)


def _said(proposal: RecapProposal, field: str) -> Text:
    return Text("\n".join(_words(said) for said in proposal.said if said.field == field))


def _words(said: Said) -> str:
    return " ".join(filter(None, (said.speaker, said.time, f"“{said.words}”")))
