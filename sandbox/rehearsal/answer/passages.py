"""The sources taken apart: each passage into what it is from, and the statements that it makes."""

import re
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass

from jobs.answer.context import QUESTION, RECORD, WHICH_CUSTOMER
from jobs.claims.words import sentences

_CELLS = re.compile(r"\s*\|\s*")
_RULE = re.compile(r"[\s|:+=-]+")
_MARKS = re.compile(r"\*\*|__|`|^#+\s+|^\s*(?:[-*•]|\d{1,2}[.)])\s+|\[\^\w+\]:?", re.MULTILINE)
_OTHERS = (QUESTION, WHICH_CUSTOMER, "mail.")
_LONGEST = 900
"""Characters of a statement; what is longer is no sentence."""


@dataclass(frozen=True)
class Passage:
    """A snippet, or a record of the ERP."""

    source: str
    document: str
    title: str
    customer: str
    section: str
    valid_from: str
    body: str

    @property
    def headings(self) -> str:
        return "\n".join(part for part in (self.title, self.customer, self.section) if part)


@dataclass(frozen=True)
class Statement:
    """One sentence, list item or table row."""

    passage: Passage
    quote: str
    """As it stands in the passage."""
    text: str
    """Without markup; a table row with the names of its columns."""
    around: str
    """What it hangs on: the sentence before it, what introduces its list."""


def passages_of(sources: Mapping[str, str]) -> list[Passage]:
    """In the order in which they were given: the best first."""
    return [_passage(id_, text) for id_, text in sources.items() if not id_.startswith(_OTHERS)]


def statements_of(passage: Passage) -> list[Statement]:
    return [one for one in _statements(passage) if one.text and len(one.quote) <= _LONGEST]


def plain(text: str) -> str:
    """Without Markdown's marks, on one line."""
    return " ".join(_MARKS.sub("", text).split())


def _passage(source: str, text: str) -> Passage:
    if source.startswith(RECORD):
        return Passage(source, source, "", "", "", "", text)
    head, _, body = text.partition("\n\n")
    values = {name: value for name, _, value in (line.partition(": ") for line in head.splitlines())}
    return Passage(
        source=source,
        document=values.get("document", ""),
        title=values.get("title", ""),
        customer=values.get("contract of", ""),
        section=values.get("section", ""),
        valid_from=values.get("valid from", ""),
        body=body,
    )


def _statements(passage: Passage) -> Iterator[Statement]:
    before = ""
    for block, is_table in _blocks(passage.body):
        if is_table:
            yield from _rows(passage, block, before)
            continue
        lead = ""
        for sentence in sentences(block):
            quote = sentence.text.strip()
            text = plain(quote)
            item = bool(re.match(r"\s*(?:[-*•]|\d{1,2}[.)])\s", quote))
            yield Statement(passage, quote, text, "\n".join(filter(None, (lead if item else "", before))))
            if text.endswith(":"):
                lead = text
            before = text


def _blocks(body: str) -> Iterator[tuple[str, bool]]:
    """Runs of table rows, and what stands between them."""
    run: list[str] = []
    table = False
    for line in body.splitlines(keepends=True):
        row = line.count("|") >= 1 and bool(_CELLS.search(line.strip()))
        if run and row != table:
            yield "".join(run), table
            run = []
        table = row
        run.append(line)
    if run:
        yield "".join(run), table


def _rows(passage: Passage, block: str, before: str) -> Iterator[Statement]:
    rows = [line.strip() for line in block.splitlines() if line.strip() and not _RULE.fullmatch(line)]
    if not rows:
        return
    header = _cells(rows[0])
    for row in rows[1:] if len(rows) > 1 else rows:
        cells = _cells(row)
        named = len(rows) > 1 and len(cells) == len(header)
        text = (
            "; ".join(_cell(name, value) for name, value in zip(header, cells, strict=True))
            if named
            else " – ".join(cells)
        )
        yield Statement(passage, row, plain(text), "\n".join((*header, before)) if named else before)


def _cell(name: str, value: str) -> str:
    return f"{name}: {value}" if name and value else value


def _cells(row: str) -> Sequence[str]:
    return [cell.strip() for cell in row.strip().strip("|").split("|")]
