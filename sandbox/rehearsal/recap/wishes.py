"""What the customer needs, by when, what holds them back, and what was settled."""

import re
from dataclasses import replace
from datetime import date

from sandbox.rehearsal.recap.days import days
from sandbox.rehearsal.recap.found import Found, found, trimmed
from sandbox.rehearsal.recap.hearing import Hearing, Said, sentences_after

_PERIOD = re.compile(
    r"\b(?:week|wk|kw|semaine|woche)\.? ?\d{1,2}\b|\b(?:q[1-4]|quarter|kwartaal|quartal|trimestre)\b"
    r"|\b(?:spring|summer|autumn|winter|voorjaar|zomer|najaar|herfst|fruhjahr|fruhling|sommer|herbst"
    r"|printemps|ete|automne|hiver)\b"
    r"|\b(?:january|february|march|april|june|july|august|september|october|november|december|januari"
    r"|februari|maart|juni|juli|augustus"
    r"|oktober|januar|februar|marz|maerz|dezember|janvier|fevrier|mars|avril|juin|juillet|aout"
    r"|septembre|octobre|novembre|decembre)\b"
    r"|\b(?:in|by|before|since|for|early|late|mid|of|im|in|bis|ab|anfang|ende|mitte|begin|eind|half|en"
    r"|fin|debut|d'ici) (?:may|mei|mai)\b"
    r"|\b(?:this|next|end of the|dit|volgend|eind|dieses|nachstes|cette|l') ?(?:year|jaar|jahr"
    r"|annee)\b|\bannee prochaine\b|\bas soon as possible\b|\basap\b|\bzo snel mogelijk\b"
    r"|\bso schnell wie moglich\b|\ble plus vite possible\b"
    r"|\b(?:christmas|easter|kerst|pasen|weihnachten|ostern|noel|paques)\b"
    r"|\b(?:in|within|binnen|innerhalb|dans|sous) (?:the next |de |von |les )?(?:\w+ ){1,2}(?:days?"
    r"|weeks?|months?|dagen|weken|maanden|tagen?|wochen|monaten?|jours|semaines|mois)\b"
)
_MONEY = re.compile(r"budget|[€$£]|\b(?:eur|euros?|pounds?|dollars?)\b|\d ?k\b")
_WEIGHT = 6
"""Words from which on a need says something."""
_MOST = 5


def find_need(hearing: Hearing) -> Found[str] | None:
    """The first that the customer names; an answer to what they need, else."""
    cues = hearing.cues
    answered: Found[str] | None = None
    pain: Found[str] | None = None
    for one in hearing.said:
        if one.ours:
            if one.asks and answered is None and cues("ask", "need").search(one.folded):
                answered = _need_answer(hearing, one)
            continue
        if _says_need(hearing, one, "need"):
            return found(trimmed(one.text, cues), one)
        if pain is None and _says_need(hearing, one, "pain"):
            pain = found(trimmed(one.text, cues), one)
    return answered or pain


def _says_need(hearing: Hearing, one: Said, kind: str) -> bool:
    cues, folded = hearing.cues, one.folded
    match = cues("say", kind).search(folded)
    if not match or one.asks or cues("say", "not_need").search(folded):
        return False
    if cues("word", "if_").match(folded) or cues("word", "if_").search(folded[: match.start()]):
        return False
    if re.search(r"\b(?:don't|doesn't|didn't|do not|not|niet|nicht|pas|never)\W+(?:\w+\W+)?$", folded[: match.start()]):
        return False
    if kind == "need" and _denied(hearing, folded, match.start()):
        return False
    if cues("say", "authority").search(folded) or (cues("say", "budget").search(folded) and _MONEY.search(folded)):
        return False
    return len(one.text.split()) >= _WEIGHT - 1 and not _is_about_papers(folded)


def _denied(hearing: Hearing, folded: str, at: int) -> bool:
    """`We need nothing at the moment`: a denial in the same clause."""
    start = max((end.end() for end in _CLAUSE.finditer(folded, 0, at)), default=0)
    after = _CLAUSE.search(folded, at)
    return _denies(hearing, folded[start : after.start() if after else len(folded)])


def _denies(hearing: Hearing, words: str) -> bool:
    rest = _NO_DENIAL.sub(" ", words)
    return bool(hearing.cues("word", "deny").search(rest) or re.search(r"\w+n't\b", rest))


