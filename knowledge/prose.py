"""What a document says of itself in its own words: labels and tables of its head, and sentences about itself.

Most of a document speaks of other things that are valid, replaced or confidential. So only its head, its last lines,
sections on document control, and sentences that say `this policy` or the like are listened to."""

import re
import tomllib
from collections.abc import Iterator, Mapping, Sequence
from datetime import timedelta
from pathlib import Path, PurePosixPath
from typing import Any

from jobs.context import is_role, role_of
from jobs.customers import legal_form
from knowledge.dates import date_pattern, day_of
from knowledge.metadata import (
    WORDS,
    Layer,
    Origin,
    access_words,
    folded,
    label,
    status_of,
    take_access,
    take_label,
)

_HEAD_LINES, _HEAD_CHARACTERS, _TAIL_LINES = 30, 2_000, 8
_LONGEST = 600
"""Characters of one line that are looked at."""
_SHORT = 14
"""Words of a line that stands for itself."""


def _patterns() -> Mapping[str, Any]:
    content: Mapping[str, str | Mapping[str, str]] = tomllib.loads(
        (Path(__file__).parent / "prose.toml").read_text(encoding="utf-8")
    )
    return {
        name: _compiled(value)
        if isinstance(value, str)
        else {key: _compiled(pattern) for key, pattern in value.items()}
        for name, value in content.items()
    }


def _compiled(pattern: str) -> re.Pattern[str]:
    return re.compile(pattern.strip(), re.I | re.X | re.M)


SAYS: Mapping[str, Any] = _patterns()
_DATE = re.compile(date_pattern(), re.I)


def own_words(text: str) -> Layer:
    """What the text says of its document, as the weakest of all that is said of it."""
    layer = Layer(Origin.WORDS)
    lines = [plain for line in text.splitlines() for plain in _apart(line)]
    head = _head(lines)
    _take_tables(layer, lines, len(head))
    for at, line in enumerate(lines):
        in_head = at < len(head)
        if in_head or at >= len(lines) - _TAIL_LINES or _in_control(lines, at):
            _take_labels(layer, line, head=in_head)
            _take_line(layer, line)
    for sentence in (*_sentences(head), *(part for line in head for part in _clauses(line))):
        _take_sentence(layer, sentence, head=True)
    for sentence in _sentences(lines[len(head) :]):
        _take_sentence(layer, sentence, head=False)
    if layer.said.get("valid_until") and (clause := _renews(lines)):
        last = layer.said.pop("valid_until")
        layer.doubt(f"its last day is {last}, but it renews itself: “{clause}”", "valid_until")
    if (layer.said.get("valid_from") or layer.said.get("valid_until")) and not _in_order(layer):
        layer.said.pop("valid_until")
        layer.doubt("its last day is before its first one, and is left out", "valid_until")
    return layer


def by_name(path: str) -> Layer:
    """What the names of the file and its folders say: `archive/returns-policy-v1.md`."""
    layer = Layer(Origin.NAME)
    *folders, name = PurePosixPath(path).parts
    stem = _stem(name)
    marked = SAYS["version"].search(stem)
    if marked:
        layer.said["version"] = marked[1]
    for folder in map(folded, folders):
        kept = WORDS["kept"]
        if folder in map(folded, kept["archive_folders"]):
            layer.said["status"] = "withdrawn"
        elif folder in map(folded, kept["draft_folders"]):
            layer.said["status"] = "draft"
        elif folder in map(folded, kept["internal_folders"]):
            layer.said["internal"] = True
        elif role_of(folder) in kept["closed_departments"]:
            layer.said["roles"] = (role_of(folder),)
    if re.search(r"\b(?:draft|entwurf|brouillon)\b|\bconcept$", stem, re.I):
        layer.said["status"] = "draft"
    elif re.search(
        r"\b(?:old|obsolete|archived|superseded|outdated|oud|vervallen|alt|veraltet|ancien|obsolète)$", stem, re.I
    ):
        layer.said["status"] = "withdrawn"
    for name in ("status", "internal", "roles"):
        if name in layer.said:
            layer.doubt(f"only its path says {_WHAT_NAMES_SAY[name]}", name)
    return layer


