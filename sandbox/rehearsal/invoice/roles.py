"""What an amount is called: net, tax, gross, payable, ..."""

import re
from functools import lru_cache

from sandbox.rehearsal.invoice.vocabulary import label

ROLES = ("net", "tax", "gross", "payable", "prepaid", "withheld", "allowance", "charge", "lines", "carried")
_COVERED = 0.5
"""Share of a label's letters that make it the name of a role."""
_NOISE = re.compile(
    r"\([^)]*\)|\d[\d.,']*\s?%?|[€£$%:=*|]|\s-\s"
    r"|(?<!\w)(?:eur|usd|gbp|chf|pln|in|von|over|su|sur|sobre|a votre credit)(?!\w)"
)


def is_words(folded: str) -> bool:
    """Whether a text says something beside figures, currencies and rates."""
    return bool(re.search(r"[^\W\d_]{2,}", _NOISE.sub(" ", folded)))


@lru_cache(maxsize=2_000)
def roles(folded: str) -> frozenset[str]:
    """What an amount of this name may be: the roles whose names cover most of it."""
    words = [word for word in _NOISE.sub(" ", folded).split() if _letters(word)]
    plain = " ".join(words).strip(".-–:/+,")
    letters = _letters(plain)
    if not letters:
        return frozenset()
    covered: dict[str, float] = {}
    for role in ROLES:
        match = label(role).match(plain)
        covered[role] = _letters(match.group()) / letters if match else 0
    most = max(covered.values())
    return frozenset(role for role, share in covered.items() if share == most and share >= _COVERED)


def _letters(text: str) -> int:
    return len(re.sub(r"[\W\d_]", "", text))
