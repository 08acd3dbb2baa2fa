"""Notes that somebody took: lines with a label, and lists of what is to be done."""

import re
from collections.abc import Iterator
from decimal import Decimal

from jobs.recap.amounts import placed_amounts
from jobs.recap.call import is_heading
from jobs.recap.schema import Budget, NextStep
from sandbox.rehearsal.inquiry.words import fold
from sandbox.rehearsal.recap.budget import currency_of
from sandbox.rehearsal.recap.days import days
from sandbox.rehearsal.recap.found import Found
from sandbox.rehearsal.recap.hearing import Hearing, Said

_SEPARATOR = re.compile(r"\s*(?:[:=]|\s[-–—]\s)\s*")
_OWNER = re.compile(
    r"^(?P<owner>(?:me|ik|ich|moi|we|wij|wir|us|nous)(?=\s*:)|(?:(?:Mr|Mrs|Ms|Herrn?|Frau|Mme|M|Dr|[Dd]hr"
    r"|[Mm]evr?|Mevrouw|Meneer)\.? )?"
    r"[A-ZÀ-Ö][\w.'’-]*(?: (?:van |de |der |von )*[A-ZÀ-Ö][\w'’-]+){0,2})"
    r"(?P<link>\s*:\s*|\s+[-–]\s+|\s+)(?P<what>.+)$"
)
_BEHIND = re.compile(
    r"[(\[](?P<owner>[A-ZÀ-Ö][\w.'’ -]{1,30})[)\]]\s*$|(?:\bby|\bdoor|\bdurch|\bpar|@)\s?(?P<name>[A-ZÀ-Ö][\w'’-]+)\s*$"
)
_FREE = {
    "budget": re.compile(r"budget\b"),
    "timeline": re.compile(r"(?:deadline|wanted)\b"),
    "need": re.compile(r"(?:bedarf|besoin|needs?)\b"),
}
"""Labels that need no colon."""
_BY_WHOM = re.compile(r"(?:decision|entscheidung|beslissing|besluit)(?: is)?(?: made| taken)? (?:by|durch|door|par) ")
_NEXT = re.compile(r"(?:next|follow|volgend|vervolg|nachst|folge|prochain)")
_WE = re.compile(
    r"^(?P<owner>we|wij|wir|nous|on|(?:the |de |der |le )?(?:customer|klant|kunde|client))\s+(?P<what>.+)$", re.I
)

_FEW = 4
"""Words up to which a denial says that there is nothing: `not named`, `derzeit keiner`."""


def labelled(hearing: Hearing) -> dict[str, list[tuple[str, Said]]]:
    """What stands behind each label, the lines below a label that stands alone among it. An empty text: the notes say
    that there is nothing."""
    found: dict[str, list[tuple[str, Said]]] = {}
    heading = ""
    for turn in hearing.turns:
        line = Said(turn, turn.words, False, True)
        label, value = _label(hearing, line)
        if label and not value:
            heading = label
            found.setdefault(label, [])
            continue
        if label:
            heading = label if label == "step" else ""
        field = label or heading
        if not field:
            continue
        nothing = hearing.cues.labels["nothing"].match(value.casefold().strip(" .()"))
        if field in ("authority", "need") and len(value.split()) <= _FEW:
            nothing = nothing or hearing.cues("word", "deny").search(fold(value))
        found.setdefault(field, []).append(("" if nothing else value.strip(" ."), line))
    return found


def _label(hearing: Hearing, line: Said) -> tuple[str, str]:
    separated = _SEPARATOR.search(line.text)
    head = line.folded[: separated.start()] if separated else line.folded.rstrip(" .")
    for name, pattern in hearing.cues.labels.items():
        if name in ("nothing", "to"):
            continue
        if pattern.fullmatch(head.strip()):
            return name, line.text[separated.end() :] if separated else ""
        match = pattern.match(line.folded)
        if name == "authority" and (by := _BY_WHOM.match(line.folded)) and not _dated(line.text, hearing):
            return name, line.text[by.end() :]
        if match and name == "meeting" and _NEXT.match(line.folded) and _dated(line.text[match.end() :], hearing):
            return name, line.text[match.end() :].strip()
        if match and name in _FREE and _FREE[name].match(line.folded):
            return name, line.text if name == "timeline" else line.text[match.end() :].strip()
    return "", line.text


