"""One draft of several: what a model was asked for piece by piece."""

import re
from collections.abc import Sequence
from typing import Any

from jobs.core import Draft, Evidence

_LINE = re.compile(r"lines\[(\d+)\](.*)")


def join_lines(drafts: Sequence[Draft[Any]]) -> tuple[list[Any], list[Evidence]]:
    """The lines of all drafts, in order, and the evidence for them under their new numbers."""
    lines: list[Any] = []
    evidence: list[Evidence] = []
    for draft in drafts:
        for item in draft.evidence:
            if line := _LINE.fullmatch(item.field):
                field = f"lines[{int(line[1]) + len(lines)}]{line[2]}"
                evidence.append(item.model_copy(update={"field": field}))
        lines += draft.proposal.lines
    return lines, evidence
