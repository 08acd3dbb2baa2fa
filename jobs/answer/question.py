"""What a question asks: its parts, the words it is about, and what kind of thing would answer it."""

import re
from collections.abc import Iterator, Sequence
from dataclasses import dataclass, replace
from functools import cache

from jobs.answer.lexicon import asking, concepts, fold, pattern, phrases, stem, words_of

_END = re.compile(r"(?<=[?!])\s+|(?<=[.:])\s+(?=[A-ZÀ-Ý])|\n\s*\n|\n(?=\s*(?:[-*•]|\d+[.)])\s)")
_MOST_PARTS = 6
_FEW = 3
_BEGINNING = 12
"""Characters within which a question says that it asks for a yes or a no."""
_REACH = 3
"""Words between a figure and what it counts."""
KINDS = ("clock", "contact", "duration", "percent", "money", "when", "person", "place", "count", "permission")
"""What may be asked for, the more telling first."""
_DATE = re.compile(r"\b\d{4}-\d\d?-\d\d?\b|\b\d\d?[./]\d\d?[./]\d{2,4}\b|\b(?:19|20)\d\d\b")
_CLOCK = re.compile(
    r"\b\d\d?[:.h]\d\d\b|\b\d\d?\s?(?:am|pm|a\.m\.|p\.m\.|uur|uhr|h|heures?|o'clock)\b|\bnoon\b|\bmidday\b|\bmidi\b"
)
_MONEY = re.compile(r"(?:€|\beur\b|\beuros?\b|£|\bgbp\b|\$|\busd\b|\bchf\b)", re.IGNORECASE)
_PERCENT = re.compile(r"%|\b(?:per ?cent|percent|procent|prozent|pour ?cent)\b")
_NONE = re.compile(r"\bno\b|\bgeen\b|\bkein|\baucun")
_CONTACT = re.compile(
    r"[\w.+-]+@[\w-]+\.\w|https?://|\+?\d[\d ()/-]{5,}\d|\b(?:ext|extension|toestel|durchwahl|poste)\b"
)
_FIGURE = re.compile(
    r"\d|\b(?:one|two|three|four|five|six|seven|eight|nine|ten|twelve|fifteen|twenty|thirty|sixty|ninety|half|none|unlimited"
    r"|een|twee|drie|vier|vijf|zes|zeven|acht|negen|tien|twaalf|veertien|twintig|dertig|zestig|negentig"
    r"|eine[nrm]?|zwei|drei|funf|sechs|sieben|neun|zehn|zwolf|vierzehn|zwanzig|dreissig|sechzig|neunzig"
    r"|deux|trois|quatre|cinq|six|sept|huit|neuf|dix|douze|quinze|vingt|trente|soixante|once|twice|double|dubbel|doppelt)\b"
)
_SIZE = re.compile(r"(\d[\d.,]*)\s?(?:kwp?|w|wp|kva|v|a|ah|wh|mm2?|cm2?|bar|l|inch|zoll|dn)\b")
"""A figure that tells one article from another, not one that is compared with a limit."""
_PHRASE = re.compile(
    r"\b(?:what is the|how long is the|on|for an?|of an?|wat is de|wat is het|was ist d[ei][re]?) ([^?.,;:]+)"
)
"""What is asked for, and of what, as far as it is named behind these words."""
_PLAIN_NUMBER = re.compile(r"[\d.,]+(?:st|nd|rd|th|e|er)?")
_NAME = re.compile(r"\b[A-ZÀ-Ý][\w'’-]+\s+(?:(?:van|de|der|den|von|ten|ter|du|le|la)\s+)*[A-ZÀ-Ý][\w'’-]+")
_CAPITAL = re.compile(r"\b[A-ZÀ-Ý][\w&'’-]*")


@dataclass(frozen=True)
class Unit:
    """One thing that a question is about: a word, and what it means."""

    word: str
    """Folded."""
    stem: str
    concepts: frozenset[str]
    weight: float
    """How much it matters that it is spoken of."""


@dataclass(frozen=True)
class Asked:
    """One part of a question."""

    text: str
    units: Sequence[Unit]
    kinds: frozenset[str]
    """Of KINDS; empty: anything may answer."""
    sizes: frozenset[str] = frozenset()
    """Figures that tell one article from another, such as `15kw`."""

    needed: Sequence[Unit] = ()
    """Without these it is about something else: words that stand together, such as `restocking fee`."""

    def of_size(self, text: str) -> bool:
        """Whether all sizes that are asked about stand there."""
        return self.sizes <= _sizes(text)