_WHAT_NAMES_SAY = {
    "status": "that it is a draft or withdrawn",
    "internal": "that it is for colleagues",
    "roles": "who may read it",
}


def _stem(name: str) -> str:
    return re.sub(r"[_\-\s]+", " ", PurePosixPath(name).stem)


def title_of(text: str) -> str:
    """Its first heading, else its first line if that can be one."""
    lines = [line.strip() for line in text.splitlines() if line.strip()]
    heading = next((line for line in lines[:40] if re.match(r"#{1,2} ", line)), "")
    first = next((line for line in lines if not re.match(r"\[(?:page|sheet) ", line)), "")
    title = _plain(heading) or _plain(first)
    ends_so = title.endswith((".", ",", ";")) and not (legal_form(title) and SAYS["contract"]["kinds"].search(title))
    return title if 0 < len(title) <= 120 and (heading or (not ends_so and " | " not in title)) else ""


def _plain(line: str) -> str:
    """Without the marks of headings, emphasis, lists and quotations; cells apart by ` | `."""
    bare = re.sub(r"^[\s>]*(?:#{1,6}\s+|[-*•]\s+)?", "", line[:_LONGEST])
    bare = re.sub(r"\*{1,3}|__|`", "", bare).strip()
    return " | ".join(cell.strip() for cell in bare.strip("|").split("|")) if "|" in bare else bare


def _apart(line: str) -> list[str]:
    """A heading begins and ends a paragraph."""
    return ["", _plain(line), ""] if line.lstrip().startswith("#") else [_plain(line)]


def _head(lines: Sequence[str]) -> Sequence[str]:
    """Up to where the text itself is under way."""
    length = 0
    for at, line in enumerate(lines[:_HEAD_LINES]):
        length += len(line)
        if length > _HEAD_CHARACTERS:
            return lines[: at + 1]
    return lines[:_HEAD_LINES]


def _in_control(lines: Sequence[str], at: int) -> bool:
    """Whether the line stands below a heading such as `Document control`."""
    return any(SAYS["control"].search(line) and len(line.split()) <= 6 for line in lines[max(0, at - 12) : at])


def _sentences(lines: Sequence[str]) -> Iterator[str]:
    """Lines of a paragraph belong together; cells of a table do not."""
    paragraph: list[str] = []
    for line in (*lines, ""):
        if line and " | " not in line:
            paragraph.append(line)
            continue
        yield from _split(" ".join(paragraph))
        yield from line.split(" | ") if line else ()
        paragraph = []


def _split(paragraph: str) -> Iterator[str]:
    """At full stops, but not at that of `1. März`."""
    month = r"(?:Jan|Feb|Mär|Mae|Apr|Mai|Jun|Jul|Aug|Sep|Okt|Nov|Dez)"
    ends = rf"(?<=[a-zà-ÿ\d)”\"][.;!?])\s+(?!{month})(?=[A-ZÀ-Þ“\"(])"
    yield from re.split(ends, paragraph) if paragraph else ()


def _clauses(line: str) -> list[str]:
    """What stands for itself in a line: cells, and what dots or dashes set apart."""
    return [part for part in re.split(r"\s+[|·•–—]\s+", line) if part]


def _renews(lines: Sequence[str]) -> str:
    said = (line for line in _sentences(lines) if SAYS["renews"].search(line))
    return next((line[:100] for line in said if not SAYS["negated"].search(line)), "")


def _in_order(layer: Layer) -> bool:
    first, last = layer.said.get("valid_from"), layer.said.get("valid_until")
    return first is None or last is None or first <= last


