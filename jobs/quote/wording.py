"""What the model says in its own words: no amount, no date, no promise. Those come from the ERP, through placeholders.

The words to look for are data (templates/wording.toml). What cannot be told apart for sure is stopped: a person reads
the draft anyway and may write what they want. The words are English, German, Dutch and French; text in any other
language is checked for figures, currencies and signs only."""

import re
import tomllib
import unicodedata
from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from functools import cached_property
from importlib.resources import files
from itertools import islice

from jobs.core import Check, Source, Status
from jobs.quote.reply import PLACEHOLDER, PLACEHOLDERS

_DATA = tomllib.loads((files("jobs.quote") / "templates" / "wording.toml").read_text(encoding="utf-8"))
_PLACEHOLDER = "\ue000"
"""Stands for a placeholder until the text is folded; from then on it is P, the only capital."""
_NUMBER = r"(?<!\d)(?>\d{1,20}(?:[.,]\d{1,20}){0,10})"
_LONGEST = 4_000
"""Characters that are read at all: five sentences have a tenth of that."""
_SHOWN = 60
"""Characters of the words found that a message quotes."""


def check_wording(text: str, sources: Sequence[Source]) -> list[Check]:
    """One result for each kind of thing the text may not say; none for a text that is in order.

    `money`: amounts and percentages. `promise`: dates, delivery, favours. `reply`: placeholders, links, odd signs."""
    if len(text) > _LONGEST:
        message = f"the text has {len(text)} characters, a reply {_LONGEST} at most: shorten it"
        return [Check(name="reply", status=Status.FAIL, field="reply", message=message)]
    mail = _Mail([source.text for source in sources])
    folded = _fold(PLACEHOLDER.sub(f" {_PLACEHOLDER} ", text))
    sentences = _sentences(folded)
    found = {
        "reply": [*_markup(text, mail), *_pulled_apart(folded, mail)],
        "money": [words for sentence in sentences for words in _money(sentence, mail)],
        "promise": [words for sentence in sentences for words in _promises(sentence, mail)],
    }
    return [
        Check(name=name, status=Status.FAIL, field="reply", message=_ADVICE[name].format(found=_listed(words)))
        for name, words in found.items()
        if words
    ]


_ADVICE = {
    "reply": "the text has {found}: write plain sentences, without links and signs; figures only through placeholders",
    "money": "the text gives figures of its own ({found}): take them out, the lines and the total say them",
    "promise": "the text promises something or names a time ({found}): take it out, the lines say what the ERP knows",
}


def _listed(found: Sequence[str]) -> str:
    """The first few of what was found, each once and in quotes."""
    return ", ".join(f"“{words}”" for words in islice(dict.fromkeys(words.strip()[:_SHOWN] for words in found), 5))


# Patterns


def _any(*keys: str) -> re.Pattern[str]:
    """One pattern of all under these keys, as whole words."""
    return re.compile("|".join(_whole(pattern) for key in keys for pattern in _DATA[key]))


def _alternatives(key: str) -> str:
    return "(?:" + "|".join(_DATA[key]) + ")"


def _whole(pattern: str) -> str:
    pattern = pattern.replace("NUMBER", _alternatives("number_words"))
    start = r"(?<!\w)" if re.match(r"[a-zP]|\\w|\(\?[:!](?!\\d)", pattern) else ""
    end = r"(?!\w)" if re.search(r"[a-zP)}?]$", pattern) and not pattern.endswith(r"\b") else ""
    return f"{start}(?:{pattern}){end}"


