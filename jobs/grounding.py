"""Do the words that the model quotes, and the values that it claims, really stand in what it was given?"""

import re
import unicodedata
from collections.abc import Mapping, Sequence

from jobs.core import Check, Evidence, Source, Status

_QUOTES = str.maketrans({"\u2019": "'", "\u2018": "'", "\u201c": '"', "\u201d": '"', "\u2013": "-", "\u2014": "-"})
_WORD = re.compile(r"\w+")


def normalise(text: str) -> str:
    """Folds case, white space, ligatures and typographic quotes: differences in writing, never in words."""
    return " ".join(unicodedata.normalize("NFKC", text).translate(_QUOTES).casefold().split())


def stands_in(value: str, text: str) -> bool:
    """Whether `value` stands in `text` (both normalised), as whole words, or as the same digits for a number."""
    words = _WORD.findall(value)
    if words and all(word.isdigit() for word in words):
        return "".join(words) in re.sub(r"[\s()/.+-]", "", text)
    return re.search(rf"(?<!\w){re.escape(value)}(?!\w)", text) is not None


def check_evidence(evidence: Sequence[Evidence], sources: Sequence[Source]) -> list[Check]:
    """One result per quote that does not stand in the source it names."""
    texts = {source.id: normalise(source.text) for source in sources}
    return [
        Check(
            name="grounding",
            status=Status.FAIL,
            field=item.field,
            message=f"the quoted words do not stand in {item.source}: “{item.quote}”",
        )
        for item in evidence
        if normalise(item.quote) not in texts.get(item.source, "")
    ]


def check_claims(claims: Mapping[str, str], sources: Sequence[Source]) -> list[Check]:
    """One result per claimed value none of whose sources bears it out: all its words must stand in one source."""
    texts = [normalise(source.text) for source in sources]
    return [
        Check(name="grounding", status=Status.FAIL, field=path, message=f"“{value}” does not stand in what came in")
        for path, value in claims.items()
        if not any(_borne_out(normalise(value), text) for text in texts)
    ]


def locate(claims: Mapping[str, str], evidence: Sequence[Evidence], sources: Sequence[Source]) -> list[Evidence]:
    """The evidence, and for each claim without one the source in which its value stands word for word."""
    shown = {item.field for item in evidence}
    found = list(evidence)
    for path, value in claims.items():
        if path not in shown:
            home = next((s for s in sources if stands_in(normalise(value), normalise(s.text))), None)
            if home:
                found.append(Evidence(field=path, source=home.id, quote=value))
    return found


def _borne_out(value: str, text: str) -> bool:
    return stands_in(value, text) or all(stands_in(word, text) for word in _WORD.findall(value))
