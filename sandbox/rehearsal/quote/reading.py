"""A text's lines in the order of its words: out of tables, lists, labelled lines and sentences."""

import re
from collections.abc import Callable, Sequence
from dataclasses import dataclass, field, replace
from datetime import date
from functools import cache

from sandbox.rehearsal.inquiry.dates import named_days
from sandbox.rehearsal.inquiry.headers import Passage
from sandbox.rehearsal.inquiry.names import is_address
from sandbox.rehearsal.inquiry.signature import is_closing, is_greeting
from sandbox.rehearsal.inquiry.text import Sentence, sentences
from sandbox.rehearsal.inquiry.words import LANGUAGES, fold, shared, words
from sandbox.rehearsal.quote.articles import is_code
from sandbox.rehearsal.quote.lines import (
    Row,
    Wanted,
    bare_row,
    correction,
    is_total,
    labelled,
    make_wanted,
    read_line,
    with_quantity,
)
from sandbox.rehearsal.quote.prose import breaks_alone, prose_lines
from sandbox.rehearsal.quote.quantities import cell_quantity, read_quantity
from sandbox.rehearsal.quote.tables import find_tables, read_table
from sandbox.rehearsal.quote.vocabulary import bag, cue, label

_LABELLED = 4.0
_SURE = 2.2
_LISTED = 1.5
"""Strengths from which a quantity counts: told by a label at the end, in any line, in one with a bullet."""
_LONGEST = 30
"""Words of a list line."""
_WRAPPED = 55
"""Characters from which on a line of prose was broken off by its width."""
_MOST_PROSE = 1_000
"""Sentences that are read for counted things."""
_NUMBERED = re.compile(r"\s*0*(?P<number>\d{1,4})\s+(?=\S.*\s\d[\d.,]*\s?[^\W\d]{1,8}\.?\s*$)")
"""A line with a row number and, at its end, a quantity with its unit."""
_COUNTED_TWICE = re.compile(r"\b\d+\s?(?:x|pcs|pieces|st|stk|stuks?|stuck|pieces)\b\.?\s+[^\W\d].*[.,]\s")
"""A quantity of its own inside what would be a thing: a sentence."""
_POSTCODE = re.compile(r"\b[A-Z]{1,2}\d{1,2}[A-Z]?\s?\d[A-Z]{2}\b")
LONGEST_SENTENCE = 1_500
"""Characters; what is longer was not written by a person."""
_MARKER = re.compile(
    r"\[(?:sheet|page|cut here)\b.*\]\s*$|(?:page|seite|pagina|blad|blatt)\s+\d+(?:\W+\w+\W+\d+)?\s*$", re.I
)
_NOT_A_THING = re.compile(r"@\w|https?:|www\.|^\W*(?:tel|fax|phone|mob|iban|bic|vat|btw|kvk|ust)\w*\s*[:.]", re.I)
_SENTENCE_MARK = re.compile(r"[.!?]\s+(?P<word>[A-ZÀ-Þ][^\W\d]*)\s+[^\W\d]+\s")


@dataclass(frozen=True)
class Section:
    """Words between the lines: prose, with the number of its first line."""

    line: int
    text: str


@dataclass
class Reading:
    """What a text was read as."""

    lines: list[tuple[float, Wanted]] = field(default_factory=list[tuple[float, Wanted]])
    """Each with its place in the text, in lines."""
    prose: list[Section] = field(default_factory=list[Section])
    listed: bool = False
    """Some of the lines stand in a list or table."""

    @property
    def wanted(self) -> list[Wanted]:
        return [one for _, one in sorted(self.lines, key=lambda pair: pair[0])]

    def above(self, source: str) -> list[tuple[Wanted, Passage]]:
        """For each line the last words above it that end in a colon."""
        introductions: list[tuple[float, str]] = []
        for section in self.prose:
            before, colon, _ = section.text.rpartition(":")
            if colon:
                sentence = re.split(r"[.!?]\s|\n", before)[-1]
                introductions.append((section.line + before.count("\n"), sentence))
        told: list[tuple[Wanted, Passage]] = []
        for at, wanted in self.lines:
            text = next((text for line, text in reversed(introductions) if line <= at), "")
            told.append((wanted, Passage(source, text)))
        return told