_CURRENCY, _IN_CURRENCY, _PERCENT, _PRICE = (_any(key) for key in ("currency", "in_currency", "percent", "price"))
_FAVOUR, _DELIVER, _DELIVERY, _QUICK = (_any(key) for key in ("favour", "deliver", "delivery", "quick"))
_POINTS, _ASKS, _LOOKS_INTO, _DENIES, _APOLOGISES, _CONJUNCTION = (
    _any(key) for key in ("points", "asks", "looks_into", "denies", "apologises", "conjunctions")
)
_WISH, _WISH_SPOILT, _WE_NOTED, _HARMLESS = (_any(key) for key in ("wishes", "wish_spoilt", "we_noted", "harmless"))
_WISH_WORDS, _ASSENTING = (frozenset(_DATA[key].split()) for key in ("wish_words", "assenting_words"))
_NUMBER_WORD = rf"(?<!\w){_alternatives('number_words')}(?!\w)"
_TIME = re.compile(
    "|".join(
        [
            *(_whole(pattern) for key in ("months", "time") for pattern in _DATA[key]),
            rf"(?:{_NUMBER}|(?<!\w)(?:{_alternatives('number_words')}|{_alternatives('duration_openings')}))"
            rf"[ -]?(?:\w{{2,12}}[ -])?{_alternatives('time_units')}(?!\w)",
        ]
    )
)
_PRICED_WORDS = re.compile(
    rf"{_NUMBER_WORD}(?:[ -](?:and|und|en|et|a|comma|point|komma|virgule)?)? ?(?:{_NUMBER_WORD} ?){{0,4}}"
    rf"(?={_alternatives('per_piece')}(?!\w)|$|[,;:)])"
)
_FIGURE_PER_PIECE = re.compile(rf"{_NUMBER} ?{_alternatives('per_piece')}(?!\w)")
_WORDS_PER_PIECE = re.compile(
    rf"(?:{_NUMBER_WORD}|P) (?:per (?:piece|unit|metre|meter|stuk|roll|box)|each|a ?piece|pro (?:stuck|meter|einheit)"
    rf"|je (?:stuck|meter)|het stuk|la piece|l'unite|chacune?|das stuck|par (?:piece|unite|metre))(?!\w)"
)
_AMOUNT = re.compile(
    r"(?<![\w.,])\d{1,12}(?:[.,]\d{3}){0,4}[.,]\d{2}(?![\w.,]{0,9}\d)|\d[.,]-|(?<!\w)\d{1,12} ?k(?!\w)"
)
_AROUND_PLACEHOLDER = re.compile(
    r"(?:half|twice|double|triple|minus|less|halbe|halfte|doppelte|abzuglich|helft|dubbele|moitie|double|moins)"
    r"(?: \w{1,8}){0,2} P|P (?:thousand|million|tausend|duizend|mille|minus|less|off|abzuglich|moins|k|\d)(?!\w)"
)
_COUNTED = re.compile(rf"(?<![\w.,])\d{{1,3}} (?:\w{{3,14}} )?{_alternatives('counted')}(?!\w)")
_QUANTITY = re.compile(
    rf"(?<![\w.,])(?:{_NUMBER}(?:,? ?[/+&x-] ?|, ?| (?:and|und|en|et|or|oder|of|ou) )){{0,8}}"
    rf"{_NUMBER} ?{_alternatives('units')}(?!\w)"
)
_THE_COUNTED = re.compile(
    r"(?<!\w)(?:the|these|your|de|deze|uw|die|den|der|ihre|les|des|vos|ces) \d{1,5} "
    r"(?!each|only|flat|net|brut|apiece|plus|zuz|excl|hors|mille|hund|hond|thous|taus|duiz)[a-z]{4,30}"
)
_IN_EXCHANGE = re.compile(
    rf"(?<!\w)(?:for|at|voor|fur|zu|pour|a|tegen|om|it is|it's|that is|makes|das ist|es ist|macht|dat is|het is"
    rf"|c'est|fait|comes to) (?P<figure>{_NUMBER})"
    r"(?= (?:for|fur|voor|pour|in|all)(?!\w)"
    r"| (?:you|it|they|is|mag|kunt|krijgt|u|gehort|bekommen|erhalten|sie|vous|on|c'est|nous|wij|we|wir)(?!\w)"
    r"|[,;:]|\.?$)"
)
_REFERENCE = re.compile(
    rf"(?<!\w){_alternatives('reference')}(?:\.|:| no\.?| nr\.?| number| nummer)? ?[#°]?"
    r"[\w/.-]{0,30}\d[\w/.-]{0,30}"
)
_CODE = re.compile(r"(?<![\w.,])(?=[\w/.,-]{0,40}[a-z])(?=[\w/.,-]{0,40}\d)[\w/.,-]{2,40}")
_FIRST_PERSON = re.compile(r"(?<!\w)(?:we|i|wir|ich|wij|ik|nous|je|on (?:peut|va|livre|fait|vous))(?!\w)")
_STANDARD = re.compile(
    r"(?<!\w)(?:din(?: en)?(?: iso)?|en iso|iso|iec|vde|nen|nbn|nf|ansi|astm|ral|ip)[ -]?\d[\d-]{0,12}"
)