def _take_labels(layer: Layer, line: str, *, head: bool) -> None:
    cells = [cell for cell in line.split(" | ") if cell]
    if len(cells) > 1 and all(label(cell, head=True) for cell in cells):
        return  # the head of a table
    pairs = list(zip(cells[::2], cells[1::2], strict=False)) if len(cells) % 2 == 0 else []
    for words, value in pairs:
        if len(words) <= 40 and ":" not in words.rstrip(":"):
            _take_pair(layer, words, value, head)
    for cell in cells:
        for part in re.split(r"\s+[·•]\s+|(?:\s+[–—]|[;.])\s+(?=[A-ZÀ-Þ][^:]{2,30}:)", cell):
            words, mark, value = part.partition(":")
            if mark and len(words) <= 40 and value.strip():
                _take_pair(layer, words, re.split(r"(?<=[a-z]{2})\.\s+(?=[A-ZÀ-Þ])", value)[0], head)


def _take_pair(layer: Layer, words: str, value: str, head: bool) -> None:
    field = label(words, head=head)
    if field in ("customer", "company", "parties", "customer_id") and not _is_name(value):
        return
    if field in ("roles", "classification") and len(value.split()) > _SHORT:
        return
    if field == "title" and len(value) > 120:
        return
    take_label(layer, words, value, head=head)


def _is_name(value: str) -> bool:
    """A definition (`Customer: the party that buys`) is none."""
    bare = value.strip(" .“”\"'")
    return (
        bool(re.match(r"[A-ZÀ-Þ0-9]", bare))
        and len(bare.split()) <= 9
        and not re.match(
            r"(?:The|Any|Each|All|A|An|De|Het|Een|Der|Die|Das|Ein|Le|La|Un|Une|Every|You|We)\s+[a-z]", bare
        )
    )


def _take_tables(layer: Layer, lines: Sequence[str], head: int) -> None:
    """Tables with labels across the top, such as a history of versions: the row with the highest version counts."""
    for at, line in enumerate(lines):
        cells = line.split(" | ")
        names = [label(cell, head=True) for cell in cells]
        if (
            len(cells) < 2
            or "version" not in names
            or sum(map(bool, names)) < 2
            or not (at < head or _in_control(lines, at))
        ):
            continue
        rows = [row.split(" | ") for row in _rows_below(lines, at) if len(row.split(" | ")) > names.index("version")]
        if rows:
            newest = max(rows, key=lambda row: version_key(row[names.index("version")]))
            for words, field, value in zip(cells, names, newest, strict=False):
                if field in ("version", "dated", "valid_from", "valid_until", "status"):
                    take_label(layer, words, value, head=True)


def _rows_below(lines: Sequence[str], at: int) -> Iterator[str]:
    for row in lines[at + 1 :]:
        if " | " not in row:
            return
        if re.search(r"\w", row):
            yield row


def version_key(version: str) -> tuple[int, ...]:
    """To compare versions by: 1.10 comes after 1.9, B after A. Empty: it has no order."""
    numbers = [int(number) for number in re.findall(r"\d+", version)[:4]]
    letter = re.fullmatch(r"\W*(?:rev\.?\s*)?([A-Ha-h])\W*", version)
    return tuple(numbers) if numbers else (ord(letter[1].upper()) - 64,) if letter else ()


def _take_line(layer: Layer, line: str) -> None:
    """A line that stands for itself: `DRAFT`, `Version 3.1`, `Finance only`, `Confidential: management`."""
    for cell in _clauses(line):
        _take_number(layer, cell)
        for part in re.split(r"[,;.]\s+", cell):
            _take_version(layer, part)
        if len(cell.split()) > _SHORT:
            continue
        if SAYS["draft"].search(cell):
            layer.said.setdefault("status", "draft")
        elif SAYS["status_line"].search(cell):
            layer.said.setdefault("status", status_of(cell) or "withdrawn")
        _take_readers(layer, cell)


def _take_version(layer: Layer, words: str) -> None:
    speaks_of_another = any(SAYS[about].search(words) for about in ("supersedes", "superseded", "amends"))
    if len(words.split()) <= _SHORT and not speaks_of_another and (found := SAYS["version"].search(words)):
        layer.said.setdefault("version", found[1])


