"""What kind of document a title says it is."""

import re

from sandbox.rehearsal.invoice.vocabulary import cue, titles

INVOICE, SELF_BILLED, CORRECTED = "380", "389", "384"
LONGEST = 100
"""Characters of a title."""
_REMARK = 4
"""Words behind it."""


def titled(folded: str) -> str | None:
    """The UNTDID 1001 code of the document that a title names: no sentence; a number, a date, a label may follow."""
    if len(folded) > LONGEST or (folded.endswith(".") and len(folded.split()) > _REMARK):
        return None
    for code, names in titles().items():
        if (match := names.match(folded)) and len(re.findall(r"[^\W\d]{3,}", folded[match.end() :])) <= _REMARK:
            return code
    return INVOICE if cue("invoice").match(folded) else None