# The text, and what came in


_LOOK_ALIKES = (
    "аa вb еe ёe зz іi їi јj кk мm нh оo рp сc тt уy хx ѕs ԁd һh ԛq ԝw єe "
    "АA ВB ЕE ЗZ ІI ЈJ КK МM НH ОO РP СC ТT УY ХX ЅS ԚQ ԜW "
    "αa βb εe ιi κk νv οo ρp τt υu χx γy ηn ΑA ΒB ΕE ΖZ ΗH ΙI ΚK ΜM ΝN ΟO ΡP ΤT ΥY ΧX"
)
_CONFUSABLE = {ord(pair[0]): pair[1] for pair in _LOOK_ALIKES.split()}
_PLAIN = str.maketrans(
    dict.fromkeys("\u2018\u2019\u201a\u201b\u2032\u00b4`", "'")
    | dict.fromkeys("\u201c\u201d\u201e\u201f\u2033\u00ab\u00bb", '"')
    | dict.fromkeys("\u2010\u2011\u2012\u2013\u2014\u2015\u2212", "-")
    | dict.fromkeys("\u066b\u060c", ",")
    | {"\u2044": "/", "\u00d7": "x", "*": None, "_": " ", "~": None}
)


def _fold(text: str) -> str:
    """Lower case without accents, invisible characters and look-alikes; every digit as 0 to 9; a placeholder is P."""
    plain = unicodedata.normalize("NFKC", text).translate(_PLAIN).translate(_CONFUSABLE)
    parts: list[str] = []
    for char in unicodedata.normalize("NFD", plain.casefold()):
        if unicodedata.category(char) == "Nd":
            parts.append(str(unicodedata.decimal(char)))
        elif char == _PLACEHOLDER:
            parts.append("P")
        elif unicodedata.category(char) not in ("Cf", "Mn", "Me", "Co", "Cn"):
            parts.append(char)
    paragraphs = re.split(r"\n[^\S\n]*\n", "".join(parts).replace("\r\n", "\n"))
    joined = "\n".join(" ".join(paragraph.split()) for paragraph in paragraphs)
    return re.sub(r"(?<![\d.,])(\d{1,3}) (?=\d{3}(?!\d))", r"\1", joined)


def _sentences(folded: str) -> list[str]:
    """Cut at full stops, but not behind a figure, a single letter or an abbreviation."""
    pieces = re.split(
        r"\n|(?<=[!?])|(?<!\d)(?<!\b\w)(?<!\b(?:nr|no|st|ca|pc))(?<!\b(?:pos|art|ref|stk|pcs))\.(?= |$)", folded
    )
    return [piece.strip() for piece in pieces if piece.strip()]


class _Mail:
    """What came in: a figure, date or word that stands there may be repeated, where nothing is promised."""

    def __init__(self, texts: Sequence[str]) -> None:
        self.text = "\n".join(map(_fold, texts))
        self.raw = "\n".join(texts)

    @cached_property
    def numbers(self) -> frozenset[str]:
        return frozenset(_value(number) for number in re.findall(_NUMBER, self.text))

    @cached_property
    def words(self) -> frozenset[str]:
        return frozenset(re.findall(r"[^\W\d]+", self.text))

    @cached_property
    def dates(self) -> frozenset[tuple[int, int]]:
        return frozenset(day for date in _dates(self.text) for day in date.days)

    def has(self, phrase: str) -> bool:
        return re.search(rf"(?<!\w){re.escape(phrase)}(?!\w)", self.text) is not None

    def has_numbers(self, text: str) -> bool:
        return all(_value(number) in self.numbers for number in re.findall(_NUMBER, text))


