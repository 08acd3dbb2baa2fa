"""A claim, such as a sentence of a summary, held against all of a long source."""

from collections.abc import Iterator
from dataclasses import dataclass
from functools import lru_cache

from jobs.claims.facts import facts_missing
from jobs.claims.text import Text
from jobs.claims.tone import denied, narrowed, opposed, weighty


@dataclass(frozen=True)
class Verdict:
    """Whether a claim is borne out, how well from 0 to 1, and what is not."""

    supported: bool
    score: float
    reasons: tuple[str, ...]


def verdict(claim: str, source: str) -> Verdict:
    """Of a claim about a long source, such as a call's transcript, a mail or a policy."""
    said, whole = Text(claim), _read(source)
    reasons = tuple(dict.fromkeys(_reasons(said, whole)))
    told = len(said.stems & whole.stems) / len(said.stems) if said.stems else 1.0
    score = told * 0.5 ** len(reasons)
    return Verdict(not reasons, score, reasons)


@lru_cache(maxsize=4)
def _read(source: str) -> Text:
    """The claims of one summary come one after the other, and are all about one source."""
    return Text(source)


def _reasons(said: Text, whole: Text) -> Iterator[str]:
    yield from facts_missing(said, whole, whole, summary=True)
    if said.language == whole.language:
        yield from denied(said, whole)
        yield from opposed(said, whole)
        yield from weighty(said, whole)
    yield from narrowed(said, whole)
