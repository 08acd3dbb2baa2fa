"""Which language a text is in: the one whose small words it uses most."""

import re
from collections.abc import Iterable
from functools import cache

from sandbox.rehearsal.inquiry.words import LANGUAGES, fold, shared_text, words

_COUNTRIES = {"nl": "nl", "be": "nl", "de": "de", "at": "de", "ch": "de", "fr": "fr"}
_OWN_WORD = 0.5
"""What a word that only one language's lists hold counts, beside a small word's 1."""
_WORD = re.compile(r"[^\W\d_]+(?:'(?=\w))?")


@cache
def _small_words() -> dict[str, frozenset[str]]:
    own = {code: words(code).bag("language", "stopwords") for code in LANGUAGES}
    others = {line.split(":")[0]: line.split(":")[1] for line in shared_text("other_languages").strip().splitlines()}
    return own | {code.strip(): frozenset(fold(text).split()) for code, text in others.items()}


@cache
def _own_words() -> dict[str, frozenset[str]]:
    """The words that only one language's lists hold."""
    all_words = {code: words(code).vocabulary for code in LANGUAGES}
    return {
        code: vocabulary - frozenset[str]().union(*(v for other, v in all_words.items() if other != code))
        for code, vocabulary in all_words.items()
    }


def detect(texts: Iterable[str], domain: str) -> str:
    """ISO 639-1 code. The first text that shows a language decides, else the sender's domain, else it is English."""
    for text in texts:
        found = _WORD.findall(fold(text[:3000]))
        scores = {code: float(sum(word in small for word in found)) for code, small in _small_words().items()}
        for code, own in _own_words().items():
            scores[code] += _OWN_WORD * sum(word in own for word in found)
        best = max(scores, key=lambda code: scores[code])
        runner_up = max(score for code, score in scores.items() if code != best)
        if scores[best] > runner_up:
            return best
    return _COUNTRIES.get(domain.rpartition(".")[2], "en")
