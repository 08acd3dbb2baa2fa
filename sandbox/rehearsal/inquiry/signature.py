"""Where a letter's words end and its signature begins."""

import re

from sandbox.rehearsal.inquiry.headers import EMAIL, Passage
from sandbox.rehearsal.inquiry.words import fold, shared_cues

_NAME_WORD = re.compile(r"[A-ZÀ-ÖØ-Þ][\w'’.-]*|van|de|der|den|von|du")
_COUNT_AT_END = re.compile(r"(?:[|;:=]|\s[x×-])\s*\d{1,5}(?:[.,]\d+)?\s*[^\W\d]{0,8}\.?$")
_ABBREVIATED = re.compile(r"(?:\b[A-Za-z]\.|\b(?:Ltd|Inc|Corp|Co|Zn|Ing|Dipl|Dept|St)\.)$")
_PHONE = re.compile(r"\+?\d[\d ()./-]{6,}\d")
_LISTED = re.compile(r"[-*•]\s|\d+\s*(?:x|st|pcs)\b", re.I)
_POSTSCRIPT = re.compile(r"\s*(?:p\.?\s?s\.?|n\.?b\.?)[\s:,-]", re.I)
_LONGEST = 70
"""Characters of a signature line without a closing above it."""


def cut_signature(passage: Passage) -> tuple[Passage, Passage]:
    """A letter's words and its signature; disclaimers and mail-client footers are dropped from both."""
    lines = passage.text.splitlines(keepends=True)
    cut = _closing_line(lines)
    if cut is None:
        start, end = _bare_signature(lines)
        body, tail = [*lines[:start], *lines[end:]], lines[start:end]
    else:
        body, tail = lines[:cut], [_name_behind_closing(lines[cut]), *lines[cut + 1 :]]
    postscript = next((i for i, line in enumerate(tail) if _POSTSCRIPT.match(line)), len(tail))
    body, tail = [*body, "\n", *tail[postscript:]], tail[:postscript]
    return Passage(passage.source, without_boilerplate(body)), Passage(passage.source, without_boilerplate(tail))


def without_boilerplate(lines: list[str]) -> str:
    """Drops a disclaimer's whole paragraph and a mail client's own line."""
    kept: list[str] = []
    skipping = False
    for line in lines:
        skipping = bool(line.strip()) and (skipping or _is_boilerplate(line))
        if not skipping:
            kept.append(line)
    return "".join(kept)


def is_closing(line: str) -> bool:
    """`Kind regards`, `mvg`: a line that says goodbye and nothing else."""
    bare = fold(line).strip(" ,.!;:)-*_")
    return not re.search(r"[.?!;\d]", bare) and bool(shared_cues("closings").fullmatch(bare))


def is_greeting(line: str) -> bool:
    return bool(shared_cues("greetings").fullmatch(fold(line).strip(" ,.!;:-*")))


def _is_boilerplate(line: str) -> bool:
    return bool(shared_cues("boilerplate").search(fold(line)))


def _name_behind_closing(line: str) -> str:
    """The name in `Groetjes Linda`; empty when the line says more or less than goodbye and a name."""
    tokens = line.split()
    for size in range(max(1, len(tokens) - 3), len(tokens)):
        name = tokens[size:]
        if is_closing(" ".join(tokens[:size])) and all(_NAME_WORD.fullmatch(word) for word in name):
            return " ".join(name) + "\n"
    return ""


def _closing_line(lines: list[str]) -> int | None:
    """The closing above the signature: the last one, or the one right above it (`Thanks,` and `Kind regards`)."""
    filled = [i for i, line in enumerate(lines) if line.strip()]
    found = [
        i for i in filled[1:] if lines[i].strip() == "--" or is_closing(lines[i]) or _name_behind_closing(lines[i])
    ]
    cut = found[-1] if found else None
    for earlier in reversed(found[:-1]):
        if cut is not None and cut - earlier <= 2:
            cut = earlier
    return cut


def _bare_signature(lines: list[str]) -> tuple[int, int]:
    """Where a signature without a closing starts and ends: the last short lines that are no sentence.

    A remark may stand below it, but then it must be a block with a phone number or an address."""
    kept = [i for i, line in enumerate(lines) if line.strip() and not _is_boilerplate(line)]
    start = end = kept[-1] + 1 if kept else len(lines)
    for index in range(start - 1, -1, -1):
        line = lines[index].strip()
        if line and not _reads_like_signature(line):
            break
        start = index if line else start
    return (start, end) if 0 < start < end else _last_contact_block(lines, kept)


def _last_contact_block(lines: list[str], filled: list[int]) -> tuple[int, int]:
    block: list[int] = []
    for index in [*reversed(filled), -1]:
        if index >= 0 and _reads_like_signature(lines[index].strip()):
            block.append(index)
        elif len(block) >= 2 and block[-1] > 0 and any(_PHONE.search(lines[i]) or "@" in lines[i] for i in block):
            return block[-1], block[0] + 1
        else:
            block = []
    return len(lines), len(lines)


def _reads_like_signature(line: str) -> bool:
    if (EMAIL.search(line) and len(line) < 60) or re.match(r"(?:www\.|https?://)\S+$", line) or line in ("--", "-"):
        return True
    if line[-1] in ".?!:;" and not _ABBREVIATED.search(line):
        return False
    if len(line) > _LONGEST or _LISTED.match(line) or is_greeting(line):
        return False
    words = line.split()
    if _PHONE.search(line):
        return len(words) <= 12
    if _COUNT_AT_END.search(line) or not line[0].isupper():
        return False
    capitals = sum(word[:1].isupper() or not word[:1].isalpha() for word in words)
    return len(words) <= 7 and capitals * 2 >= len(words)