def _value(number: str) -> str:
    """One form for 1.000, 1,000 and 1000, for 2,5 and 2.5."""
    if re.fullmatch(r"\d{1,3}(?:[.,]\d{3})+", number):
        return re.sub(r"[.,]", "", number)
    return number.replace(",", ".")


# Dates


@dataclass(frozen=True)
class _Date:
    start: int
    end: int
    days: frozenset[tuple[int, int]]
    """Day and month; both readings of 03/04."""


_MONTHS = {
    name: month
    for month, names in enumerate(
        [
            "january januari januar janner janvier jan janv",
            "february februari februar feber fevrier feb fevr",
            "march maart marz maerz mars mar mrt mrz",
            "april avril apr avr",
            "may mai mei",
            "june juni juin jun",
            "july juli juillet jul juil",
            "august augustus aout aug",
            "september septembre sep sept",
            "october oktober octobre oct okt",
            "november novembre nov",
            "december dezember decembre dec dez",
        ],
        start=1,
    )
    for name in names.split()
}
_MONTH = r"(?P<month>" + "|".join(sorted(_MONTHS, key=len, reverse=True)) + r")(?!\w)\.?"
_YEAR = r"(?:,? ?(?:\d{4}|'\d{2})(?!\d))?"
_ORDINAL = r"(?:st|nd|rd|th|er|e|de|ste|\.)?"
_DATES = [
    re.compile(rf"(?<![\w.,])(?P<day>\d{{1,2}}){_ORDINAL} ?(?:of |de )?{_MONTH}{_YEAR}"),
    re.compile(rf"(?<!\w){_MONTH} (?:the )?(?P<day>\d{{1,2}})(?!\d){_ORDINAL}(?!\w){_YEAR}"),
    re.compile(r"(?<![\w./,-])(?P<day>\d{1,2})(?P<by>[./-]) ?(?P<other>\d{1,2})(?P=by) ?(?:20)?\d{2}(?![\w/-])"),
    re.compile(r"(?<![\w./,-])(?:20)\d{2}[-./](?P<other>\d{1,2})[-./](?P<day>\d{1,2})(?!\d)"),
    re.compile(r"(?<![\w./,-])(?P<day>\d{1,2})\.(?P<other>\d{1,2})\.(?![\d])"),
    re.compile(
        r"(?:\b(?:on|by|until|till|before|am|bis|zum|op|voor|tegen|le|avant|au|from|vom|ab|um)(?: den| the)? )"
        r"(?P<day>\d{1,2})[./-](?P<other>\d{1,2})(?![\w/.,-]| ?(?:\"|mm|inch|zoll))"
    ),
]


def _dates(text: str) -> list[_Date]:
    return [
        _Date(match.start(), match.end(), days)
        for pattern in _DATES
        for match in pattern.finditer(text)
        if (days := _days(match))
    ]


def _days(match: re.Match[str]) -> frozenset[tuple[int, int]]:
    groups = match.groupdict()
    day = int(groups["day"])
    other = _MONTHS[groups["month"]] if groups.get("month") else int(groups["other"])
    both = {(day, other)} if groups.get("month") else {(day, other), (other, day)}
    return frozenset((d, m) for d, m in both if 1 <= d <= 31 and 1 <= m <= 12)


def _without(text: str, dates: Sequence[_Date]) -> str:
    for date in dates:
        text = text[: date.start] + " " * (date.end - date.start) + text[date.end :]
    return text


# Markup


