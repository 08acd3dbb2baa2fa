"""HTML to readable lines: `cell | cell` for tables, `> ` before quotations, no markup, style or script.

One linear pass over the tags, on purpose: html.parser (which BeautifulSoup uses too) takes quadratic time on unclosed
constructs and swallows the text behind an unclosed quote. Here whatever is not a complete tag stays text."""

import html
import re

from documents.lines import row_lines

_COMMENT = re.compile("<!--"), re.compile("-->")
_SILENT = [
    (re.compile(rf"<{tag}\b[^<>]*>", re.I), re.compile(rf"</{tag}\s*>", re.I)) for tag in ("script", "style", "title")
]
_DECLARATION = re.compile(r"<[!?][^<>]*>")
_TAG = re.compile(r"<(/?)([a-z][a-z0-9:-]*)((?:[\s/][^<>]*)?)>", re.I)
_SPACE = re.compile(r"[ \t\n\r\f\v\xa0]+")
_ATTRIBUTE = re.compile(r"""([a-z-]{1,30})\s{0,5}=\s{0,5}(?:"([^"]*)"|'([^']*)'|([^\s"'>]+))""", re.I)

_TITLE = re.compile(r"<title\b[^<>]{0,200}>([^<>]{1,500})</title", re.I)
_META = re.compile(r"<meta\s([^<>]{1,1000})>", re.I)
_MAX_HEAD = 20_000
"""Characters at the beginning of a page in which it says what it is."""

_BREAKS = {
    "br",
    "p",
    "div",
    "tr",
    "li",
    "dt",
    "dd",
    "address",
    "section",
    "article",
    "header",
    "footer",
    "center",
    "form",
}
_PARAGRAPHS = {"h1", "h2", "h3", "h4", "h5", "h6", "ul", "ol", "dl", "table", "pre", "blockquote"}
_COLSPAN = re.compile(r"\bcolspan\s{0,5}=\s{0,5}[\"']?(\d{1,3})", re.I)
_MAX_SPAN = 50
_MAX_DEPTH = 30
"""Tables and quotations nested deeper than this are read as plain blocks."""


def html_to_text(markup: str, *, marked: bool = False) -> str:
    """Readable plain text of an HTML document or fragment; with `marked`, headings begin as in Markdown (`## `).
    Takes any string."""
    for opening, closing in (_COMMENT, *_SILENT):
        markup = _without(markup, opening, closing)
    markup = _DECLARATION.sub("", markup)
    page = _Page(marked)
    end = 0
    for tag in _TAG.finditer(markup):
        page.text(markup[end : tag.start()])
        end = tag.end()
        if tag[1]:
            page.close(tag[2].lower())
        else:
            page.open(tag[2].lower(), tag[3])
    page.text(markup[end:])
    return page.finish()


def html_head(markup: str) -> dict[str, str]:
    """What a page says of itself besides its text: its title, and its named metas (`<meta name= content=>`)."""
    head = markup[:_MAX_HEAD]
    metas = [_attributes(meta[1]) for meta in _META.finditer(head)]
    named = {meta["name"]: meta["content"] for meta in metas if meta.get("name") and meta.get("content")}
    title = _TITLE.search(head)
    return {**({"title": " ".join(html.unescape(title[1]).split())} if title else {}), **named}


def _without(markup: str, opening: re.Pattern[str], closing: re.Pattern[str]) -> str:
    """What was opened and never closed stays."""
    kept: list[str] = []
    position = 0
    while (start := opening.search(markup, position)) and (end := closing.search(markup, start.end())):
        kept.append(markup[position : start.start()])
        position = end.end()
    return "".join(kept) + markup[position:]


class _Block:
    """Lines under construction: the page itself, or one table cell."""

    def __init__(self) -> None:
        self.lines: list[str] = []
        self.pieces: list[str] = []
        self.quoting = ""
        """A `>` for each quotation that the next line stands in."""

    def add(self, text: str) -> None:
        if text:
            self.pieces.append(text)

    def add_spaced(self, text: str) -> None:
        """Adds text whose leading space counts only after a word."""
        self.add(text if self.pieces and not self.pieces[-1].endswith(" ") else text.lstrip(" "))

    def add_line(self, line: str) -> None:
        self.end_line()
        self.lines.append(f"{self.quoting} {line}" if self.quoting else line)

    def end_line(self) -> None:
        line = "".join(self.pieces).strip()
        self.pieces = []
        if line:
            self.add_line(line)

    def end_paragraph(self) -> None:
        self.end_line()
        if self.lines and self.lines[-1].strip("> "):
            self.lines.append(self.quoting)

    def line_break(self) -> None:
        if self.pieces:
            self.end_line()
        else:
            self.end_paragraph()


class _Table:
    def __init__(self) -> None:
        self.row: list[list[str]] = []
        self.cell: _Block | None = None
        self.span = 1


