"""What a line leans on: `size 44` means the safety shoes that the heading above it names."""

import re
from collections.abc import Iterator, Sequence
from dataclasses import replace

from sandbox.rehearsal.inquiry.headers import Passage
from sandbox.rehearsal.inquiry.words import fold, shared
from sandbox.rehearsal.quote.lines import Wanted
from sandbox.rehearsal.quote.vocabulary import bag, cue

_WORD = re.compile(r"[^\W_]+(?:[.,/x-][^\W_]+)*")
_MEASURE = re.compile(r"\d+(?:[.,/x-]\d+)*(?:mm|cm|m|v|w|a|kw|l|kg|g|k)?|x{0,4}[sml]|\d?xl|[a-z]?\d{1,3}")
_LONGEST = 7
"""Words of a context."""


def with_context(found: Sequence[Wanted], headings: Sequence[tuple[Wanted, Passage]], subject: Passage) -> list[Wanted]:
    """The lines, those that name no product with the words that do. `headings` tells what stands above a line."""
    above = dict(headings)
    done: list[Wanted] = []
    named: Wanted | None = None
    for wanted in found:
        if not leans(wanted):
            named = wanted if not wanted.repeats_order else named
            done.append(wanted)
            continue
        heading = above.get(wanted)
        words = next(_contexts(heading, named, subject), None)
        done.append(replace(wanted, context=words.text, context_source=words.source) if words else wanted)
    return done


def leans(wanted: Wanted) -> bool:
    """Whether a line's words are only colours, sizes and the like."""
    if wanted.article or wanted.repeats_order:
        return False
    words = _WORD.findall(fold(wanted.requested))
    return bool(words) and all(_varies(word) for word in words)


def _varies(word: str) -> bool:
    """Whether a word names a colour, a size or the like: `red`, `green/yellow`, `44`."""
    known = bag("leaning") | bag("colours")
    return _MEASURE.fullmatch(word) is not None or known.issuperset(re.split(r"[/-]", word))


def _contexts(heading: Passage | None, named: Wanted | None, subject: Passage) -> Iterator[Passage]:
    told = _thing_in(heading.text) if heading else None
    if heading and told:
        yield Passage(heading.source, told)
    if named:
        yield Passage(named.source, _without_variant(named.requested))
    told = _thing_in(subject.text)
    if told:
        yield Passage(subject.source, told)


def _without_variant(text: str) -> str:
    """A product without its own size or colour at the end."""
    size = cue("size").search(fold(text))
    if size and text[: size.start()].strip():
        return text[: size.start()].strip(" ,-")
    first, _, last = text.rpartition(" ")
    return first if first and _varies(fold(last)) else text


def _thing_in(text: str) -> str | None:
    """The product that a heading or subject names: its last words, behind `quote for the following`."""
    text = text.strip().rstrip(":").strip()
    folded = fold(text)
    start = max((match.end() for match in cue("asked").finditer(folded)), default=0)
    tokens = list(re.finditer(r"\S+", text[start:]))
    skipped = shared("articles") | shared("new") | shared("loose_ends") | bag("following") | bag("leading")
    while tokens and fold(tokens[0].group()).strip(".,:") in skipped:
        tokens = tokens[1:]
    while tokens and fold(tokens[-1].group()).strip(".,:!?") in bag("following") | bag("verbs_behind"):
        tokens = tokens[:-1]
    if not tokens or len(tokens) > _LONGEST:
        return None
    thing = text[start + tokens[0].start() : start + tokens[-1].end()].strip(" ,.:!?-")
    return thing if re.search(r"[^\W\d]{3}", thing) and not re.search(r"[.!?]\s", thing) else None
