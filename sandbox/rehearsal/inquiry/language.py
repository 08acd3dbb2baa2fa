"""Which language a text is in: the one whose small words it uses most."""

import re
from collections.abc import Iterable
from functools import cache

from sandbox.rehearsal.inquiry.words import LANGUAGES, fold, shared_text, words

_WORD = re.compile(r"[^\W\d_]+(?:'(?=\w))?")


@cache
def _small_words() -> dict[str, frozenset[str]]:
    own = {code: words(code).bag("language", "stopwords") for code in LANGUAGES}
    others = {line.split(":")[0]: line.split(":")[1] for line in shared_text("other_languages").strip().splitlines()}
    return own | {code.strip(): frozenset(fold(text).split()) for code, text in others.items()}


def detect(texts: Iterable[str], default: str = "en") -> str:
    """ISO 639-1 code. The first text that shows a language decides; short texts fall through to the next."""
    for text in texts:
        found = _WORD.findall(fold(text[:3000]))
        scores = {code: sum(1 for word in found if word in small) for code, small in _small_words().items()}
        best = max(scores, key=lambda code: scores[code])
        runner_up = max(score for code, score in scores.items() if code != best)
        if scores[best] > runner_up and scores[best] >= 1:
            return best
    return default
