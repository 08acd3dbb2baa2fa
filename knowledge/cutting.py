"""A document's text cut into passages that can be found, given to a model and cited, each with its headings and page.

No sentence, item of a list or row of a table is cut through; a table's head and what leads in to it are repeated."""

import re
from collections import Counter
from collections.abc import Iterator, Sequence
from dataclasses import dataclass, field

_LEAST, _MOST = 60, 160
"""Words: shorter neighbours in one section are put together, longer ones cut. The embedding sees about 190 words."""
_LEAD_IN = 40
"""Words of what leads in to a list or table that are repeated with each of its pieces."""
_ROW_WORDS = 20
"""A row of a table with more words in one cell is running text set in columns."""


@dataclass(frozen=True)
class Passage:
    headings: tuple[str, ...]
    page: int | None
    text: str


@dataclass
class _Block:
    """A paragraph, a list or a table: pieces that are not cut through."""

    page: int | None
    pieces: list[str] = field(default_factory=list[str])
    kind: str = "text"
    """`text`, `list` or `table`."""
    lead_in: str = ""
    """Repeated in front of what is cut off."""

    @property
    def words(self) -> int:
        return _count(self.lead_in) + sum(map(_count, self.pieces))

    @property
    def text(self) -> str:
        joined = (" " if self.kind == "text" else "\n").join(self.pieces)
        return f"{self.lead_in}\n{joined}" if self.lead_in else joined


def cut(text: str, pages: Sequence[str] = (), *, wrapped: bool = True) -> list[Passage]:
    """`pages` are the text's, where it has any. `wrapped`: a paragraph may go over several lines."""
    lines = list(_numbered(text, pages))
    passages: list[Passage] = []
    for headings, section in _sections(lines):
        blocks = _with_lead_ins(list(_blocks(section, wrapped)))
        passages += [Passage(headings, block.page, block.text) for block in _packed(blocks)]
    return [passage for passage in passages if re.search(r"\w", passage.text)]


_Line = tuple[str, int | None]


def _numbered(text: str, pages: Sequence[str]) -> Iterator[_Line]:
    if not pages:
        yield from ((line.rstrip(), None) for line in text.split("\n"))
        return
    running = _running(pages)
    for number, page in enumerate(pages, 1):
        yield from ((line, number) for line in page.split("\n") if _sameness(line) not in running)


def _running(pages: Sequence[str]) -> set[str]:
    """Lines at the top and foot of most pages: letterheads, page numbers."""
    edges = Counter(
        same for page in pages for same in {_sameness(line) for line in _edges([*filter(str.strip, page.split("\n"))])}
    )
    often = max(2, round(len(pages) * 0.6))
    return {line for line, count in edges.items() if count >= often and len(pages) > 1}


def _edges(lines: list[str]) -> list[str]:
    return [*lines[:3], *lines[-3:]]


def _sameness(line: str) -> str:
    """Pages' numbers differ, and are the same for that."""
    same = " ".join(line.split()).lower()
    return re.sub(r"\d+", "0", same) if _PAGE_NUMBER.search(same) else same


_PAGE_NUMBER = re.compile(r"\b(?:page|pagina|blz|seite|p)\b\.?\s*\d|^\W*\d+\W*$|\d+\s*/\s*\d+\s*$")


def _sections(lines: Sequence[_Line]) -> Iterator[tuple[tuple[str, ...], list[_Line]]]:
    """Runs of lines with the headings above them."""
    path: list[tuple[int, str]] = []
    section: list[_Line] = []
    fenced = False
    for at, (line, page) in enumerate(lines):
        fenced ^= line.lstrip().startswith("```")
        level, heading = (0, "") if fenced else _heading(lines, at)
        if not level:
            section.append((line, page))
            continue
        if section:
            yield tuple(words for _, words in path), section
        section = []
        path = [(above, words) for above, words in path if above < level]
        path.append((level, heading))
    yield tuple(words for _, words in path), section


_NUMBERED = re.compile(
    r"(?:(?:article|artikel|art\.|section|clause|chapter|hoofdstuk|kapitel|abschnitt|chapitre|§)\s*)?"
    r"(\d{1,2}(?:\.\d{1,2}){0,3})[.):]?\s+[–-]?\s*[A-ZÀ-Þ“\"][^|]{1,80}$|§\s*\d+\b.{0,80}$",
    re.I,
)


