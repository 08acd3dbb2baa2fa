"""A mail's text in three: what the sender newly wrote, the older text below or between it, and the signature."""

import re
from dataclasses import dataclass
from enum import Enum
from itertools import groupby

from documents.charset import clean
from documents.markers import Opening, is_quoted, is_separator, opening_at, quote_follows, unquoted
from documents.signature import is_gateway_warning, is_postscript, signature_start


@dataclass(frozen=True)
class Split:
    """Every line of the text is in exactly one of these."""

    new_text: str
    thread: str
    """Older text, without quotation marks."""
    signature: str
    """Contact block, disclaimer and the like. The closing and the name stay in `new_text`."""
    openings: tuple[Opening, ...] = ()
    """Where older text begins, in order, with what the mailer says there about its author."""


class _Kind(Enum):
    NEW = "new"
    THREAD = "thread"
    SIGNATURE = "signature"


def split_text(text: str) -> Split:
    """Splits by the marks that mailers leave. A quotation without attribution, with an answer below it, was chosen by
    the sender and stays in the new text; with an attribution, what stands between the quoted lines is new."""
    lines = clean(text).expandtabs(4).split("\n")
    kinds = [_Kind.NEW] * len(lines)
    openings = _mark_thread(lines, kinds)
    _mark_warning(lines, kinds)
    _mark_signatures(lines, kinds)
    _mark_trailing_quote(lines, kinds)
    if not any(kind is not _Kind.SIGNATURE and line.strip() for kind, line in zip(kinds, lines, strict=True)):
        kinds = [_Kind.NEW] * len(lines)
    new_text, thread, signature = (_join(lines, kinds, kind) for kind in _Kind)
    return Split(new_text, _collapsed("\n".join(map(unquoted, thread.split("\n")))), signature, tuple(openings))


def _mark_thread(lines: list[str], kinds: list[_Kind]) -> list[Opening]:
    openings: list[Opening] = []
    index, attributed = 0, False
    while index < len(lines):
        if is_quoted(lines[index]):
            end = _quote_end(lines, index)
            inner = _opening_inside(lines[index:end])
            openings += inner
            attributed = attributed or bool(inner)
            if attributed:
                _mark(kinds, index, end)
            index = end
            continue
        found = opening_at(lines, index)
        if not found:
            index += 1
            continue
        openings.append(found)
        start = index
        while start and (not lines[start - 1].strip() or is_separator(lines[start - 1])):
            start -= 1
        _mark(kinds, start, found.end)
        attributed, index = True, found.end
        if not quote_follows(lines, index):
            _mark(kinds, index, len(lines))
            break
    return openings


def _quote_end(lines: list[str], index: int) -> int:
    """Behind the last quoted line of this run. A short line with quoted ones right around it was broken off by the
    mailer that wrapped the quotation."""
    while index < len(lines):
        wrapped = (
            index + 1 < len(lines)
            and lines[index].strip()
            and is_quoted(lines[index + 1])
            and lines[index][:1].islower()
            and len(lines[index - 1]) > 60
        )
        if not (is_quoted(lines[index]) or wrapped):
            break
        index += 1
    return index


def _opening_inside(quoted: list[str]) -> list[Opening]:
    """Some mailers quote the attribution along with the text."""
    inner = [unquoted(line) for line in quoted[:12]]
    first = [index for index, line in enumerate(inner) if line.strip()][:2]
    return [found for index in first if (found := opening_at(inner, index))][:1]


def _mark_warning(lines: list[str], kinds: list[_Kind]) -> None:
    start = next((index for index, line in enumerate(lines) if line.strip()), len(lines))
    end = next((index for index in range(start, len(lines)) if not lines[index].strip()), len(lines))
    if end < len(lines) and _Kind.THREAD not in kinds[start:end] and is_gateway_warning("\n".join(lines[start:end])):
        _mark(kinds, start, end, _Kind.SIGNATURE)


def _mark_signatures(lines: list[str], kinds: list[_Kind]) -> None:
    """In each stretch of new text by itself, because older text may stand between them."""
    for is_new, group in groupby(range(len(lines)), lambda i: kinds[i] is _Kind.NEW and not is_quoted(lines[i])):
        stretch = list(group)
        if not is_new:
            continue
        postscript = False
        for index in stretch[signature_start([lines[i] for i in stretch]) :]:
            postscript = is_postscript(lines[index]) or (postscript and bool(lines[index].strip()))
            kinds[index] = _Kind.NEW if postscript else _Kind.SIGNATURE


def _mark_trailing_quote(lines: list[str], kinds: list[_Kind]) -> None:
    found = False
    for index in reversed(range(len(lines))):
        if is_quoted(lines[index]) or (found and is_separator(lines[index])):
            kinds[index] = _Kind.THREAD
            found = True
        elif kinds[index] is _Kind.NEW and lines[index].strip():
            return


def _mark(kinds: list[_Kind], start: int, end: int, kind: _Kind = _Kind.THREAD) -> None:
    kinds[start:end] = [kind] * (end - start)


def _join(lines: list[str], kinds: list[_Kind], kind: _Kind) -> str:
    """The lines of one kind; where others stood between them, an empty line."""
    stretches = [
        "\n".join(lines[i] for i in group) for k, group in groupby(range(len(lines)), lambda i: kinds[i]) if k is kind
    ]
    return _collapsed("\n\n".join(stretches))


def _collapsed(text: str) -> str:
    return re.sub(r"\n(?:[ \t]*\n){2,}", "\n\n", text).strip("\n")
