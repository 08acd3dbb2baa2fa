"""Web forms: `Naam: ...` lines, and the message among them."""

import re
from collections.abc import Mapping

from sandbox.rehearsal.inquiry.headers import EMAIL, Passage
from sandbox.rehearsal.inquiry.words import fold, shared, shared_cues

LABEL = re.compile(r"^[\s*>]*(?P<label>[^\W\d][^:\n]{0,40}?)[\s*]*(?::|\s=)[*\s]*(?P<value>.*?)[\s*]*$")
_IDENTITY = ("name", "first_name", "last_name", "company", "email", "phone")
_FIELDS = (*_IDENTITY, "message", "subject")
_FOOTER = re.compile(r"\s*(?:[-_=*]{2,}\s*$|user.?agent|sent from|verzonden via)", re.I)


def form_fields(passage: Passage) -> dict[str, Passage]:
    """The fields of a web form by their meaning; empty when the text is no form."""
    fields: dict[str, Passage] = {}
    lines = passage.text.splitlines()
    for index, line in enumerate(lines):
        match = LABEL.match(line)
        if not match:
            continue
        name = _meaning(match["label"], _FIELDS)
        below = lines[index + 1].strip() if index + 1 < len(lines) and not LABEL.match(lines[index + 1]) else ""
        value = match["value"] or below
        address = EMAIL.search(value)
        if address and fold(match["label"].strip()) in shared("form_sender"):
            fields.setdefault("email", Passage(passage.source, address.group()))
            name, value = "name", value[: address.start()].strip(' <(["')
        if name and value:
            fields.setdefault(name, Passage(passage.source, value))
    return fields if len(fields.keys() & set(_IDENTITY)) >= 2 and len(fields) >= 3 else {}


def form_message(passage: Passage, fields: Mapping[str, Passage]) -> Passage | None:
    """The form's message with what follows it, up to the technical footer."""
    if "message" not in fields:
        return None
    lines = passage.text[passage.text.find(fields["message"].text) :].splitlines(keepends=True)
    footer = (i for i, line in enumerate(lines) if _FOOTER.match(line) or _is_field(line, ("technical",)))
    return Passage(passage.source, "".join(x for x in lines[: next(footer, len(lines))] if not _is_field(x, _IDENTITY)))


def _is_field(line: str, names: tuple[str, ...]) -> bool:
    match = LABEL.match(line.rstrip("\n"))
    return bool(match and _meaning(match["label"], names))


def _meaning(label: str, names: tuple[str, ...]) -> str | None:
    folded = fold(label.strip(" *-•"))
    return next((name for name in names if shared_cues(f"form_{name}").fullmatch(folded)), None)