@dataclass(frozen=True)
class Topics:
    """What a letter's sentences are about."""

    asking: set[Sentence]
    """Those that may name lines."""
    other: set[Sentence]
    """Those that complain, call for service or talk of an invoice."""


Sorts = Callable[[Sequence[Sentence]], Topics]


def read_text(source: str, text: str, code: str, today: date | None, sorts: Sorts | None) -> Reading:
    """Reads a source. Without `sorts` only lists and tables count."""
    lines = _unwrapped(text.splitlines())
    scan = _Scan(source, lines, code, today)
    reading = scan.run()
    if sorts:
        _add_prose(reading, source, code, sorts)
    return reading


def _unwrapped(lines: Sequence[str]) -> list[str]:
    """Puts the rest of a list line that was broken off back behind it; its place is left empty."""
    joined: list[str] = []
    for line in lines:
        above = joined[-1] if joined else ""
        indented = line[:2].isspace() and line.strip() and not line.lstrip().startswith((">", "|"))
        if (
            indented
            and above.strip()
            and bare_row(above).listed
            and not bare_row(line).listed
            and _goes_on(above, line)
        ):
            joined[-1] = f"{above.rstrip()} {line.strip()}"
            joined.append("")
        else:
            joined.append(line)
    return _without_positions(joined)


def _without_positions(lines: list[str]) -> list[str]:
    """Takes the row numbers off consecutive counted lines that begin with 1, 2, 3 or 10, 20, 30."""
    cleaned = list(lines)
    start = 0
    while start < len(lines):
        end = start
        while end < len(lines) and (match := _NUMBERED.match(lines[end])):
            if int(match["number"]) != (end - start + 1) * (10 if lines[start].lstrip().startswith("10") else 1):
                break
            end += 1
        if end - start > 1:
            cleaned[start:end] = [_NUMBERED.sub("", line, count=1) for line in lines[start:end]]
        start = max(end, start + 1)
    return cleaned


def _goes_on(above: str, line: str) -> bool:
    indent = len(line) - len(line.lstrip())
    return indent > len(above) - len(above.lstrip()) and "|" not in line and not _is_label(fold(line.strip()))


def _is_article_line(line: str) -> bool:
    at = labelled(fold(line), "article")
    return at is not None and is_code(line[at:].strip())


def _is_label(folded: str) -> bool:
    return any(labelled(folded, name) is not None for name in ("quantity", "article", "text", "date", "unit"))


