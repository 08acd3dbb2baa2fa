"""A mail as a tree of parts. The bytes of every part are somewhere in the tree, whatever the mail looks like.

Own splitting, on purpose: the standard library's parser recurses once per nesting level, and builds some hundred
megabytes of line strings for a large attachment. Parts here are spans of the one bytes object."""

import binascii
import re
from collections.abc import Iterator
from dataclasses import dataclass, field
from itertools import pairwise

from documents.headers import Headers, parse_headers

_MAX_DEPTH = 30
_MAX_PARTS = 300
_LINE_ENDS = b"\r\n"


@dataclass
class Part:
    """One node. Either `children` hold the content or, for a leaf, the span from `start` to `end`."""

    headers: Headers
    raw: bytes = field(repr=False)
    start: int
    end: int
    media_type: str = "text/plain"
    children: list["Part"] = field(default_factory=list["Part"])
    problem: str | None = None
    """Why its content may be incomplete, in words."""
    junk: bytes = b""
    """Lines in its head that are no fields."""

    def leaves(self) -> Iterator["Part"]:
        stack: list[Part] = [self]
        while stack:
            part = stack.pop()
            stack.extend(reversed(part.children))
            if not part.children:
                yield part

    def body(self) -> bytes:
        """As it stands in the mail, still encoded."""
        return self.raw[self.start : self.end]

    def content(self) -> tuple[bytes, str | None]:
        """The decoded bytes, and in words what is wrong with their encoding."""
        encoding = self.headers.text("content-transfer-encoding").lower().strip("\"' ;")
        if encoding == "base64":
            return _base64(self.body())
        if encoding == "quoted-printable":
            return binascii.a2b_qp(self.body()), None
        if encoding in ("x-uuencode", "uuencode", "x-uue"):
            return self.body(), "its encoding (uuencode) is not supported"
        return self.body(), None


def parse(raw: bytes) -> tuple[Part, list[str]]:
    """The tree, and what was odd about it in words. Takes any bytes."""
    parser = _Parser(raw)
    return parser.part(_head_start(raw), len(raw), 0), parser.problems


def parse_head(raw: bytes) -> Headers:
    """Only the mail's own head, however long the mail is."""
    return parse_headers(raw, _head_start(raw), len(raw))[0]


def _head_start(raw: bytes) -> int:
    """Behind a byte order mark, empty lines, and the `From ` line of a mailbox file if a head follows it."""
    start = 3 if raw.startswith(b"\xef\xbb\xbf") else 0
    start += len(raw) - start - len(raw[start:].lstrip(b"\r\n"))
    mbox = _MBOX_LINE.match(raw, start)
    return mbox.end() if mbox and parse_headers(raw, mbox.end(), len(raw))[0].fields else start


_MBOX_LINE = re.compile(rb">?From [^\r\n]{1,500}(?:\r{0,2}\n|\r)")


class _Parser:
    def __init__(self, raw: bytes) -> None:
        self.problems: list[str] = []
        self._raw = raw
        self._parts = 0

    def part(self, start: int, end: int, depth: int) -> Part:
        """The part in that span, with all below it."""
        headers, body, junk = parse_headers(self._raw, start, end)
        part = Part(headers, self._raw, body, end, _media_type(headers), junk=b"\r\n".join(junk))
        self._parts += 1
        if part.media_type.startswith("multipart/"):
            if depth >= _MAX_DEPTH or self._parts >= _MAX_PARTS:
                part.problem = "its parts are nested too deep or too many to be read"
            else:
                self._split(part, depth)
        return part

    def _split(self, part: Part, depth: int) -> None:
        """Fills the children of a multipart; where no boundary can be found, it becomes text."""
        raw, end = self._raw, part.end
        cuts = self._cuts(part)
        if not cuts:
            part.media_type = "text/plain"
            if part.body().strip():
                self.problems.append("The mail announces several parts, but their boundary is nowhere to be found.")
            return
        if not any(closing for _, _, closing in cuts):
            self.problems.append("The mail's last part has no end mark: it may have been cut off on its way.")
        spans = [(part.start, cuts[0][0])]
        spans += [(after, following) for (_, after, _), (following, _, _) in pairwise(cuts)]
        spans.append((cuts[-1][1], end))
        for first, last in (piece for span in spans for piece in _damaged_cuts(raw, *span)):
            if self._parts >= _MAX_PARTS:
                rest = Part(Headers(), raw, first, end, "application/octet-stream")
                rest.problem = "its parts are too many to be read"
                part.children.append(rest)
                return
            if not _is_nothing(raw[first:last], preamble=first == part.start):
                part.children.append(self.part(first, last, depth + 1))

    def _cuts(self, part: Part) -> list[tuple[int, int, bool]]:
        """The delimiters; of a boundary guessed from the body where the announced one does not occur."""
        boundary = _raw_boundary(part.headers)
        cuts = list(_delimiters(self._raw, part.start, part.end, boundary)) if boundary else []
        if not cuts and (guess := _GUESS.search(self._raw, part.start, min(part.end, part.start + 100_000))):
            cuts = list(_delimiters(self._raw, part.start, part.end, guess[1]))
        return cuts


