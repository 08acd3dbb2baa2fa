"""A long invoice is given to the model in pieces, and their answers are joined again."""

from collections.abc import Iterator, Sequence
from typing import Any

from jobs.core import Draft, Evidence, Source
from jobs.invoice.schema import InvoiceRead
from jobs.joining import join_lines

_PIECE = 150
"""Lines of text that a model is given at a time, if they are on several pages: more would not fit into one answer."""
_MOST = 3000
"""Lines of text that are read at all."""
_AT_THE_END = (
    *("net_total", "tax_total", "gross_total", "prepaid_amount", "payable_amount", "tax_breakdown"),
    *("allowances_charges", "payment_terms", "iban"),
)
"""What stands below the lines; everything else stands above them."""


def pieces(sources: Sequence[Source]) -> list[Sequence[Source]]:
    """The pages in groups, each with the head of the mail. Raises ValueError for more than is read at all."""
    count = sum(source.text.count("\n") + 1 for source in sources)
    if count > _MOST:
        raise ValueError(f"the document is too long to be read ({count} lines of text; {_MOST} at most)")
    pages = [source for source in sources if ", page " in source.id]
    others = [source for source in sources if source not in pages]
    return [[*others, *group] for group in _groups(pages)] or [others]


def join(drafts: Sequence[Draft[Any]]) -> Draft[Any]:
    """The lines of all; of the other fields what the first piece says, or the last one for what stands at the end."""
    lines, evidence = join_lines(drafts)
    values: dict[str, Any] = {"lines": lines}
    for name in InvoiceRead.model_fields:
        if name != "lines":
            order = reversed(drafts) if name in _AT_THE_END else drafts
            chosen = next((draft for draft in order if getattr(draft.proposal, name)), drafts[0])
            values[name] = getattr(chosen.proposal, name)
            evidence += _evidence(chosen, name)
    return Draft(proposal=drafts[0].proposal.model_copy(update=values), evidence=evidence)


def _groups(pages: Sequence[Source]) -> Iterator[list[Source]]:
    group: list[Source] = []
    length = 0
    for page in pages:
        lines = page.text.count("\n") + 1
        if group and length + lines > _PIECE:
            yield group
            group, length = [], 0
        group.append(page)
        length += lines
    if group:
        yield group


def _evidence(draft: Draft[Any], name: str) -> list[Evidence]:
    return [item for item in draft.evidence if item.field == name or item.field.startswith((f"{name}[", f"{name}."))]