class _Scan:
    """One pass over a text's lines."""

    def __init__(self, source: str, lines: Sequence[str], code: str, today: date | None) -> None:
        self._source = source
        self._lines = lines
        self._code = code
        self._today = today
        self._reading = Reading()
        self._prose: list[str] = []
        self._prose_line = 0
        self._skipping = False
        self._maybe: list[tuple[int, Wanted]] = []
        """Bulleted lines without a quantity, until the block shows whether it lists products."""
        self._counted: set[int] = set()
        self._introduced = False
        """The words above end in a colon: what follows is a list."""
        self._asked: set[int] = set()

    def run(self) -> Reading:
        in_tables = self._tables()
        for index, line in enumerate(self._lines):
            if index in in_tables:
                self._flush()
                self._skipping = False
            else:
                self._line(index, line)
        self._flush()
        self._keep_bare()
        return self._reading

    def _tables(self) -> set[int]:
        taken: set[int] = set()
        for table in find_tables(self._lines):
            rows = read_table(table, self._source, self._code)
            if rows is None or not any(row.wanted for row in rows):
                continue
            self._reading.listed = True
            for row in rows:
                taken.add(row.line)
                if row.wanted:
                    wanted = row.wanted
                    if row.date and self._today:
                        wanted = replace(wanted, wanted_date=self._day(row.date), dated_by=row.date)
                    self._reading.lines.append((row.line, wanted))
        return taken

    def _line(self, index: int, line: str) -> None:
        if not line.strip() or _MARKER.match(line.strip()):
            self._flush()
            self._skipping = False
            self._introduced = self._introduced and index - 1 not in self._counted | self._asked
            return
        row = bare_row(line)
        folded = row.folded
        if not folded or self._skipping:
            return
        if _is_address_heading(folded):
            self._flush()
            self._skipping = folded.endswith(":") or cue("address").fullmatch(folded) is not None
            return
        if self._is_salutation(index, row):
            return
        if self._label(index, row, folded) or self._list_line(index, line, row, folded):
            return
        if (row.listed or self._introduced) and self._bare_line(index, row, folded):
            return
        self._keep_prose(index, line)
        self._introduced = folded.endswith(":")

    def _is_salutation(self, index: int, row: Row) -> bool:
        following = self._lines[index + 1] if index + 1 < len(self._lines) else ""
        counted = re.search(r"\d", row.text) or self._is_quantity_line(following)
        return not counted and len(row.text.split()) <= 5 and is_greeting(row.text)

    # --- labelled lines ---

    def _label(self, index: int, row: Row, folded: str) -> bool:
        for name, take in (
            ("quantity", self._take_quantity),
            ("article", self._take_article),
            ("date", self._take_date),
            ("unit", self._take_unit),
        ):
            at = labelled(folded, name)
            if at is not None and take(row.text[at:].strip(), index, row):
                return True
            if at is not None and name == "date" and self._day(row.text[at:]):
                self._keep_prose(index, row.text)
                return True
        at = labelled(folded, "text")
        if at is not None and _LETTER.search(row.text[at:]):
            self._begin(index, row.text[at:], row)
            return True
        following = self._lines[index + 1] if index + 1 < len(self._lines) else ""
        if _is_article_line(following) and not _is_article_line(row.text) and index + 2 < len(self._lines):
            following = self._lines[index + 2]
        told_below = self._is_quantity_line(following) and not self._is_quantity_line(row.text)
        if told_below and not folded.endswith(":"):
            self._begin(index, row.text, row)
            return True
        return False

    def _is_quantity_line(self, line: str) -> bool:
        row = bare_row(line) if line.strip() else None
        at = labelled(row.folded, "quantity") if row else None
        if row is None or at is None:
            return False
        value = row.text[at:]
        return cell_quantity(value, fold(value), self._code) is not None

    def _begin(self, index: int, text: str, row: Row) -> None:
        self._flush()
        text, day, words_ = self._without_date(text)
        wanted = make_wanted(text, fold(text), 0, len(text), None, self._source, self._code)
        if wanted:
            self._add(index, replace(wanted, wanted_date=day, dated_by=words_, quote=row.text.strip()))

    def _last(self) -> tuple[int, Wanted] | None:
        """The latest line, if the text goes on telling of it."""
        if not self._reading.lines:
            return None
        return len(self._reading.lines) - 1, self._reading.lines[-1][1]

    def _take_quantity(self, value: str, index: int, row: Row) -> bool:
        quantity = cell_quantity(value, fold(value), self._code)
        last = self._last()
        if quantity is None:
            return False
        if self._maybe and (not last or self._maybe[-1][0] > self._reading.lines[-1][0]):
            at, wanted = self._maybe.pop()
            self._add(at, with_quantity(wanted, quantity, row.text.strip()))
            return True
        if last and last[1].quantity is None and not last[1].open:
            place, wanted = last
            at = self._reading.lines[place][0]
            self._reading.lines[place] = (at, with_quantity(wanted, quantity, row.text.strip()))
            return True
        return False

    def _take_article(self, value: str, index: int, row: Row) -> bool:
        found = re.match(r"(?=[\w./+-]*\d)[\w./+-]+\b", value)
        if not found or value[found.end() :].strip(" .,;)"):
            return False
        last = self._last()
        if last and last[1].article is None:
            at = self._reading.lines[last[0]][0]
            self._reading.lines[last[0]] = (at, replace(last[1], article=found.group()))
            return True
        return False

    def _take_date(self, value: str, index: int, row: Row) -> bool:
        last = self._last()
        day = self._day(value) if last and index - self._reading.lines[-1][0] <= 4 else None
        if not last or not day or last[1].counted_by == "":
            return False
        at = self._reading.lines[last[0]][0]
        self._reading.lines[last[0]] = (at, replace(last[1], wanted_date=day, dated_by=row.text.strip()))
        return True

    def _take_unit(self, value: str, index: int, row: Row) -> bool:
        last = self._last()
        if not last or last[1].unit or last[1].counted_by == "" or len(value.split()) > 3:
            return False
        at = self._reading.lines[last[0]][0]
        self._reading.lines[last[0]] = (at, replace(last[1], unit=value))
        return True

    # --- list lines ---

    def _list_line(self, index: int, line: str, row: Row, folded: str) -> bool:
        if self._prose and not row.listed and _breaks_off(self._prose[-1]):
            return False
        if folded.endswith("?") and not row.listed:
            return False
        corrected = correction(row.folded)
        if corrected and cell_quantity(row.text[: corrected.start()], row.folded[: corrected.start()], self._code):
            row = Row(row.text[corrected.end() :], row.listed)
            folded = row.folded
        text, day, words_ = self._without_date(row.text)
        read, rest = read_line(Row(text, row.listed), self._source, self._code), ""
        if read is None or read[1] < _LABELLED:
            text, rest = _first_sentence(row.text, self._code)
            text, day, words_ = self._without_date(text)
            read = read_line(Row(text, row.listed), self._source, self._code)
        if read is None:
            return False
        wanted, strength = read
        least = _LISTED if row.listed or self._beside_list(index) else _SURE
        if strength < least or not _is_list_line(text, fold(text), wanted, strength, row.listed, self._code):
            return False
        self._flush()
        self._counted.add(index)
        self._add(index, replace(wanted, wanted_date=day, dated_by=words_))
        if rest:
            self._keep_prose(index, rest)
        return True

    def _bare_line(self, index: int, row: Row, folded: str) -> bool:
        """A bulleted line without a quantity may name a product."""
        if len(folded.split()) > 14 or folded[-1] in "?!:" or _SENTENCE_MARK.search(row.text):
            return False
        if not row.listed and re.match(r"[^\W\d][\w .-]{0,25}:\s|[A-Z]{1,3}$|[A-Z]\.\s?[A-Z]\w+$", row.text):
            return False
        first = folded.split()[0].strip(",.")
        if first in words(self._code).bag("items", "stop") or first in shared("fresh_start") or _is_no_thing(row.text):
            return False
        text, day, words_ = self._without_date(row.text)
        single = re.match(rf"(?:{'|'.join(shared('one_articles'))})\s+", fold(text))
        start = single.end() if single else 0
        wanted = make_wanted(text, fold(text), start, len(text), None, self._source, self._code)
        if (
            wanted is None
            or cue("terms").search(folded)
            or (not row.listed and (is_address(text) or folded[-1] in ".,;"))
        ):
            return False
        self._flush()
        if self._introduced:
            self._asked.add(index)
        wanted = replace(wanted, quantity=1 if single else None, wanted_date=day, dated_by=words_)
        self._maybe.append((index, replace(wanted, quote=row.text.strip())))
        return True

    def _beside_list(self, index: int) -> bool:
        return index - 1 in self._counted

    def _keep_bare(self) -> None:
        """Bare lines count where the lines around them are counted, or where the words above ask for a list."""
        for index, wanted in self._maybe:
            if index in self._asked or any(near in self._counted for near in range(index - 3, index + 4)):
                self._reading.lines.append((index, wanted))
                self._reading.listed = True

    def _add(self, index: int, wanted: Wanted) -> None:
        self._reading.listed = True
        self._counted.add(index)
        self._reading.lines.append((index, wanted))

    # --- dates ---

    def _without_date(self, text: str) -> tuple[str, str | None, str]:
        """The line without the date by which it is wanted, that date, and its words."""
        if self._today is None or not _date_sign().search(fold(text)):
            return text, None, ""
        folded = fold(text)
        for match in re.finditer(r"[\s,;(|–-]+", text):
            ahead = cue("date_ahead").match(folded, match.end())
            if match.start() == 0 or not ahead:
                continue
            tail = Sentence(self._source, text[match.end() :], False)
            days = named_days(tail, self._code, self._today) if len(tail.text) <= 60 else []
            if days and days[0].start <= ahead.end() - match.end() + 6:
                behind = tail.text[days[-1].start + len(days[-1].quote) :].strip(" .,;)!")
                if len(behind) <= 6:
                    return text[: match.start()], days[0].day.isoformat(), tail.text.strip(" )")
        return text, None, ""

    def _day(self, text: str) -> str | None:
        if self._today is None:
            return None
        days = named_days(Sentence(self._source, text, False), self._code, self._today)
        return days[0].day.isoformat() if days else None

    # --- prose ---

    def _keep_prose(self, index: int, line: str) -> None:
        if not self._prose:
            self._prose_line = index
        self._prose.append(line)

    def _flush(self) -> None:
        if self._prose:
            self._reading.prose.append(Section(self._prose_line, "\n".join(self._prose)))
            self._prose = []