_MARKS = [
    re.compile(
        r"(?:https?|ftp|mailto|tel|javascript|data):|://|www\.|@|\[ ?(?:at|dot|punkt|punt) ?\]|\( ?at ?\)",
        re.IGNORECASE,
    ),
    re.compile(
        r"\b[\w-]{1,60}\.(?:com|net|org|info|biz|eu|de|at|ch|nl|be|fr|uk|io|shop|example|COM|NET|DE|NL|FR|EU)(?![\w])"
    ),
    re.compile(r"[<>`|\\{}]|\]\s?[\[(:]|!\["),
    re.compile(r"&#?\w{1,12};"),
    re.compile(r"\w\ue000|\ue000\w"),
]
_COMMON_SIGNS = frozenset("°®™©+=^µΩ")


def _markup(text: str, mail: _Mail) -> Iterator[str]:
    for name in PLACEHOLDER.findall(text):
        if name not in PLACEHOLDERS:
            yield "{{" + name + "}}"
    plain = unicodedata.normalize("NFKC", PLACEHOLDER.sub(_PLACEHOLDER, text))
    for pattern in _MARKS:
        yield from (match[0].replace(_PLACEHOLDER, "{{...}}") for match in pattern.finditer(plain))
    for word in dict.fromkeys(re.findall(r"\S+", plain)):
        if any(map(_is_odd, word)) and word not in mail.raw:
            yield word


def _is_odd(char: str) -> bool:
    """Whether German, Dutch, French and English do without it: other scripts, pictures, characters that do not show."""
    if char in _COMMON_SIGNS or char == _PLACEHOLDER or (char < "\u0250" and char.isprintable()):
        return False
    category = unicodedata.category(char)
    return category[0] == "L" or category in ("So", "Cf", "Co", "Cn", "Cc", "Me", "Nl", "No", "Mn")


_APART = re.compile(r"(?<![\w.,])(?:[^\W_P] ?[ .,|·-] ?){3,60}[^\W_P](?!\w)")
_INITIALS = re.compile(r"(?:[a-z]\. ?){1,4}[a-z]?|\d(?:, \d)+")


def _pulled_apart(folded: str, mail: _Mail) -> Iterator[str]:
    """Runs of single characters: t w e l v e."""
    for run in _APART.finditer(folded):
        if not _INITIALS.fullmatch(run[0]) and run[0] not in mail.text:
            yield run[0]


# Money


def _money(sentence: str, mail: _Mail) -> Iterator[str]:
    text = _IN_CURRENCY.sub(" price ", sentence)
    for pattern in (_CURRENCY, _FIGURE_PER_PIECE, _WORDS_PER_PIECE, _AROUND_PLACEHOLDER):
        yield from (match[0] for match in pattern.finditer(text))
    if not _only_repeats_the_wish(sentence, mail):
        yield from (match[0] for match in _PERCENT.finditer(text))
    rest = _TIME.sub(" ", _without(text, _dates(text)))
    rest = _explained(rest, mail)
    yield from (match[0] for match in _AMOUNT.finditer(rest))
    priced = _PRICE.search(rest) is not None
    bare = not re.search(r"[^\W\d]{2}", re.sub(_NUMBER_WORD, "", rest))
    yield from (match["figure"] for match in _IN_EXCHANGE.finditer(rest))
    for number in re.findall(_NUMBER, rest):
        if priced or bare or _value(number) not in mail.numbers:
            yield number
    if priced or bare:
        yield from (
            match[0] for match in _PRICED_WORDS.finditer(rest) if not _COUNTS_KNOWN.search(rest[: match.start()][-12:])
        )


_COUNTS_KNOWN = re.compile(
    r"(?:all|the|these|those|both|alle|aller|allen|die|diese|de|deze|les|ces|your|ihre|uw|vos) $"
)


def _explained(text: str, mail: _Mail) -> str:
    """Without the figures that are no amounts: counts of lines, standards, and references, codes and quantities of the
    mail."""
    text = _STANDARD.sub(" ", _COUNTED.sub(" ", text))
    for pattern in (_REFERENCE, _CODE, _QUANTITY, _THE_COUNTED):
        text = pattern.sub(lambda match: " " if _stands_in_mail(match[0], mail) else match[0], text)
    return text


