"""What turns a sentence into another: denial, opposites, duty for permission, a condition left out."""

import re
from collections.abc import Iterator

from jobs.claims.opposites import alike, opposite
from jobs.claims.polarity import Word
from jobs.claims.text import Text
from jobs.claims.words import stem

_CLAUSE = re.compile(r"[,;:.!?()]")
_KIN = 5
"""Letters at their beginning that two forms of a word share."""
_REACH = 4
"""Words about a word that tell what it is said of."""
_WEAKER = {
    "duty": ("permission", "advice", "chance"),
    "permission": ("duty",),
    "advice": ("duty",),
    "promise": ("chance", "advice"),
}


def unrelated(said: Text, source: Text) -> Iterator[str]:
    """A claim that shares no word and no number with the passage, both in one language."""
    if not said.stems or any(mine.same_value(other) for mine in said.quantities for other in source.quantities):
        return
    kin = {other[:_KIN] for other in source.stems if len(other) >= _KIN}
    if not said.stems & source.stems and not any(one.startswith(tuple(kin)) for one in said.stems):
        yield "the quoted words are about something else"


def denied(said: Text, source: Text) -> Iterator[str]:
    """What the claim denies and the source does not. Both are in one language."""
    for word in said.denials:
        if any(_says_alike(word, sentence) for sentence in source.sentences):
            continue
        scopes = [other.scope for other in source.denials]
        if not any(word.scope & scope for scope in scopes) if word.scope else not scopes:
            meant = [w for w in said.words if stem(w, said.language) in word.scope and w not in source.vocabulary]
            if not any(opposite(w, other, said.language) for w in meant for other in source.vocabulary):
                yield f'says "{word.words}", the source does not'


def _says_alike(word: Word, sentence: Text) -> bool:
    """Whether a sentence denies the same in another way: `without` VAT for `exclusive of` VAT."""
    denying = word.words.casefold()
    if word.scope and not word.scope & sentence.stems:
        return False
    return any(alike(denying, other, sentence.language) for other in sentence.vocabulary)


def undenied(said: Text, source: Text) -> Iterator[str]:
    """What the source denies and the claim says, or says nothing of."""
    language = said.language
    if said.denials:
        return
    for word in source.denials:
        meant = [w for w in source.words if stem(w, language) in word.scope]
        turned = any(opposite(w, other, language) for w in meant for other in said.vocabulary)
        if not turned and word.scope and len(word.scope & said.stems) >= len(word.scope) / 2:
            yield f'the source says "{word.words}", which the claim leaves out'


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
    """A duty for a permission, a perhaps for a fact, and the like."""
    for kind, others in _WEAKER.items():
        if kind in said.modals and kind not in source.modals:
            other = next((other for other in others if other in source.modals), None)
            if other and other not in said.modals:
                yield f'says "{said.modals[kind]}", the source says "{source.modals[other]}"'
    if "chance" in said.modals and not {"chance", "advice", "permission"} & source.modals.keys():
        yield f'says "{said.modals["chance"]}", the source does not'


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


def unconditional(said: Text, source: Text) -> Iterator[str]:
    """A condition or an exception of the source that the claim leaves out, be it in other words."""
    if any(said.has(kind) for kind in ("condition", "exception", "only")):
        return
    for kind in ("condition", "exception", "when"):
        for word in source.has(kind):
            clause = Text(_CLAUSE.split(source.text[word.start + len(word.words) :])[0], source.language)
            if not _told(said, clause, certain=kind == "when"):
                yield f'the source says "{word.words}", which the claim leaves out'


def _told(said: Text, clause: Text, *, certain: bool) -> bool:
    """Whether the claim has what a condition says: a number of it, or some of its words. In another language words tell
    nothing, and a condition that may be none (`when`) is not held against it."""
    if any(mine.same_value(other) for mine in said.quantities for other in clause.quantities):
        return True
    if said.language != clause.language:
        return certain or bool(said.has("when"))
    return not clause.stems or len(clause.stems & said.stems) >= len(clause.stems) / 3