_LETTER = re.compile(r"[^\W\d]{2}")


def _add_prose(reading: Reading, source: str, code: str, sorts: Sorts) -> None:
    """Adds what the sentences name; a sentence of price breaks alone goes with the line before it."""
    placed = [(section.line, sentence) for section in reading.prose for sentence in sentences(source, section.text)][
        :_MOST_PROSE
    ]
    numbered = [(line, s) for line, s in placed if len(s) <= LONGEST_SENTENCE and not is_closing(s.text)]
    topics = sorts([s for _, s in numbered])
    _drop_other_lists(reading, numbered, topics)
    where = {sentence: line for line, sentence in reversed(numbered)}
    found = prose_lines([s for _, s in numbered if s in topics.asking], code)
    known = {_key(wanted) for _, wanted in reading.lines}
    for place, (sentence, wanted) in enumerate(found):
        bare_number = wanted.unit is None and ((wanted.quantity or 0) % 1 or _is_in_address(sentence.text, wanted))
        bare_number = bare_number or fold(wanted.unit or "") in bag("no_units")
        bare_number = bare_number or _is_people(wanted)
        if _key(wanted) not in known and not _is_no_thing(wanted.requested) and not bare_number:
            reading.lines.append((where[sentence] + (place + 1) / (len(found) + 2), wanted))
    counted = {sentence for sentence, _ in found}
    for line, sentence in numbered:
        breaks = breaks_alone(sentence, code) if sentence not in counted else ()
        if breaks:
            _with_breaks(reading, line, breaks)