def _stands_in_mail(words: str, mail: _Mail) -> bool:
    return mail.has_numbers(words) and not re.fullmatch(r"\d+(?:[.,]\d+)?k", words.strip())


# Promises


def _promises(sentence: str, mail: _Mail) -> Iterator[str]:
    if _ASSENT.fullmatch(sentence):
        yield sentence
    if _only_repeats_the_wish(sentence, mail):
        return
    text = _HARMLESS.sub(" ", sentence)
    yield from (match[0] for match in _FAVOUR.finditer(text))
    yield from _times(text, mail)
    yield from _deliveries(text)


_ASSENTS = "|".join(_DATA["assents"])
_ASSENT = re.compile(rf"(?:{_ASSENTS})(?:[ ,!.]{{1,4}}(?:{_ASSENTS})){{0,5}}[ ,!.]{{0,4}}")
_DATED_REQUEST = re.compile(
    r"(?:request|mail|e-mail|email|enquiry|inquiry|message|call|letter|rfq|anfrage|nachricht|schreiben|aanvraag"
    r"|bericht|brief|demande|courriel|courrier|consultation|appel)(?: [\w/-]{1,20})?"
    r" (?:of|from|dated|on|vom|von|van|d\.d\.|du|de|d') ?(?:the |le )?(?:\w{4,10},? (?:the |den |le )?)?$"
)


def _times(text: str, mail: _Mail) -> Iterator[str]:
    dates = _dates(text)
    for date in dates:
        if not (date.days & mail.dates and _DATED_REQUEST.search(text[: date.start][-60:])):
            yield text[date.start : date.end]
    for match in _TIME.finditer(_without(text, dates)):
        if not (mail.has(match[0]) and _DATED_REQUEST.search(text[: match.start()][-60:])):
            yield match[0]


def _deliveries(text: str) -> Iterator[str]:
    """What is said about delivery and stock, unless the sentence asks, looks into it or only points to the lines."""
    opens = _ASKS.search(text) or text.endswith("?") or _LOOKS_INTO.search(text)
    denies, sorry = _DENIES.search(text), _APOLOGISES.search(text)
    conjunction = _CONJUNCTION.search(text)
    for match in _DELIVER.finditer(text):
        behind = conjunction is not None and conjunction.start() < match.start()
        ours = _FIRST_PERSON.search(" ".join(text[: match.start()].split()[-2:] + text[match.end() :].split()[:1]))
        if not ((opens and behind) or (denies and denies.start() < match.start()) or (sorry and not ours)):
            yield match[0]
    excused = opens or denies or sorry or _POINTS.search(text)
    for match in _DELIVERY.finditer(text):
        if not excused or _QUICK.search(text):
            yield match[0]


def _only_repeats_the_wish(sentence: str, mail: _Mail) -> bool:
    """Whether the sentence says what the customer asked for, and nothing else: no word in it could be an assent."""
    text = _HARMLESS.sub(" ", sentence)
    dates = _dates(text)
    undated = _without(text, dates)
    times = [match[0] for match in _TIME.finditer(undated)]
    rest = " ".join(_TIME.sub(" ", undated).split())
    raised = _WISH.search(rest) or (_LOOKS_INTO.search(rest) and _CONJUNCTION.search(rest))
    known = all(date.days & mail.dates for date in dates) and all(map(mail.has, times)) and mail.has_numbers(rest)
    if not raised or not known or _WISH_SPOILT.search(rest) or len(_DELIVERY.findall(rest)) > 1:
        return False
    if not all(_LOOKS_INTO.search(tail) or _WE_NOTED.search(tail) for tail in re.split(r"[:;]| - ", rest)[1:]):
        return False
    rest = _WE_NOTED.sub(" ", _LOOKS_INTO.sub(" ", rest))
    words = set(re.findall(r"[^\W\d]+", rest))
    return not _FIRST_PERSON.search(rest) and words <= _WISH_WORDS | (mail.words - _ASSENTING)
