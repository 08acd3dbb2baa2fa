"""What stands around the lines: the sender's reference, where to deliver and when, and the conditions he asks for."""

import re
from collections.abc import Sequence
from datetime import date

from sandbox.rehearsal.inquiry.dates import Dated, deadlines, named_days
from sandbox.rehearsal.inquiry.headers import Passage
from sandbox.rehearsal.inquiry.names import Fact, is_address
from sandbox.rehearsal.inquiry.text import Sentence
from sandbox.rehearsal.inquiry.words import fold
from sandbox.rehearsal.quote.vocabulary import cue, lists

_REFERENCE = re.compile(
    r"(?:is|ist|nr|no|n°|number|nummer|[ \t.:=#])*(?P<value>(?=[\w./#-]*\d)\w[\w./-]*\w)",
    re.I,
)
_CODE_REFERENCE = re.compile(
    r"\b(?:RFQ|RFP|ANF|PR|PV|BANF|AANV|DA|DP)[-_ /]?(?:[\w]+[-/_.])*\d[\w./-]*\w|\bRFQ \d\w*", re.I
)
_DATE_LIKE = re.compile(r"\d{1,2}[./-]\d{1,2}(?:[./-]\d{2,4})?$")
_TOWN = re.compile(r"\b\d{4}\s?[A-Z]{2}\b|\b\d{4,5}\s+[A-ZÀ-Þ]|\b[A-Z]{1,2}\d{1,2}[A-Z]?\s?\d[A-Z]{2}\b")
_TIME = re.compile(
    r",?\s+(?:by|before|until|no later|bis|vor|spätestens|uiterlijk|voor|pour le|avant|in week|liefst|gerne|if possible"
    r"|si possible)\s"
)
"""What stands behind an address in the same sentence."""
_ADDRESS_LINES = 5
_PIECE = re.compile(
    r"(?<!\d)[,;](?!\d)|(?<!cl)(?<!kl)(?<!gl)(?<!Str)(?<!str)[.!?](?=\s|$)|\s+(?:and|und|en|et)\s+(?!\d)|\n", re.I
)
_SENTENCE_END = re.compile(r"[;!?](?=\s|$)|(?<!cl)(?<!kl)(?<!gl)(?<!tr)\.(?=\s+[A-ZÀ-Þ]|\s*$)|\n")
_OPENING = re.compile(
    r"(?:we|i|please|can|could|would|is|with|and|our|wir|ich|bitte|konnen|mit|und|unser\w*|wij|we|graag|kunt|met|en|onze|nous|merci|avec"
    r"|et|notre|pouvez|est-ce|possible)\b"
)
_LONGEST_TERM = 120
_MOST_TERMS = 6


def find_reference(passages: Sequence[Passage]) -> Fact | None:
    """The sender's own number for this request; not ours, and no article's."""
    for passage in passages:
        folded = fold(passage.text)
        for match in cue("reference").finditer(folded):
            value = _REFERENCE.match(passage.text, match.end())
            theirs = re.search(rf"\b(?:{lists()['cues']['not_reference']})\s*$", folded[: match.start()])
            if not value or theirs or len(value["value"]) < 3 or _DATE_LIKE.match(value["value"]):
                continue
            number = value["value"]
            return Fact(number, passage.source, passage.text[match.start() : value.end("value")])
        code = _CODE_REFERENCE.search(passage.text)
        if code:
            return Fact(code.group(), passage.source, code.group())
    return None


def find_address(passages: Sequence[Passage]) -> Fact | None:
    """Where to deliver, on one line: below its heading, or behind `deliver to`."""
    for passage in passages:
        folded = fold(passage.text)
        for match in cue("address").finditer(folded):
            found = _address_at(passage, match.end())
            if found:
                return found
    return None


def find_terms(passages: Sequence[Passage], quotes: Sequence[str]) -> list[Fact]:
    """Conditions as written; `quotes` are the words of the lines, which hold none."""
    found: list[Fact] = []
    lines = set(quotes)
    for passage in passages:
        for start, end in _sentences(passage.text):
            text = passage.text[start:end]
            if text.strip() in lines or len(found) >= _MOST_TERMS:
                continue
            for piece in _pieces(text):
                term = _term(piece)
                if term and not any(term == one.value for one in found):
                    found.append(Fact(term, passage.source, term))
    return found


def _term(piece: str) -> str | None:
    """The condition that a part of a sentence asks for, without `we ask for`."""
    term = re.sub(r"^[^:]{0,40}:\s+", "", piece.strip(" -*•·–\t,.:;>?"))
    if re.fullmatch(r"(?:EXW|FCA|CPT|CIP|DAP|DPU|DDP|FOB|CFR|CIF)(?: [A-Z][\w' -]+)?", term):
        return term
    match = cue("terms").search(fold(term))
    if not match or len(term) > _LONGEST_TERM or len(term.split()) < 2:
        return None
    if _OPENING.match(fold(term)):
        figure = re.search(r"\d", term[: match.start()])
        term = term[figure.start() if figure else match.start() :]
    return term