def _is_people(wanted: Wanted) -> bool:
    """`6 new starters`; but `starters S10` are goods."""
    named = fold(wanted.requested)
    return not re.search(r"\d", named) and bool(set(named.split()[:3]) & bag("people"))


def _is_in_address(text: str, wanted: Wanted) -> bool:
    """Whether the number is that of a house or a postcode: `Kade 12 in Groningen`, `1234 AB Hilversum`."""
    before = text[: max(text.find(wanted.quote), 0)].split()[-2:]
    street = (
        bool(before) and not before[-1].endswith((",", ":", ".")) and is_address(f"{before[-1]} {wanted.quote[:4]}")
    )
    town = (wanted.quantity or 0) >= 1000 and is_address(wanted.quote)
    return street or town or bool(_POSTCODE.search(wanted.requested))


def _drop_other_lists(reading: Reading, numbered: Sequence[tuple[int, Sentence]], topics: Topics) -> None:
    """Drops lists that a complaint introduces: `these were missing:`."""
    if not topics.asking:
        return
    introductions = [(line, s) for line, s in numbered if s.text.rstrip().endswith(":")]
    kept: list[tuple[float, Wanted]] = []
    for at, wanted in reading.lines:
        above = next((s for line, s in reversed(introductions) if line < at), None)
        if above not in topics.other:
            kept.append((at, wanted))
    reading.lines = kept