def _heading(lines: Sequence[_Line], at: int) -> tuple[int, str]:
    """Level and words of a heading; 0 where the line is none."""
    line = lines[at][0].strip()
    if marked := re.match(r"(#{1,6})\s+(.*?)\s*#*$", line):
        return len(marked[1]), plain(marked[2])
    if sheet := re.fullmatch(r"\[sheet (.+)\]", line):
        return 1, sheet[1]
    if not line or len(line) > 90 or " | " in line or line.startswith("|"):
        return 0, ""
    below = lines[at + 1][0].strip() if at + 1 < len(lines) else ""
    alone = (at == 0 or not lines[at - 1][0].strip()) and not below
    if re.fullmatch(r"=+|-{3,}", below) and len(below) >= 3 and re.search(r"\w", line) and not line.startswith("-"):
        return (1 if below[0] == "=" else 2), plain(line)
    if bold := re.fullmatch(r"\*\*([^*]+?):?\*\*:?", line):
        return (6, bold[1]) if alone or below else (0, "")
    if line.endswith((".", ",", ";", ":")) or line.startswith(("-", "*", "•", ">")):
        return 0, ""
    if numbered := _NUMBERED.match(line):
        number = numbered[1] or ""
        # An item of a numbered list has others right beside it.
        level = 2 + number.count(".")
        neighbours = [lines[near][0].strip() for near in (at - 1, at + 1) if 0 <= near < len(lines)]
        listed = any(re.match(r"\d{1,2}[.)]\s", near) for near in neighbours)
        verbose = bool(re.search(r"[.!?]\s", line[len(number) + 2 :])) or len(line.split()) > 9
        return (0, "") if verbose or (listed and not alone) else (level, line)
    letters = re.sub(r"[^A-Za-zÀ-ÿ]", "", line)
    if len(letters) > 3 and line == line.upper() and len(line.split()) <= 8:
        return 2, line
    return 0, ""


_ITEM = re.compile(r"\s*(?:[-*•·–▪‣◦]|\(?\d{1,2}[.)]|\(?[a-z][.)]|\(?[ivx]{1,4}[.)])\s+\S")
_RULE = re.compile(r"\s*\|?\s*:?-{2,}:?\s*(?:\|\s*:?-{2,}:?\s*)*\|?\s*$|\s*[=_*-]{3,}\s*$")


def _blocks(section: Sequence[_Line], wrapped: bool) -> Iterator[_Block]:
    """Paragraphs, lists and tables, each whole."""
    block: _Block | None = None
    for raw, page in section:
        line = plain(raw)
        kind = _kind(raw)
        if not line or kind == "rule":
            if block and block.kind == "text" and block.pieces:
                yield block
                block = None
            continue
        goes_on = block is not None and block.kind == "list" and kind == "text" and _continues(raw, block, wrapped)
        if block is None or (block.kind != kind and not goes_on) or (kind == "text" and not wrapped and not goes_on):
            if block:
                yield block
            block = _Block(page, kind=kind)
        if goes_on or (kind == "text" and block.pieces and not _ends(block.pieces[-1])):
            block.pieces[-1] = _joined(block.pieces[-1], line)
        else:
            block.pieces.append(line)
    if block:
        yield block


def _kind(raw: str) -> str:
    if _RULE.match(raw):
        return "rule"
    if raw.lstrip().startswith("|") or (" | " in raw and not _is_prose(raw)):
        return "table"
    return "list" if _ITEM.match(raw) else "text"


def _is_prose(raw: str) -> bool:
    return any(len(cell.split()) > _ROW_WORDS for cell in raw.split(" | ")) and raw.count(" | ") == 1


def _continues(raw: str, block: _Block, wrapped: bool) -> bool:
    """Whether a line belongs to the item above it."""
    return wrapped and (raw.startswith((" ", "\t")) or not _ends(block.pieces[-1]))


def _ends(text: str) -> bool:
    return text.endswith((".", "!", "?", ":", ";", ".”", '."', ".)"))


def _joined(before: str, line: str) -> str:
    if re.search(r"[a-zà-ÿ]-$", before) and re.match(r"[a-zà-ÿ]", line):
        return before[:-1] + line
    return f"{before} {line}"


