"""A long order list is given to the model in pieces, and their answers are joined again."""

from collections.abc import Sequence
from typing import Any

from jobs.core import Draft, Source
from jobs.joining import join_lines

_PIECE = 100
"""Lines of text that a model is given at a time: more would not fit into one answer."""
_MOST = 1500
"""Lines of text that are read at all."""
_CUT = "[cut here: "


def pieces(sources: Sequence[Source]) -> list[Sequence[Source]]:
    """The first piece holds every source, long ones cut; each further piece the head of the mail and the next part of
    one long source. Raises ValueError for more than is read at all."""
    lines = {source.id: source.text.splitlines() for source in sources}
    count = sum(map(len, lines.values()))
    if count > _MOST or any(_CUT in source.text for source in sources):
        raise ValueError(
            f"the request is too long to be read as one ({count} lines are shown; {_MOST} at most): split it into "
            "several requests, or import the list into the ERP"
        )
    heads = [source for source in sources if source.id == "mail.header"]
    first = [Source(id=source.id, text="\n".join(lines[source.id][:_PIECE])) for source in sources]
    return [
        first,
        *(
            [*heads, Source(id=source.id, text="\n".join([*_heading(rows), *rows[start : start + _PIECE]]))]
            for source in sources
            for rows in [lines[source.id]]
            for start in range(_PIECE, len(rows), _PIECE)
        ),
    ]


def join(drafts: Sequence[Draft[Any]]) -> Draft[Any]:
    """The first draft, with the lines of all and the evidence for them."""
    lines, evidence = join_lines(drafts)
    head = [item for item in drafts[0].evidence if not item.field.startswith("lines[")]
    return Draft(proposal=drafts[0].proposal.model_copy(update={"lines": lines}), evidence=[*head, *evidence])


def _heading(rows: Sequence[str]) -> list[str]:
    """The heading of a table, which says what its columns are: its first row, if there are no figures in it."""
    table = next((row for row in rows if " | " in row), "")
    return [table] if table and not any(letter.isdigit() for letter in table) else []