def _is_nothing(content: bytes, preamble: bool) -> bool:
    """Blank, or the words before the first part that only tell old mailers what they are looking at."""
    return not content.strip() or (preamble and len(content) <= 1000 and bool(_NOTICE.match(content)))


_NOTICE = re.compile(rb"(?!.*(?:content-|mime-version)).*\b(?:mime|multi-?part)\b", re.I | re.S)
_GUESS = re.compile(rb"(?:^|(?<=[\r\n]))--([^\r\n]{1,200}?)([ \t]*(?:\r{0,2}\n|\r))content-[a-z-]{3,30}[ \t]*:", re.I)
_DELIMITER_END = re.compile(rb"(--)?[ \t]*(\r{0,2}\n|\r|\Z)")


def _delimiters(raw: bytes, start: int, end: int, boundary: bytes) -> Iterator[tuple[int, int, bool]]:
    """Where each delimiter line starts (with the line break before it) and ends, and whether it is the closing one."""
    token = b"--" + boundary
    position = raw.find(token, start, end)
    while position >= 0:
        line = _DELIMITER_END.match(raw, position + len(token), end)
        at_line_start = position == start or raw[position - 1] in _LINE_ENDS
        if line and at_line_start:
            yield _before_line_end(raw, start, position), line.end(), bool(line[1])
        position = raw.find(token, position + len(token), end)


def _damaged_cuts(raw: bytes, start: int, end: int) -> Iterator[tuple[int, int]]:
    """The span, cut where a line looks like a damaged delimiter and a part's head follows it. A boundary named before
    in the span belongs to a multipart inside it and cuts nothing here."""
    span_start = start
    position = raw.find(b"\n--", start, end)
    for _ in range(_MAX_PARTS):
        if position < 0:
            break
        cut = _GUESS.match(raw, position + 1, min(end, position + 500))
        if cut and raw.find(cut[1], span_start, position) < 0:
            yield start, position
            start = cut.end(2)
        position = raw.find(b"\n--", position + 1, end)
    yield start, end


def _before_line_end(raw: bytes, start: int, position: int) -> int:
    if position > start and raw[position - 1 : position] == b"\n":
        position -= 1
    if position > start and raw[position - 1 : position] == b"\r":
        position -= 1
    return position


def _raw_boundary(headers: Headers) -> bytes:
    """As bytes from the field itself: decoding could change it."""
    value = next(headers.raw("content-type"), b"")
    found = re.search(rb'boundary\s*=\s*(?:"([^"\r\n]{1,200})"|([^\s;"]{1,200}))', value[:20_000], re.I)
    if found:
        return (found[1] or found[2]).rstrip()
    return headers.parameter("content-type", "boundary").encode("utf-8", "replace")


def _media_type(headers: Headers) -> str:
    declared = re.match(r"[\w.+-]{1,60}/[\w.+-]{1,100}", headers.text("content-type"), re.A)
    return declared[0].lower() if declared else "text/plain"


def _base64(data: bytes) -> tuple[bytes, str | None]:
    compact = data.translate(None, b" \t\r\n")
    try:
        return binascii.a2b_base64(compact, strict_mode=True), None
    except binascii.Error:
        pass
    if _is_plain(data):
        return data, "it is declared as base64 but is not"
    return b"".join(map(_lenient, re.split(rb"=+", compact, maxsplit=_MAX_PARTS))), "its base64 encoding is damaged"


def _lenient(data: bytes) -> bytes:
    data = re.sub(rb"[^A-Za-z0-9+/]+", b"", data)
    return binascii.a2b_base64(data[: len(data) - (len(data) % 4 == 1)] + b"==")


def _is_plain(data: bytes) -> bool:
    """Words have spaces between them; base64 has none."""
    sample = data[:2000].strip()
    return len(re.findall(rb"[^\s][ \t]+[^\s]", sample)) * 20 > len(sample)