def parts_of(question: str) -> list[str]:
    """The questions that a text holds, each by itself; the text as it is where it asks nothing in so many words."""
    if not question.strip():
        return []
    sentences = [" ".join(sentence.split()).strip("-*• ") for sentence in _END.split(question) if sentence.strip()]
    asked = [sentence for sentence in sentences if _asks(sentence)]
    parts = [part for sentence in asked for part in _halves(sentence)]
    return parts[:_MOST_PARTS] or [" ".join(question.split())]


def asked_in(part: str, whole: str = "") -> Asked:
    """What one part asks. A part that says little of what it is about (`and for how long?`) leans on the whole."""
    units = _units(part)
    if _leans(part, whole):
        known = {unit.stem for unit in units}
        units += [replace(unit, weight=unit.weight / 2) for unit in _units(whole) if unit.stem not in known]
    return Asked(part, tuple(units), kinds_of(part), _sizes(part), tuple(_needed(part, units)))


def sought(part: str, whole: str) -> str:
    """What to search for: the part, with what stands around it where it leans on that."""
    return " ".join(whole.split()) if _leans(part, whole) else part


def topic_of(part: str, customers: Sequence[str]) -> str:
    """The words that it is about, without those that name a contract's customer."""
    names = {word for customer in customers for word in words_of(customer)}
    units = [unit for unit in _units(part) if unit.word not in names and "contract" not in unit.concepts]
    return " ".join(unit.word for unit in units)


def _leans(part: str, whole: str) -> bool:
    units = _units(part)
    said_more = len(_units(whole)) > len(units)
    return said_more and (len(units) < 2 or (len(units) < _FEW and bool(pattern("pronouns").search(fold(part)))))


def _needed(part: str, units: Sequence[Unit]) -> Iterator[Unit]:
    known = {unit.word: unit for unit in units}
    for phrase in _PHRASE.findall(fold(part)):
        run = [known.get(word) for word in words_of(phrase)]
        named = [unit for unit in run[: run.index(None) if None in run else len(run)] if unit]
        yield from named if len(named) <= _FEW else ()


def _sizes(text: str) -> frozenset[str]:
    return frozenset("".join(found[0].split()) for found in _SIZE.finditer(fold(text)))


@cache
def kinds_of(part: str) -> frozenset[str]:
    folded = fold(part)
    found = {kind for kind in KINDS if pattern(kind).search(folded)}
    if "count" in found and found & {"duration", "money", "percent"}:
        found.discard("count")
    begun = pattern("permission").search(folded)
    if begun and (len(found) > 1 or begun.start() > _BEGINNING):
        found.discard("permission")
    if "place" in found and folded.startswith(("wo ", "ou ")) and found & {"person"}:
        found.discard("place")
    if "person" in found and found & {"count", "money", "duration", "clock"}:
        found.discard("person")  # German `wie` is how, Dutch `wie` is who
    return frozenset(found)


def answers(kind: str, sentence: str) -> bool:
    """Whether a sentence holds a thing of this kind at all."""
    folded = fold(sentence)
    match kind:
        case "duration":
            return bool(_period().search(folded) or pattern("at_once").search(folded))
        case "money":
            return bool(
                _MONEY.search(folded)
                or _PERCENT.search(folded)
                or pattern("free_words").search(folded)
                or _NONE.search(folded)
            )
        case "percent":
            return bool(_PERCENT.search(folded) or _MONEY.search(folded) or _NONE.search(folded))
        case "count":
            return bool(_FIGURE.search(folded))
        case "when":
            found = _DATE.search(folded) or pattern("month_names").search(folded) or _CLOCK.search(folded)
            return bool(
                found
                or (pattern("time_units").search(folded))
                or re.search(
                    r"\b(?:after|before|once|when|until|na|voor|nach|vor|wenn|apres|avant|des que|zodra|sobald)\b",
                    folded,
                )
            )
        case "clock":
            return bool(_CLOCK.search(folded))
        case "person":
            return bool(pattern("roles").search(folded) or _NAME.search(sentence) or _CONTACT.search(folded))
        case "place":
            return bool(_CAPITAL.search(sentence[1:]))
        case "contact":
            return bool(_CONTACT.search(folded))
        case "permission":
            return bool(pattern("moods").search(folded))
        case _:
            return True


