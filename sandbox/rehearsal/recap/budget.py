"""What the customer can or will spend: said outright, answered, or confirmed; corrected, denied or only imagined."""

import re
from decimal import Decimal

from jobs.recap.amounts import placed_amounts
from jobs.recap.rules import RULES
from jobs.recap.schema import Budget
from sandbox.rehearsal.inquiry.words import fold
from sandbox.rehearsal.recap.found import Found
from sandbox.rehearsal.recap.hearing import Hearing, Said, sentences_after

_MARK = re.compile(
    r"[€$£]|\b(?:eur|euros?|gbp|pounds?|quid|usd|dollars?|chf|franken|pond|pfund|k|grand|bucks)\b|\dk\b", re.I
)
_CURRENCY = re.compile(
    r"[€$£]|\b(?:eur|euros?|gbp|pounds?|quid|usd|dollars?|chf|franken|pond|pfund|grand|k€)\b"
    r"|\d ?k\b|thousand|duizend|tausend|mille",
    re.I,
)
_SCALED = re.compile(r"\d ?k\b|thousand|grand|duizend|tausend|mille|million|miljoen|\bton\b|k€|keur|teur", re.I)
_YEAR = range(2015, 2041)
_LEAST = 300
_NOT_BEFORE = re.compile(
    r"(?:\bnot|\bniet|\bnicht|\bpas|\bno longer|\binstead of|\brather than|\bin plaats van|\bstatt"
    r"|\bau lieu de)\s+(?:de\s+|the\s+)?\S{0,3}$",
    re.I,
)
_RANGE = re.compile(
    r"^\s*(?:[€$£]\s*)?(?:-|–|—|to|and|or|a|à|et|ou|en|of|tot|bis|und|oder)\s*(?:[€$£]|maybe)?\s*$", re.I
)
_THING = re.compile(
    r"^\s*(?:%|per ?cent|percent|prozent|procent|pour cent|m\b|mm\b|km\b|kg\b|kw\b|v\b|volt|pieces|pcs"
    r"|stuks|stück|people|employees|users|vans|years?|months?|weeks?|days?|hours?|minutes?|x\b|metres?"
    r"|meters?|jahre?|monate?|wochen|tage|jaar|maanden|weken|dagen|ans|mois|semaines|jours|percent"
    r"|lengths|panels|contactors)",
    re.I,
)
_NO = re.compile(r"[,;–—-]\s*(?:no|nee|nein|non)\s*[,;–—-]")
_ENDS = re.compile(r"\s*(?:[.,;:!?–—)]|$|[€$£]|(?:eur|euros?|gbp|pounds?|k|dollars?|pond|pfund|franken)\b)", re.I)
"""A figure that counts nothing else."""
_FORWARD = 3
"""Sentences within which people correct themselves."""


def find_budget(hearing: Hearing) -> Found[Budget] | None:
    """The last that was said holds; a denial takes back what was said before."""
    best: Found[Budget] | None = None
    for one in hearing.said:
        if one.ours:
            best = _confirmed(hearing, one, best) or best
            continue
        if one.asks or _imagined(hearing, one):
            continue
        answers = _answers_money(hearing, one)
        says = _has_money(hearing, one)
        if answers and not says and hearing.cues("say", "not_budget").search(one.folded):
            continue
        if not says and not answers:
            continue
        if hearing.cues("word", "others").search(one.folded):
            continue
        amount = _amount(hearing, one, answers=answers and not says)
        if amount is None:
            denied = hearing.cues("word", "no_budget").search(one.folded)
            if denied and best and re.search(r"budget", one.folded):
                best = None
            continue
        if hearing.cues("word", "no_budget").search(one.folded) and RULES.unsaid.search(one.text):
            continue
        best = _corrected(hearing, one, amount)
    return best


def _has_money(hearing: Hearing, one: Said) -> bool:
    """A budget by name, or money that somebody has or may not go beyond."""
    cues, folded = hearing.cues, one.folded
    if cues("say", "budget").search(folded) and ("budget" in folded or not cues("say", "not_budget").search(folded)):
        return True
    if not cues("say", "have").search(folded) or cues("say", "not_budget").search(folded):
        return False
    if cues("say", "authority").search(folded) or _follows_authority(hearing, one):
        return False  # up to ten thousand: what somebody may sign
    return bool(_CURRENCY.search(one.text))


def _follows_authority(hearing: Hearing, one: Said) -> bool:
    before = hearing.by_turn.get(one.turn.number - 1, [])
    return any(said.asks and hearing.cues("ask", "authority").search(said.folded) for said in before)


def _imagined(hearing: Hearing, one: Said) -> bool:
    return bool(RULES.unsaid.search(one.text) or hearing.cues("word", "if_").match(one.folded)) or bool(
        hearing.cues("word", "if_").search(one.folded.split(",")[0])
    )