def find_day(sentences: Sequence[Sentence], code: str, today: date) -> Dated | None:
    """The day by which the goods are wanted, not the one by which an answer is."""
    found: list[tuple[int, Dated]] = []
    for sentence in sentences:
        dates = deadlines(sentence, code, today)
        if not dates and cue("delivery_by").search(sentence.folded):
            dates = [d for d in named_days(sentence, code, today) if d.day >= today and d.rank < 2]
        for dated in dates:
            role = _role(dated)
            if role:
                found.append((role, dated))
    best = min(found, key=lambda pair: (pair[0], pair[1].rank), default=None)
    return best[1] if best else None


def _role(dated: Dated) -> int:
    """1 for a day of delivery, 2 for one that may be; 0 for the day by which the quotation is wanted."""
    before, after = _clause(dated)
    promised = re.search(r"guarant|garanti|gegarandeerd", before + after)
    if promised or (dated.rank and cue("terms").search(before + dated.quote + after)):
        return 0  # `2 % discount within 10 days`
    around = before + after
    delivery, quote = _last(cue("delivery_by"), before), _last(cue("quote_by"), before)
    if delivery > quote:
        return 1
    if quote >= 0:
        goods = re.search(r"\b(?:for|fur|voor|pour|uber|over|zu)\s+\S*\d", before[quote:])
        return 1 if cue("delivery_by").search(after) or goods else 0
    if cue("delivery_by").search(around):
        return 1
    return 0 if dated.rank or cue("quote_by").search(after) else 2


def _clause(dated: Dated) -> tuple[str, str]:
    folded = dated.sentence.folded
    end = dated.start + len(dated.quote)
    before = re.split(r"[.;!?:]\s", folded[: dated.start])[-1]
    return before, re.split(r"[.;!?,]\s", folded[end:])[0]


def _last(pattern: re.Pattern[str], text: str) -> int:
    return max((match.start() for match in pattern.finditer(text)), default=-1)


def _address_at(passage: Passage, at: int) -> Fact | None:
    text = passage.text
    lead = re.match(r"(?:\s*\([^)\n]*\))?\s*(?P<colon>:)?[ \t]*", text[at:])
    begin = at + (lead.end() if lead else 0)
    labelled = bool(lead and lead["colon"])
    if labelled or text[begin : begin + 1] == "\n":
        block = text[begin:].lstrip("\n") if text[begin : begin + 1] == "\n" else text[begin:]
        taken: list[str] = []
        for line in block.split("\n")[:_ADDRESS_LINES]:
            if not line.strip() or (taken and not _more_address(line, taken)):
                break
            taken.append(line.strip(" \t>*-,"))
        value = ", ".join(line for line in taken if line)
        value = _TIME.split(value)[0]
        quote = block[: block.find(taken[-1]) + len(taken[-1])].strip() if taken else ""
        if value and (labelled or is_address(value)) and re.search(r"[^\W\d]{2}", value):
            return Fact(value.rstrip("."), passage.source, quote.rstrip("."))
        return None
    end = _SENTENCE_END.search(text, begin)
    rest = " ".join(text[begin : end.start() if end else len(text)].split())
    rest = re.sub(
        r"^(?:our|the|onze|ons|het|de|unser\w*|die|das|den|notre|nos|le|la)\s+(?=\w+\s+(?:at|in|aan|op|te)\s)", "", rest
    )
    rest = re.sub(r"^(?:is|ist|est)\s[^:]{0,25}:\s*", "", rest)
    rest = _TIME.split(rest)[0]
    if is_address(rest) and re.search(r"\d", rest) and len(rest) <= 120:
        return Fact(rest.strip(" ,."), passage.source, rest.strip(" ,."))
    return None


def _more_address(line: str, taken: Sequence[str]) -> bool:
    """Whether an address goes on in a line; one that has its town is at its end, but for a country."""
    if len(line) > 60 or line.rstrip().endswith(("?", ":")) or re.search(r"[.!]\s+\w", line):
        return False
    complete = any(_TOWN.search(one) for one in taken)
    return (
        bool(re.fullmatch(r"\s*[A-ZÀ-Þ][\w]+(?: [A-ZÀ-Þ][\w]+)?\s*", line))
        if complete
        else not cue("terms").search(fold(line))
    )


def _sentences(text: str) -> list[tuple[int, int]]:
    spans: list[tuple[int, int]] = []
    start = 0
    for end in _SENTENCE_END.finditer(text):
        spans.append((start, end.start()))
        start = end.end()
    spans.append((start, len(text)))
    return [(a, b) for a, b in spans if text[a:b].strip()]


def _pieces(text: str) -> list[str]:
    """The parts of a sentence between its commas and conjunctions."""
    return [piece for piece in _PIECE.split(text) if piece.strip()]