_CLAUSE = re.compile(
    r"[,;:–—]|\b(?:and|but|that|which|who|because|since|so|where|en|maar|die|omdat|want|zodat|waar|und|aber|weil|dass"
    r"|damit|mais|parce|car|qui|que|dont)\b"
)
_NO_DENIAL = re.compile(
    r"\b(?:without|zonder|ohne|sans|no (?:more|later|fewer|less) than|not (?:only|just)|nicht (?:nur|mehr als)"
    r"|niet (?:alleen|meer dan)|pas plus d|non[- ]\w+)\b|\bn(?:e |')(?=.*\bqu)"
)
"""`Not only`, `without joints`: what is needed all the same."""


def _is_about_papers(folded: str) -> bool:
    return bool(
        re.search(
            r"\bneed (?:the|a|an|your|that|this) (?:quote|quotation|offer|proposal|price|answer|data ?sheet|list)",
            folded,
        )
    )


def _need_answer(hearing: Hearing, question: Said) -> Found[str] | None:
    cues = hearing.cues
    for one in hearing.answer(question)[:3]:
        if one.ours or cues("word", "dodge").search(one.folded) or cues("word", "no").match(one.folded):
            return None
        if (
            not one.asks
            and len(trimmed(one.text, cues).split()) >= _WEIGHT
            and not cues("word", "if_").search(one.folded)
        ):
            if _denies(hearing, one.folded) and not re.search(r"\d", one.text):
                return None
            weighty = re.search(r"\d", one.text) or cues("say", "need").search(one.folded)
            return found(trimmed(one.text, cues), one) if weighty else None
    return None


def find_timeline(hearing: Hearing) -> Found[str] | None:
    """The last that the customer says: as a day where one is named, else in their words."""
    cues = hearing.cues
    best: Found[str] | None = None
    firm = False
    for one in hearing.said:
        if one.ours:
            bare = len(one.text.split()) <= 3 and re.search(r"\b(?:when|wanneer|wann|quand)\b", one.folded)
            asks = bare or cues("ask", "timeline").search(one.folded)
            if one.asks and asks and not _about_other_days(hearing, one):
                reply = _timeline_answer(hearing, one)
                best, firm = (reply, True) if reply else (best, firm)
            continue
        must = bool(cues("say", "must").search(one.folded))
        if not cues("say", "timeline").search(one.folded) or not _may_be_timeline(hearing, one):
            continue
        if must or not firm:
            best = _when(hearing, one) or best
            firm = firm or must
    return best


def _may_be_timeline(hearing: Hearing, one: Said) -> bool:
    cues, folded = hearing.cues, one.folded
    if one.asks or cues("say", "not_timeline").search(folded) or cues("word", "if_").match(folded):
        return False
    if cues.acts("commit", "strong").search(folded) or cues.acts("request", "strong").search(folded):
        return False
    if cues("word", "no_budget").search(folded) or cues("say", "budget").search(folded):
        return False
    return not re.search(
        r"\b(?:won't happen|not happen|lukt niet|klappt nicht|impossible|since|sinds|seit|depuis)\b", folded
    )


def _about_other_days(hearing: Hearing, question: Said) -> bool:
    """`When shall we talk again?` is another matter, and so is `when does the man come back?`."""
    return bool(
        hearing.cues("meet", "cue").search(question.folded)
        or re.search(
            r"\b(?:speak|talk|call|meet|send|bellen|spreken|sprechen|telefonieren|rappeler|parler)\b", question.folded
        )
        or re.search(r"\b(?:did|was|were|war|hat|had|waren|etait)\b", question.folded)
    )


def _timeline_answer(hearing: Hearing, question: Said) -> Found[str] | None:
    cues = hearing.cues
    answers = [one for one in hearing.answer(question)[:4] if not one.ours]
    if answers and cues("word", "dodge").search(answers[0].folded):
        return None
    usable = [
        one
        for one in answers
        if not one.asks
        and not cues("word", "dodge").search(one.folded)
        and not cues("word", "if_").match(one.folded)
        and not re.search(r"\b(?:won't happen|not happen|lukt niet|klappt nicht)\b", one.folded)
        and not cues.acts("commit", "strong").search(one.folded)
    ]
    firm = [one for one in usable if cues("say", "must").search(one.folded)]
    firm += [one for one in usable if one not in firm and cues("say", "timeline").search(one.folded)]
    for one in [*firm, *usable]:
        if when := _when(hearing, one):
            return _corrected(hearing, when, one) or when
    return None


