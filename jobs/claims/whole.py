"""A claim, such as a sentence of a summary, held against all of a long source."""

from collections.abc import Iterator
from dataclasses import dataclass

from jobs.claims.facts import facts_missing
from jobs.claims.text import Text
from jobs.claims.tone import denied, narrowed, opposed
from jobs.claims.words import language_of


@dataclass(frozen=True)
class Verdict:
    """Whether a claim is borne out, how well from 0 to 1, and what is not."""

    supported: bool
    score: float
    reasons: tuple[str, ...]


def verdict(claim: str, source: str) -> Verdict:
    """Of a claim about a long source, such as a call's transcript, a mail or a policy."""
    said, whole = Text(claim), Text(source)
    if said.language != whole.language:
        whole = Text(source, language_of(source))
    reasons = tuple(dict.fromkeys(_reasons(said, whole)))
    told = len(said.stems & whole.stems) / len(said.stems) if said.stems else 1.0
    score = told * 0.5 ** len(reasons)
    return Verdict(not reasons, score, reasons)


def _reasons(said: Text, whole: Text) -> Iterator[str]:
    yield from facts_missing(said, whole, whole)
    if said.language == whole.language:
        yield from denied(said, whole)
        yield from opposed(said, whole)
    yield from narrowed(said, whole)