def plain(line: str) -> str:
    """Without Markdown's marks in the line; a row's cells apart by ` | `."""
    bare = re.sub(r"!?\[([^\]]*)\]\([^)]*\)", r"\1", line.strip())
    bare = re.sub(r"(?<!\w)(\*{1,3}|_{1,3})(?=\S)(.+?)(?<=\S)\1(?!\w)", r"\2", bare)
    bare = re.sub(r"`([^`]+)`", r"\1", bare).removeprefix("> ").strip()
    bare = re.sub(r"<br\s*/?>", " ", bare)
    if bare.startswith("|"):
        return " | ".join(cell.strip() for cell in bare.strip("|").split("|"))
    return bare


def _with_lead_ins(blocks: list[_Block]) -> list[_Block]:
    """What leads in to a list or table goes with it, and a table's first row is its head."""
    joined: list[_Block] = []
    for block in blocks:
        before = joined[-1] if joined else None
        leads = before is not None and before.kind == "text" and before.text.endswith(":")
        if block.kind == "table":
            above = _above_head(block.pieces)
            if above:
                joined.append(_Block(block.page, block.pieces[:above], "table", ""))
                del block.pieces[:above]
            if len(block.pieces) > 2:
                block.lead_in = block.pieces.pop(0)
        if block.kind != "text" and before and leads:
            words = before.pieces.pop()
            block.page = before.page
            block.lead_in = f"{words}\n{block.lead_in}".strip() if _count(words) <= _LEAD_IN else block.lead_in
            if _count(words) > _LEAD_IN:
                block.pieces.insert(0, words)
            if not before.pieces:
                joined.pop()
        joined.append(block)
    return joined


def _above_head(rows: Sequence[str]) -> int:
    """Rows above a table's head, such as its title: they have fewer cells than most."""
    widths = [row.count(" | ") for row in rows]
    usual = sorted(widths)[len(widths) // 2]
    return next((at for at, width in enumerate(widths[:8]) if width >= usual), 0) if len(rows) > 4 else 0


def _packed(blocks: Sequence[_Block]) -> Iterator[_Block]:
    """Blocks of a usable size."""
    waiting: list[_Block] = []
    for block in (piece for whole in blocks for piece in _cut_block(whole)):
        size = sum(one.words for one in waiting)
        if waiting and (size + block.words > _MOST or (size >= _LEAST and block.kind == "table")):
            yield _together(waiting)
            waiting = []
        waiting.append(block)
    if waiting:
        yield _together(waiting)


def _together(blocks: Sequence[_Block]) -> _Block:
    return _Block(blocks[0].page, ["\n".join(block.text for block in blocks)])


def _cut_block(block: _Block) -> Iterator[_Block]:
    """Of nearly the same size each, so that no last line is left alone."""
    if block.words <= _MOST:
        yield block
        return
    pieces = [piece for whole in block.pieces for piece in (sentences(whole) if block.kind == "text" else [whole])]
    budget = _MOST - _count(block.lead_in)
    total = sum(map(_count, pieces))
    aim = total / -(-total // max(budget, 40))
    part = _Block(block.page, kind=block.kind, lead_in=block.lead_in)
    for piece in pieces:
        if part.pieces and sum(map(_count, part.pieces)) + _count(piece) / 2 > aim:
            yield part
            part = _Block(block.page, kind=block.kind, lead_in=block.lead_in)
        part.pieces.append(piece)
    yield part


_ABBREVIATED = re.compile(
    r"(?:\b(?:e\.g|i\.e|etc|approx|incl|excl|no|nos|nr|art|para|fig|dr|mr|mrs|ms|st|ca|bzw|z\.b|u\.a|d\.h|ggf|inkl|zzgl|"
    r"abs|vgl|bijv|bv|blz|d\.w\.z|m\.b\.t|t\.a\.v|incl|p\.ex|env|min|max|tel|co|ltd|inc|jan|feb|mar|apr|jun|jul|aug|"
    r"sep|sept|oct|nov|dec)|\b\w)\.$",
    re.I,
)


def sentences(text: str) -> list[str]:
    """Where it is unclear whether one ends, it goes on."""
    found: list[str] = []
    start = 0
    for mark in re.finditer(r"[.!?][”\"’')]?\s+(?=[A-ZÀ-Þ0-9“\"‘(§])", text):
        sentence = text[start : mark.end()].strip()
        if _ABBREVIATED.search(sentence) or re.search(r"(?:^|\s)\d{1,2}\.$", sentence):
            continue
        found.append(sentence)
        start = mark.end()
    rest = text[start:].strip()
    return [*found, rest] if rest else found


def _count(text: str) -> int:
    return len(text.split())