class _Page:
    def __init__(self, marked: bool) -> None:
        self._marked = marked
        self._page = _Block()
        self._tables: list[_Table] = []
        self._quotes: list[bool] = []
        self._link: tuple[str, _Block, int] | None = None
        self._preformatted = 0

    @property
    def _block(self) -> _Block:
        return next((table.cell for table in reversed(self._tables) if table.cell), self._page)

    def text(self, raw: str) -> None:
        if not raw:
            return
        text = html.unescape(raw) if "&" in raw else raw
        if not self._preformatted:
            if "\xa0" in text and not self._block.pieces and not text.strip():
                self._block.end_paragraph()  # Outlook's empty line
            self._block.add_spaced(_SPACE.sub(" ", text))
            return
        first, *rest = text.split("\n")
        self._block.add(first)
        for line in rest:
            self._block.line_break()
            self._block.add(line)

    def open(self, name: str, attributes: str) -> None:
        # Outlook makes every line a paragraph of its own.
        if name in _PARAGRAPHS or (name == "p" and "MsoNormal" not in attributes):
            self._block.end_paragraph()
        elif name == "br":
            self._block.line_break()
        elif name in _BREAKS:
            self._block.end_line()
        match name:
            case "table" if len(self._tables) < _MAX_DEPTH:
                self._tables.append(_Table())
            case "tr" if self._tables:
                self._end_row()
            case "td" | "th" if self._tables:
                self._end_cell()
                self._tables[-1].cell = _Block()
                self._tables[-1].span = _span(attributes)
            case "td" | "th":
                self._block.add_spaced(" ")
            case "li":
                self._block.add("- ")
            case "h1" | "h2" | "h3" | "h4" | "h5" | "h6" if self._marked:
                self._block.add("#" * int(name[1]) + " ")
            case "hr":
                self._block.add_line("-" * 20)
            case "img":
                self._image(_attributes(attributes).get("alt", "").strip())
            case "a":
                self._link = (_attributes(attributes).get("href", ""), self._block, len(self._block.pieces))
            case "pre" | "textarea":
                self._preformatted += 1
            case "blockquote":
                self._open_quote(_attributes(attributes))
            case _:
                pass

    def close(self, name: str) -> None:
        match name:
            case "a" if self._link:
                self._end_link(*self._link)
                self._link = None
            case "td" | "th" if self._tables:
                self._end_cell()
            case "tr" if self._tables:
                self._end_row()
            case "table" if self._tables:
                self._end_table()
            case "pre" | "textarea" if self._preformatted:
                self._preformatted -= 1
            case "blockquote" if self._quotes:
                self._end_quote()
            case _:
                pass
        if name in _PARAGRAPHS:
            self._block.end_paragraph()
        elif name in _BREAKS:
            self._block.end_line()

    def finish(self) -> str:
        while self._tables:
            self._end_table()
        self._page.end_line()
        return "\n".join(self._page.lines).strip("\n")

    def _image(self, alt: str) -> None:
        if alt:
            self._block.add(alt if len(alt) <= 2 else f"[image: {_SPACE.sub(' ', alt)}]")

    def _end_link(self, target: str, block: _Block, start: int) -> None:
        """A mail address behind other words is worth keeping; a web address behind other words is mostly tracking."""
        address = target.removeprefix("mailto:").split("?")[0]
        if address != target and block is self._block and address.lower() not in "".join(block.pieces[start:]).lower():
            block.add(f" <{address}>")

    def _open_quote(self, attributes: dict[str, str]) -> None:
        """Mailers mark a quotation as such; people also use the bare tag to indent."""
        marked = "quote" in attributes.get("class", "").lower() or "border-left" in attributes.get("style", "").lower()
        quoted = marked or attributes.get("type") == "cite" or "cite" in attributes
        if self._tables or len(self._page.quoting) == _MAX_DEPTH:
            quoted = False
        self._quotes.append(quoted)
        self._page.quoting += ">" * quoted

    def _end_quote(self) -> None:
        if self._quotes.pop():
            while self._tables:
                self._end_table()
            self._page.end_line()
            self._page.quoting = self._page.quoting[1:]

    def _end_cell(self) -> None:
        table = self._tables[-1]
        if table.cell:
            table.cell.end_line()
            table.row.append([line for line in table.cell.lines if line])
            table.row += [[]] * (table.span - 1)
            table.cell = None

    def _end_row(self) -> None:
        self._end_cell()
        table = self._tables[-1]
        row, table.row = table.row, []
        for line in row_lines(row):
            self._block.add_line(line)

    def _end_table(self) -> None:
        self._end_row()
        self._tables.pop()


def _attributes(text: str) -> dict[str, str]:
    return {m[1].lower(): html.unescape(m[2] or m[3] or m[4] or "") for m in _ATTRIBUTE.finditer(text)}


def _span(attributes: str) -> int:
    """How many columns a cell takes."""
    found = _COLSPAN.search(attributes)
    return max(1, min(int(found[1]), _MAX_SPAN)) if found else 1