@cache
def _period() -> re.Pattern[str]:
    """A figure and, within three words, a unit of time; or one beside `every`."""
    units = pattern("time_units").pattern
    return re.compile(
        rf"(?:{_FIGURE.pattern})[\d.,]*\)?(?:[\s-]+[^\s.;]+){{0,2}}?[\s-]+{units}|{pattern('every').pattern}\s+{units}"
    )


def counted(asked: Asked, sentence: str) -> bool:
    """Whether the sentence gives a figure of what is to be counted: `how many employees` is not answered by days."""
    words = words_of(sentence)
    if not asked.units:
        return bool(_FIGURE.search(fold(sentence)))
    first = asked.units[0]
    for at, word in enumerate(words):
        if first.stem == stem(word) or first.concepts & concepts(word):
            around = " ".join(words[max(0, at - _REACH) : at + _REACH + 1])
            if _FIGURE.search(around):
                return True
    return False


def _units(text: str) -> list[Unit]:
    """The informative words, each once."""
    capitals, sizes = _names(text), set(_SIZE.findall(fold(text)))
    found: dict[str, Unit] = {}
    for bare in (piece for word in words_of(text) for piece in _pieces(word.strip("'-."))):
        if not bare or bare in _small() or (len(bare) == 1 and not bare.isdigit()):
            continue
        meant, root = concepts(bare), stem(bare)
        weight = 1.0
        if _PLAIN_NUMBER.fullmatch(bare) and bare not in sizes:
            weight = 0.3  # a question of 12 % is answered by what holds from 10 to 15 %
        elif any(c.isdigit() for c in bare) or bare in capitals:
            weight = 1.5
        if root not in found:
            found[root] = Unit(bare, root, meant, weight)
    return list(found.values())


def _pieces(word: str) -> Sequence[str]:
    """`P1-incident` is two words; an article number such as EL-GLD-M20 is one."""
    pieces = word.split("-")
    return pieces if len(pieces) == 2 and all(len(piece) > 1 for piece in pieces) else [word]


def _names(text: str) -> frozenset[str]:
    """Words with a capital within a sentence, where the language does not write all nouns so."""
    words = re.findall(r"[^\W\d_][\w'’-]*", text)
    capitals = [word for word in words[1:] if word[0].isupper()]
    german = len(capitals) > 2 and len(capitals) > len(words) / 5
    return frozenset() if german else frozenset(fold(word) for word in capitals)


@cache
def _small() -> frozenset[str]:
    return frozenset(asking("small"))


def _asks(sentence: str) -> bool:
    folded = fold(sentence)
    return sentence.rstrip().endswith("?") or bool(_opener().match(folded) or _indirect().search(folded))


@cache
def _indirect() -> re.Pattern[str]:
    """`I would like to know how long ...`"""
    return re.compile(pattern("wondering").pattern + r"[\s,:]+(?:\w+\s+){0,2}" + pattern("openers").pattern)


@cache
def _opener() -> re.Pattern[str]:
    return re.compile(r"(?:" + pattern("openers").pattern + ")")


@cache
def _joint() -> re.Pattern[str]:
    joints = pattern("conjunctions").pattern
    return re.compile(
        rf"\s*(?:,\s*|;\s*|\s)(?:{joints})(?:,|\s)+(?={pattern('openers').pattern})|\s*[,;]\s+(?={pattern('openers').pattern})"
    )


def _halves(sentence: str) -> Iterator[str]:
    """Cut where a conjunction or comma is followed by what opens a question, if each half is about something."""
    folded = fold(sentence)
    if len(folded) != len(sentence):  # a letter that folds into two: better whole than cut in the wrong place
        yield sentence
        return
    start = 0
    for joint in _joint().finditer(folded):
        head, tail = sentence[start : joint.start()], sentence[joint.end() :]
        if _asks(head) and _units(head) and _units(tail):
            yield head.strip(" ,;") + "?"
            start = joint.end()
    yield sentence[start:].strip()


__all__ = ["KINDS", "Asked", "Unit", "answers", "asked_in", "kinds_of", "parts_of", "phrases"]