def _with_breaks(reading: Reading, line: int, breaks: tuple[float, ...]) -> None:
    """Gives the breaks to the lines that have no quantity, or to the only one."""
    open_lines = [i for i, (_, one) in enumerate(reading.lines) if one.quantity is None and not one.breaks]
    if not open_lines and len(reading.lines) == 1 and not reading.lines[0][1].breaks:
        open_lines = [0]
    for i in open_lines:
        at, wanted = reading.lines[i]
        reading.lines[i] = (at, replace(wanted, quantity=breaks[0], breaks=breaks))


def _key(wanted: Wanted) -> tuple[str, float | None]:
    return " ".join(fold(wanted.requested).split()), wanted.quantity


def _breaks_off(line: str) -> bool:
    """Whether a line of prose goes on in the next one."""
    text = line.rstrip()
    return len(text) >= _WRAPPED and text[-1] not in ".:!?;"


def _is_list_line(text: str, folded: str, wanted: Wanted, strength: float, listed: bool, code: str) -> bool:
    too_long = strength < 3 and not listed and len(folded.split()) > _LONGEST
    if too_long or is_total(folded) or _is_no_thing(text):
        return False
    thing = fold(wanted.requested)
    first = thing.split()[0].strip(".,:")
    lists = words(code)
    if strength < 3 and first in lists.bag("items", "not_things") | _months() | shared("line_labels"):
        return False
    if thing in shared("not_items"):
        return False
    if label("article").fullmatch(thing.strip(" .")) or cue("reference").fullmatch(thing.strip(" .")):
        return False
    starts, second = ([word.strip(".,:") for word in folded.split()] + [""])[:2]
    speaks = shared("fresh_start") | lists.bag("items", "stop") | lists.bag("language", "stopwords")
    sentence = starts in speaks and (strength < 4 or second in speaks)
    if not listed and not starts[:1].isdigit() and sentence and not _spelt(folded, code):
        return False
    if strength < _LABELLED and not listed and _COUNTED_TWICE.search(thing):
        return False
    if strength < 3 and not listed and is_address(text):
        return False
    return not (strength <= 2.5 and first in lists.bag("items", "stop") | shared("fresh_start"))


@cache
def _speaking(code: str) -> frozenset[str]:
    """Words that begin a sentence rather than go on with a product's name."""
    return (shared("fresh_start") | words(code).bag("items", "stop")) - shared("articles")


def _first_sentence(text: str, code: str) -> tuple[str, str]:
    """A line's words up to where a sentence of its own begins, and that."""
    speaks = _speaking(code)
    for mark in _SENTENCE_MARK.finditer(text):
        if fold(mark["word"]) in speaks or cue("delivery_by").match(fold(mark["word"])):
            return text[: mark.start()], text[mark.start() + 1 :].strip()
    return text, ""


def _spelt(folded: str, code: str) -> bool:
    read = read_quantity(folded, folded, 0, code)
    return read is not None and read.spelt


def _is_no_thing(text: str) -> bool:
    return bool(_NOT_A_THING.search(text))


def _is_address_heading(folded: str) -> bool:
    match = cue("address").match(folded)
    return bool(match) and folded[match.end() :].strip()[:1] in ("", ":")


@cache
def _months() -> frozenset[str]:
    return frozenset(
        name for code in LANGUAGES for name in fold(words(code).plain("dates", "months")).replace("|", " ").split()
    )


@cache
def _date_sign() -> re.Pattern[str]:
    """What a line with a date must show, so that the others need not be searched."""
    names = _months() | {
        name for code in LANGUAGES for name in fold(words(code).plain("dates", "weekdays")).replace("|", " ").split()
    }
    long_names = "|".join(sorted((name for name in names if len(name) > 2), key=len, reverse=True))
    return re.compile(
        rf"\d[./-]\d{{1,2}}\b|\b(?:{long_names})\b|\b(?:kw|wk|week|woche|semaine|sem)\b|"
        r"\b(?:tomorrow|morgen|demain|today|heute|vandaag|month|monats?|maand|mois)"
    )