def _answers_money(hearing: Hearing, one: Said) -> bool:
    """Whether the turn before this one's asks for the budget."""
    if one.turn.number == 0:
        return False
    before = [s for n in range(max(0, one.turn.number - 2), one.turn.number) for s in hearing.by_turn.get(n, [])]
    asked = [s for s in before if s.speaker != one.speaker and s.asks]
    return bool(asked) and bool(hearing.cues("ask", "budget").search(asked[-1].folded))


def _amount(hearing: Hearing, one: Said, *, answers: bool) -> Decimal | None:
    """Of a range the upper end; what stands behind `not` is taken back."""
    text = one.text
    candidates: list[tuple[Decimal, int, int]] = []
    for amount, start, end in placed_amounts(text):
        near = text[max(0, start - 4) : end + 10]
        money = bool(_MARK.search(near) or _SCALED.search(text[start:end]))
        if _THING.match(text[end:]) or (
            amount in _YEAR and not money and "." not in text[start:end] and "," not in text[start:end]
        ):
            continue
        if _NOT_BEFORE.search(text[:start]):
            continue
        if money or amount >= _LEAST:
            candidates.append((amount, start, end))
    if not candidates:
        return None
    cue = re.search(r"budget|spend|approved|set aside|besteden|uitgeven|ausgeben|enveloppe", text, re.I)
    behind = [found for found in candidates if cue and found[1] >= cue.end()] or candidates
    amount, _, end = behind[0]
    following = [found for found in candidates if found[1] >= end]
    if following and _RANGE.match(text[end : following[0][1]]):
        amount, _, end = following[0]
    amount = _mended(hearing, text, amount, end)
    return amount if amount >= _LEAST or answers else None


def _mended(hearing: Hearing, text: str, amount: Decimal, end: int) -> Decimal:
    """`50 thousand, sorry, 45`: the last one, where the words between take the first back."""
    for better, start, stop in placed_amounts(text):
        between = fold(text[end:start])
        if start < end or not (hearing.cues("word", "sorry").search(between) or _NO.search(between)):
            continue
        if _THING.match(text[stop:]) or _NOT_BEFORE.search(text[:start]) or not _ENDS.match(text[stop:]):
            continue
        amount, end = (better * 1000 if better < 1000 <= amount else better), stop
    return amount


def _corrected(hearing: Hearing, one: Said, amount: Decimal) -> Found[Budget]:
    """`Sorry, make that 40`: by the same speaker, within a few sentences."""
    quotes, taken_back = [one.text], False
    for later in sentences_after(hearing, one, _FORWARD):
        if later.speaker != one.speaker:
            continue
        taken_back = taken_back or bool(hearing.cues("word", "sorry").search(later.folded))
        if not taken_back:
            continue
        better = _amount(hearing, later, answers=True)
        bare = _bare(later)
        if better is None and bare and amount >= 1000 and bare < 1000:
            better = bare * 1000
        elif better is not None and better < 1000 <= amount:
            better *= 1000
        if better is not None and better != amount:
            amount = better
            quotes.append(later.text)
            break
    text = " ".join(quotes)
    budget = Budget(amount=amount, currency=currency_of(text) or _only_currency(hearing))
    return Found(budget, tuple(quotes), one.turn.number)


def _bare(later: Said) -> Decimal | None:
    """A figure alone, for the thousands that both know of."""
    kept = [
        amount
        for amount, start, end in placed_amounts(later.text)
        if not _NOT_BEFORE.search(later.text[:start]) and not _THING.match(later.text[end:]) and amount > 1
    ]
    return kept[0] if kept else None


def _confirmed(hearing: Hearing, one: Said, best: Found[Budget] | None) -> Found[Budget] | None:
    """`So your budget is 50,000?` and a yes."""
    asks = one.asks or one.folded.endswith(("right?", "correct?"))
    if not asks or "budget" not in one.folded or best:
        return None
    amount = _amount(hearing, one, answers=False)
    reply = hearing.answer(one)
    if amount is None or not reply or not hearing.cues("word", "yes").match(reply[0].folded):
        return None
    budget = Budget(amount=amount, currency=currency_of(one.text) or _only_currency(hearing))
    return Found(budget, (one.text, reply[0].text), reply[0].turn.number)


def currency_of(text: str) -> str | None:
    folded = text.casefold()
    for code, marks in RULES.currencies.items():
        for mark in marks:
            pattern = re.escape(mark) if not mark[-1].isalpha() else rf"(?<![^\W\d_]){re.escape(mark)}(?!\w)"
            if re.search(pattern, folded):
                return code
    return None


def _only_currency(hearing: Hearing) -> str | None:
    """The one that the whole call is held in."""
    named = {code for one in hearing.said if (code := currency_of(one.text))}
    return next(iter(named)) if len(named) == 1 else None