def _dated(text: str, hearing: Hearing) -> bool:
    return any(day.exact and day.day > hearing.day for day in days(text, hearing.code, hearing.day))


def budget_of(lines: list[tuple[str, Said]], hearing: Hearing) -> Found[Budget] | None:
    for value, line in reversed(lines):
        figures = [found for found in placed_amounts(value) if found[0] >= Decimal(300)]
        if figures and not hearing.cues("word", "no_budget").search(line.folded):
            amount, _, end = figures[0]
            after = figures[1] if len(figures) > 1 else None
            if after and re.fullmatch(r"\s*(?:-|–|to|tot|bis|à|a|en|and)\s*[€$£]?\s*", value[end : after[1]]):
                amount = after[0]
            return Found(Budget(amount=amount, currency=currency_of(line.text)), (line.text,), line.turn.number)
    return None


def steps_of(lines: list[tuple[str, Said]], hearing: Hearing) -> Iterator[Found[NextStep]]:
    for value, line in lines:
        if not value:
            continue
        owner, what = _owner(value, hearing)
        named = [day for day in days(value, hearing.code, hearing.day) if not day.vague and day.day >= hearing.day]
        due = named[-1].day.isoformat() if named else None
        yield Found(NextStep(owner=owner, what=what.strip(" ."), due=due), (line.text,), line.turn.number)


def steps_anywhere(hearing: Hearing) -> Iterator[tuple[str, Said]]:
    """`Joost to send the quote`, outside any list."""
    for turn in hearing.turns:
        line = Said(turn, turn.words, False, True)
        match = _OWNER.match(line.text)
        acts = (match and _acts(match, hearing)) or _we_act(line.text, hearing)
        if acts and not _label(hearing, line)[0]:
            yield line.text, line


def _owner(value: str, hearing: Hearing) -> tuple[str | None, str]:
    match = _OWNER.match(value)
    if match and (match["link"].strip() or _acts(match, hearing)):
        owner = None if is_heading(match["owner"]) else match["owner"]
        return owner, re.sub(r"^to ", "", match["what"])
    if we := _we_act(value, hearing):
        return we["owner"], we["what"]
    behind = _BEHIND.search(value)
    if behind:
        return (behind["owner"] or behind["name"]).strip(), value[: behind.start()]
    return None, value


def _we_act(text: str, hearing: Hearing) -> re.Match[str] | None:
    """`we send the quote by 1 December`, `customer sends the plan`."""
    match = _WE.match(text)
    if not match or hearing.cues("do", "not_step").search(fold(text)) or hearing.cues("word", "if_").search(fold(text)):
        return None
    commits = hearing.cues.acts("commit", "strong").match(fold(text))
    named = hearing.cues.labels["to"].match(fold(match["what"]))
    return match if commits or named else None


def _acts(match: re.Match[str], hearing: Hearing) -> bool:
    """Whether a verb of doing follows the name; behind a colon it may stand anywhere."""
    what = fold(match["what"])
    if match["link"].strip():
        strong = hearing.cues.acts("third", "strong") if hearing.code == "en" else hearing.cues.labels["to"]
        return bool(strong.search(what) or _INFINITIVE.search(what))
    return bool(hearing.cues.labels["to"].match(what))


_INFINITIVE = re.compile(
    r"\b(?:send|check|call|prepare|confirm|sturen|mailen|bellen|regelen|schicken|senden|klaren|prufen"
    r"|anrufen|envoyer|transmettre|appeler)\b"
)
