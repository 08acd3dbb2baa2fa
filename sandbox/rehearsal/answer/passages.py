"""The sources taken apart: each passage into what it is from, and the statements that it makes."""

import re
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass

from jobs.answer.context import QUESTION, RECORD, WHICH_CUSTOMER
from jobs.claims.words import sentences

_RULE = re.compile(r"[\s|:+=-]+")
_MARKS = re.compile(r"\*\*|__|`|\[\^\w+\]:?")
_BULLET = re.compile(r"\s*(?:#+|[-*•–]|\(?\d{1,2}(?:\.\d{1,2})*[.)]|§ ?\d+(?:\.\d+)*\.?|\(?[a-z]\))\s+")
_BREAKS = re.compile(r"(?<=[.!?:;])\s+(?=§)|(?<=[.!?])\s+(?=\(\d{1,2}\)\s)")
"""Where a sentence ends besides: before the sign of a section."""
_OTHERS = (QUESTION, WHICH_CUSTOMER, "mail.")
_LONGEST = 900
"""Characters of a statement; what is longer is no sentence."""
_LABEL = 4
"""Words that a heading within the text has at most: `3. Hotels.`"""


@dataclass(frozen=True)
class Passage:
    """A snippet, or a record of the ERP."""

    source: str
    document: str
    title: str
    customer: str
    section: str
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
    label: str
    """What it stands under within the passage: a heading in the text, what introduces its list, column names."""
    before: str
    """The statement before it; empty for an item or a row: its neighbours are about something else."""


def passages_of(sources: Mapping[str, str]) -> list[Passage]:
    """In the order in which they were given: the best first."""
    return [_passage(id_, text) for id_, text in sources.items() if not id_.startswith(_OTHERS)]


def statements_of(passage: Passage) -> list[Statement]:
    return [one for one in _statements(passage) if one.text and len(one.quote) <= _LONGEST]


def plain(text: str) -> str:
    """Without Markdown's marks, on one line."""
    return " ".join(_BULLET.sub("", _MARKS.sub("", text), count=1).split())


def _passage(source: str, text: str) -> Passage:
    if source.startswith(RECORD):
        return Passage(source, source, source.removeprefix(RECORD), "", "", text)
    head, _, body = text.partition("\n\n")
    values = {name: value for name, _, value in (line.partition(": ") for line in head.splitlines())}
    return Passage(
        source=source,
        document=values.get("document", ""),
        title=values.get("title", ""),
        customer=values.get("contract of", ""),
        section=values.get("section", ""),
        body=body,
    )


def _statements(passage: Passage) -> Iterator[Statement]:
    before = ""
    for block, is_table in _blocks(passage.body):
        found = _rows(passage, block, before) if is_table else _sentences(passage, block, before)
        for one in found:
            before = one.text
            yield one


def _sentences(passage: Passage, block: str, before: str) -> Iterator[Statement]:
    label, lead, numbered = "", "", False
    for quote in _split(block):
        text = plain(quote)
        if not re.search(r"\w", text) or re.fullmatch(r"[\d.() §]+", text):
            numbered = True
            continue
        item = numbered or bool(_BULLET.match(quote))
        numbered = False
        if item and len(text.split()) <= _LABEL and text.endswith(".") and not re.search(r"\d", text):
            label = text.rstrip(".")
            continue
        quote = _BULLET.sub("", quote, count=1) if item else quote
        above = "\n".join(filter(None, (label, lead if item else "")))
        yield Statement(passage, quote, text, above, "" if item else before)
        if text.endswith(":"):
            lead = text
        elif not item:
            lead = ""
        before = text


def _split(block: str) -> Iterator[str]:
    for sentence in sentences(block):
        start = 0
        for cut in _BREAKS.finditer(sentence.text):
            yield sentence.text[start : cut.start()].strip()
            start = cut.end()
        yield sentence.text[start:].strip()


def _blocks(body: str) -> Iterator[tuple[str, bool]]:
    """Runs of table rows, and what stands between them."""
    run: list[str] = []
    table = False
    for line in body.splitlines(keepends=True):
        row = "|" in line
        if run and row != table:
            yield "".join(run), table
            run = []
        table = row
        run.append(line)
    if run:
        yield "".join(run), table


def _rows(passage: Passage, block: str, before: str) -> Iterator[Statement]:
    rows = [line.strip() for line in block.splitlines() if line.strip() and not _RULE.fullmatch(line)]
    header: Sequence[str] = _cells(rows[0]) if len(rows) > 1 else ()
    for row in rows[1:] if header else rows:
        cells = _cells(row)
        named = len(cells) == len(header)
        shown = [_cell(*pair) for pair in zip(header, cells, strict=True)] if named else cells
        text = "; ".join(cell for cell in shown if cell)
        yield Statement(passage, row, plain(text), "\n".join((*header, before)), "")


def _cell(name: str, value: str) -> str:
    return f"{name}: {value}" if name and value else value


def _cells(row: str) -> Sequence[str]:
    return [cell.strip() for cell in row.strip().strip("|").split("|")]