def _corrected(hearing: Hearing, when: Found[str], one: Said) -> Found[str] | None:
    """`No wait, the 22nd`: of the same month, where only the day is said."""
    for later in sentences_after(hearing, one, 2):
        if later.speaker != one.speaker or not hearing.cues("word", "sorry").search(later.folded):
            continue
        bare = re.search(
            r"\b(?:the|de|den|der|le) (\d{1,2})(?:st|nd|rd|th|e|\.|er)?\b(?! of| [a-z]+ber| januar| februar)",
            later.folded,
        )
        if bare and when.value[:4].isdigit():
            try:
                day = date.fromisoformat(when.value).replace(day=int(bare[1]))
            except ValueError:
                return None
            return found(day.isoformat(), one, later)
        after = [*sentences_after(hearing, later, 1)] if later.turn == one.turn else []
        for better in (_when(hearing, said) for said in (later, *after) if said.speaker == one.speaker):
            if better:
                return Found(better.value, (one.text, *better.quotes), better.at)
    return None


def when_in(hearing: Hearing, value: str, line: Said) -> Found[str] | None:
    """The day, or the words, of a line of notes."""
    when = _when(hearing, replace(line, text=value))
    return Found(when.value, (line.text,), line.turn.number) if when else None


def _when(hearing: Hearing, one: Said) -> Found[str] | None:
    named = [day for day in days(one.text, hearing.code, hearing.day) if not _is_past(day.day, hearing)]
    exact = [day for day in named if day.exact]
    if exact and len({day.day for day in exact}) == 1:
        return found(exact[0].day.isoformat(), one)
    last = max(exact, key=lambda day: day.start, default=None)
    if last and hearing.cues("word", "sorry").search(one.folded[exact[0].end : last.start]):
        return found(last.day.isoformat(), one)
    led = [day for day in exact if re.search(_BY, one.folded[: day.start].rstrip()[-12:])]
    if led:
        return found(led[0].day.isoformat(), one)
    if (named and not all(day.vague and len(one.text.split()) < 2 for day in named)) or _PERIOD.search(one.folded):
        return found(trimmed(one.text, hearing.cues), one)
    return None


_BY = re.compile(
    r"\b(?:by|before|until|from|on|latest|uiterlijk|voor|per|tot|bis|spatestens|am|vor|zum|avant|le"
    r"|pour|d'ici)(?: the| le| den| dem)?$"
)


def _is_past(day: date, hearing: Hearing) -> bool:
    return day < hearing.day


def find_objections(hearing: Hearing) -> list[Found[str]]:
    cues = hearing.cues
    kept: dict[str, Found[str]] = {}
    for one in hearing.said:
        if one.ours:
            if one.asks and cues("ask", "objection").search(one.folded):
                reply = _objection_answer(hearing, one)
                if reply:
                    kept.setdefault(reply.quotes[0], reply)
        elif _objects(hearing, one):
            kept.setdefault(one.text, found(trimmed(one.text, cues), one))
    return list(kept.values())[:_MOST]


def _objects(hearing: Hearing, one: Said) -> bool:
    cues, folded = hearing.cues, one.folded
    if one.asks or not cues("say", "objection").search(folded) or cues("say", "not_objection").search(folded):
        return False
    if cues("word", "if_").match(folded) or cues("word", "others").search(folded):
        return False
    return len(one.text.split()) >= 4


def _objection_answer(hearing: Hearing, question: Said) -> Found[str] | None:
    cues = hearing.cues
    reply = [one for one in hearing.answer(question)[:3] if not one.ours]
    for one in reply:
        if _objects(hearing, one):
            return found(trimmed(one.text, cues), one)
    if (
        not reply
        or reply[0].asks
        or cues("word", "no").match(reply[0].folded)
        or cues("word", "dodge").search(reply[0].folded)
    ):
        return None
    return found(trimmed(reply[0].text, cues), reply[0]) if len(reply[0].text.split()) >= _WEIGHT else None


def find_decisions(hearing: Hearing) -> list[Found[str]]:
    cues = hearing.cues
    kept: dict[str, Found[str]] = {}
    for one in hearing.said:
        folded = one.folded
        if one.asks or not cues("say", "decision").search(folded) or cues("say", "not_decision").search(folded):
            continue
        if cues("word", "if_").match(folded) or len(one.text.split()) < 4 or cues("meet", "cue").match(folded):
            continue
        kept.setdefault(one.text, found(trimmed(one.text, cues), one))
    return list(kept.values())[:_MOST]


def find_won(hearing: Hearing) -> Found[str] | None:
    cues = hearing.cues
    for one in hearing.said:
        if one.ours or one.asks or cues("word", "if_").search(one.folded) or cues("word", "deny").search(one.folded):
            continue
        if cues("say", "won").search(one.folded):
            return found("won", one)
    return None
