"""What turns a sentence into another: denial, opposites, duty for permission, a condition left out."""

from collections.abc import Iterator

from jobs.claims.opposites import alike, opposite
from jobs.claims.text import Text
from jobs.claims.words import stem

_REACH = 4
"""Words about a word that tell what it is said of."""
_WEAKER = {
    "duty": ("permission", "advice", "chance"),
    "permission": ("duty",),
    "advice": ("duty",),
    "promise": ("chance", "advice"),
}


def denied(said: Text, source: Text) -> Iterator[str]:
    """What the claim denies and the source does not. Both are in one language."""
    for word in said.denials:
        scopes = [other.scope for other in source.denials]
        if not any(word.scope & scope for scope in scopes) if word.scope else not scopes:
            meant = [w for w in said.words if stem(w, said.language) in word.scope]
            if not any(opposite(w, other, said.language) for w in meant for other in source.vocabulary):
                yield f'says "{word.words}", the source does not'


def opposed(said: Text, source: Text) -> Iterator[str]:
    """Words that the source does not have, but the opposite of, said of the same thing."""
    language = said.language
    denied_ = frozenset[str]().union(*(word.scope for text in (said, source) for word in text.denials))
    for at, word in enumerate(said.words):
        if word in source.vocabulary or stem(word, language) in source.stems:
            continue
        if any(alike(word, other, language) for other in source.vocabulary):
            continue
        if stem(word, language) in denied_:
            continue
        others = [o for o in source.vocabulary if opposite(word, o, language) and stem(o, language) not in denied_]
        about = frozenset(said.telling(said.words[max(0, at - _REACH) : at + _REACH + 1])) - {stem(word, language)}
        for other in others:
            near = [sentence for sentence in source.sentences if other in sentence.vocabulary]
            if any(about & sentence.stems for sentence in near):
                yield f'says "{word}", the source says "{other}"'
                break


def weakened(said: Text, source: Text) -> Iterator[str]:
    """A duty for a permission, and the like."""
    for kind, others in _WEAKER.items():
        if kind in said.modals and kind not in source.modals:
            other = next((other for other in others if other in source.modals), None)
            if other and other not in said.modals:
                yield f'says "{said.modals[kind]}", the source says "{source.modals[other]}"'


def narrowed(said: Text, source: Text) -> Iterator[str]:
    """`Only` that the source does not say."""
    if not source.has("only"):
        yield from (f'says "{word.words}", the source does not' for word in said.has("only")[:1])


def weighty(said: Text, source: Text) -> Iterator[str]:
    """Strong words, such as `misinformed` or `exorbitant`, that the source does not use."""
    for word in said.has("weighty"):
        plain = word.words.casefold()
        known = plain in source.vocabulary or stem(plain, said.language) in source.stems
        if not known and not any(alike(plain, other, said.language) for other in source.vocabulary):
            yield f'says "{word.words}", the source does not'