def _take_number(layer: Layer, words: str) -> None:
    if found := SAYS["number"].search(words):
        layer.said.setdefault("number", found[1])


def _take_readers(layer: Layer, line: str) -> None:
    if SAYS["internal"].search(line):
        layer.said["internal"] = True
    if found := SAYS["secret"].search(line):
        take_access(layer, [found["level"], *access_words(found["who"] or "")])
        return
    for found in (SAYS["only"].search(line), SAYS["only_tail"].search(line)):
        if found and (who := _roles_in(found["who"])):
            take_access(layer, who)
            return


def _roles_in(words: str) -> list[str]:
    """Empty where the words name anything but roles."""
    named = access_words(words)
    return named if named and all(is_role(word) or folded(word) in _COLLEAGUES for word in named) else []


_COLLEAGUES = frozenset(map(folded, WORDS["access"]["internal"]))


def _take_sentence(layer: Layer, sentence: str, *, head: bool) -> None:
    about_itself = bool(SAYS["subject"].search(sentence[:200]))
    short = len(sentence.split()) <= _SHORT
    if not (head or about_itself):
        return
    said = layer.said
    if about_itself or (head and short):
        if SAYS["internal"].search(sentence):
            said["internal"] = True
        elif about_itself and SAYS["limited"].search(sentence) and (found := SAYS["readers"].search(sentence)):
            take_access(layer, _roles_in(found["who"]))
    _take_succession(layer, sentence, about_itself)
    if (found := SAYS["withdrawn"].search(sentence)) and (about_itself or found.start() < 20):
        day = day_of(sentence[found.end() :])
        if day:
            said.setdefault("valid_until", day - timedelta(days=1))
        elif short or about_itself:
            said.setdefault("status", "withdrawn")
        return
    strong = SAYS["holds"].search(sentence)
    speaks_of_another = strong and (strong.start() >= 60 or SAYS["other"].search(sentence[: strong.start()]))
    runs = SAYS["runs"].search(sentence)
    starts_so = head and runs is not None and runs.start() <= 1
    if (strong and not speaks_of_another) or starts_so or (about_itself and (strong or runs)):
        _take_days(layer, sentence)


def _take_succession(layer: Layer, sentence: str, about_itself: bool) -> None:
    """What it takes the place of, and what takes its place."""
    said = layer.said
    if found := SAYS["superseded"].search(sentence):
        if about_itself or found.start() < 12:
            said.setdefault("superseded_by", _reference(sentence[found.end() :]))
            if day := day_of(sentence[found.start() : found.end()]) or _day_of_change(sentence[found.end() :]):
                said.setdefault("superseded_from", day)
        return
    if found := SAYS["supersedes"].search(sentence):
        before = sentence[: found.start()].rstrip()
        starts = not before or before.endswith((",", ";", "(", "and", "und", "en", "et", "–", "—", "-", ":", ".", "|"))
        if about_itself or (starts and len(before) < 120):
            said.setdefault("supersedes", (_reference(sentence[found.end() :]),))


def _day_of_change(words: str) -> Any:
    found = re.search(
        rf"(?:on|from|as of|with effect from|per|op|vanaf|ab|am|zum|seit|le|du|since)\s+({_DATE.pattern})", words, re.I
    )
    return day_of(found[1]) if found else None


def _reference(words: str) -> str:
    """Up to where the sentence goes on to other things."""
    end = re.search(
        r"[.;)]\s|[.;)]$|,?\s+(?:which|and is|and will|und gilt|en geldt|et s['’]applique|with effect)\b", words
    )
    return words[: end.start() if end else 160][:160].strip(" .:“”\"'")


def _take_days(layer: Layer, sentence: str) -> None:
    for found in _DATE.finditer(sentence):
        before = sentence[: found.start()]
        if SAYS["until"].search(before):
            layer.said.setdefault("valid_until", day_of(found[0], last=True))
        elif SAYS["from"].search(before):
            layer.said.setdefault("valid_from", day_of(found[0]))
