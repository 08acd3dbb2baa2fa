"""The things a mail asks for: text, quantity and unit, out of tables, lists and sentences."""

import re
from collections.abc import Iterable, Iterator, Sequence
from dataclasses import dataclass
from functools import cache

from rapidfuzz import fuzz

from jobs.inquiry.schema import Item
from sandbox.rehearsal.inquiry.numbers import FIGURE, figure, in_words
from sandbox.rehearsal.inquiry.text import Sentence, is_abbreviation, without_bullet
from sandbox.rehearsal.inquiry.words import LANGUAGES, Words, fold, shared, shared_cues, shared_text, words

_TOKEN = re.compile(r"(?:(?<=\s)|^)[dlDL]['’](?=\w)|\S+")
_NUMBER = re.compile(rf"(?<![\w.,/€$£#-])({FIGURE})(?![\d/:%€$£]|-\d|[.,]\d| ?[€%°]| ?ct\b)")
_EXCLUDED = re.compile(
    r"[\w.+-]+@[\w.-]+|https?://\S+|www\.\S+"
    r"|\d{1,2}[./-]\d{1,2}[./-](?:\d{4}|\d{2})?(?!\d)|\d{4}-\d\d-\d\d|\b\d{1,2}[:h.]\d\d ?(?:uur|uhr|u\b|h\b|am\b|pm\b)|\b\d{1,2}:\d\d\b|\b\d{1,2} ?(?:am|pm|uhr|uur|o'clock)\b"
    r"|(?:€|eur|euro|usd|gbp|chf|\$|£) ?\d[\d.,' ]*(?:,-)?|\d[\d.,]* ?(?:€|eur\b|euros?\b|usd\b|gbp\b|chf\b|\$|£|,-)"
    r"|(?<!\d )(?<!\d)\b(?:no|nr|num|number|nummer|numero|n°|ref|reference|art|artikel|article|po|kw|wk|week|semaine|vat|btw|tva|ust|kvk|bic|iban)(?:\.|:|-nr\.?|nr\.?)?:? ?#?[\w/-]*\d[\w/.-]*"
    r"|#\d+|(?<!\w)\+?\d[\d ()./-]{8,}\d(?!\w)|\b\w+-?(?:nr|nummer|number)\.?:? [\w/-]*\d[\w/-]*"
)
_REFERENCE = re.compile(r"(?:[\w/-]*[a-z][\w/-]*\d[\w/-]*|[\w/-]*\d{4,}[\w/-]*|\d+[/-]\d+)$")
_CODE = re.compile(r"(?=[\w/-]*[A-Z])(?=[\w/-]*\d)[A-Za-z0-9]+(?:[-/][A-Za-z0-9]+)*$")
_POSITION = re.compile(r"^\s*pos(?:ition)?\.?\s*\d+\s*[:.)]?\s+", re.I)
_JOINING = ("à", "au", "aux")
_MAX_WORDS = 14
_LINE_TAIL = re.compile(
    r"\s+(?:@|à|a|je|per|für|for)?\s*(?:€|EUR|\$|£)\s?\d.*$|\s+\d[\d.,]*\s?(?:€|EUR).*$|[\s,;.:–-]+$"
)


@dataclass(frozen=True)
class Found:
    """An item with the words it was found in; `start` is its place in the sentence."""

    item: Item
    sentence: Sentence
    quote: str
    start: int


def find_items(sentences: Sequence[Sentence], code: str) -> list[Found]:
    """Every item with a quantity, in the order of the text, none twice."""
    lists = words(code)
    found: list[Found] = []
    rows = [s for s in sentences if s.line and _cells(s.text)]
    table = dict(_table_items(rows, code)) if len(rows) >= 2 else {}
    for sentence in sentences:
        if sentence in table:
            found += table[sentence]
        elif sentence not in rows or len(rows) < 2:
            found += _line_item(sentence, lists) or list(_sentence_items(sentence, lists, found))
    return _distinct(found)


def find_objects(sentences: Iterable[Sentence], code: str) -> list[Found]:
    """What is asked for without a quantity: `quote for a new compressor`, `is the pump IP-40 suitable`."""
    lists = words(code)
    for sentence in sentences:
        named = _named_product(sentence, lists) or _asked_object(sentence, lists)
        if named:
            return [named]
    return []


# --- tables ----------------------------------------------------------------------------------------------------------


def _cells(text: str) -> list[str]:
    """The cells of a table row; empty when the line is none."""
    text = _POSITION.sub("", text)
    for separator in (r"\s*\|\s*", r"\t+", r"\s*;\s*", r"\s{3,}"):
        cells = re.split(separator, text.strip().strip("|").strip())
        if len(cells) >= 3 or (len(cells) == 2 and separator != r"\s*;\s*"):
            return [cell.strip() for cell in cells]
    return []


@cache
def _all_units() -> frozenset[str]:
    return frozenset[str]().union(*(words(code).bag("items", "units") for code in LANGUAGES))


@cache
def _labels(kind: str) -> frozenset[str]:
    names = "|".join(words(code).plain("items", f"{kind}_labels") for code in ("en", "nl", "de", "fr"))
    return frozenset(fold(name).strip(" .") for name in names.split("|"))


def _column_kinds(cells: list[str]) -> list[str] | None:
    """What each column holds, when the row is a heading: quantity, text, reference, unit or something else."""
    kinds: list[str] = []
    for cell in cells:
        name = fold(cell).strip(" .:*")
        kinds.append(next((k for k in ("quantity", "text", "reference", "unit", "skip") if name in _labels(k)), "skip"))
    return kinds if "quantity" in kinds and ("text" in kinds or "reference" in kinds) else None


def _table_items(rows: list[Sentence], code: str) -> Iterator[tuple[Sentence, list[Found]]]:
    kinds: list[str] | None = None
    for row in rows:
        cells = _cells(row.text)
        heading = _column_kinds(cells)
        if heading:
            kinds = heading
            yield row, []
            continue
        if kinds and len(cells) != len(kinds):
            continue
        columns = kinds or _guess_columns(cells, code)
        if columns and (found := _row_item(row, cells, columns, code)):
            yield row, [found]


def _guess_columns(cells: list[str], code: str) -> list[str] | None:
    """Columns of a row without a heading: one bare quantity (with its unit), and the longest text."""
    quantities = [i for i, cell in enumerate(cells) if _quantity_cell(cell, code)]
    references = [i for i, cell in enumerate(cells) if re.match(r"(?:art|ref|réf|sku|item|nr|no)\b\.?", cell, re.I)]
    texts = [i for i, cell in enumerate(cells) if i not in quantities and re.search(r"[^\W\d]{3}", cell)]
    if not quantities or not texts:
        return None
    units = words(code).bag("items", "units")
    kinds = ["skip"] * len(cells)
    text = max(texts, key=lambda i: (i not in references, len(cells[i])))
    position = re.fullmatch(r"0*\d{1,3}\.?", cells[0]) and len(quantities) > 1 and quantities[0] == 0
    kinds[quantities[1] if position else quantities[0]] = "quantity"
    kinds[text] = "text"
    for index in texts:
        if index != text:
            kinds[index] = "unit" if fold(cells[index]).strip(".") in units else kinds[index]
    return kinds


def _quantity_cell(cell: str, code: str) -> tuple[float, str | None] | None:
    match = re.fullmatch(rf"({FIGURE})\s*(?:x|×)?\s*([^\W\d][\w²³]{{0,11}}\.?)?(?:\s?x)?", cell.strip())
    if not match or (value := figure(match[1], code)) is None:
        return None
    unit = match[2]
    if unit and fold(unit).strip(".") not in _all_units():
        return None
    return value, unit


def _row_item(row: Sentence, cells: list[str], kinds: list[str], code: str) -> Found | None:
    by_kind = {kind: cell for kind, cell in reversed(list(zip(kinds, cells, strict=True)))}
    texts = [cell for kind, cell in zip(kinds, cells, strict=True) if kind == "text"]
    quantity = _quantity_cell(by_kind["quantity"], code)
    text = max(texts, key=len) if texts else by_kind.get("reference", "")
    if not quantity or not re.search(r"[^\W\d]", text):
        return None
    text = without_bullet(text)
    item = Item(text=text, quantity=quantity[0], unit=by_kind.get("unit") or quantity[1])
    return Found(item, row, row.text, 0)


# --- list lines ------------------------------------------------------------------------------------------------------


def _line_item(sentence: Sentence, lists: Words) -> list[Found]:
    """A list line that is one item: `20 x ball valve DN50`, `ball valve DN50: 20 pcs`."""
    if not sentence.line:
        return []
    line = without_bullet(sentence.text) if not re.match(r"\s*\d+\s*x\b", sentence.text, re.I) else sentence.text
    line = _POSITION.sub("", line)
    return _quantity_last(sentence, line, lists)


def _quantity_last(sentence: Sentence, line: str, lists: Words) -> list[Found]:
    labels = "|".join(re.escape(name) for name in sorted(_labels("quantity"), key=len, reverse=True))
    match = re.fullmatch(
        rf"(?P<text>[^\W\d].*?[\w\"')²])\s*(?:[:;,=|]|\s[-–x×*]|\(|\s{{2,}}|\t|\s(?=(?:{labels})\b))\s*"
        rf"(?:(?:{labels})\b[ .:=]*)?(?P<x>[x×]\s*)?(?P<number>{FIGURE})\s*[x×]?\s*(?P<unit>[^\W\d][\w²³]{{0,11}}\.?)?\s*\)?[.;,]?",
        line.strip(),
        re.I,
    )
    if not match or (value := figure(match["number"], lists.code)) is None or _excluded_at(line, match["number"]):
        return []
    unit = match["unit"]
    known = fold(unit or "").strip(".") in _all_units()
    if unit and not known or fold(match["text"]).strip() in _not_an_item_label(lists):
        return []
    first = fold(match["text"]).split()[0]
    if first in lists.bag("items", "stop") and first not in lists.bag("items", "units"):
        return []
    text = match["text"].strip()
    return [Found(Item(text=text, quantity=value, unit=unit), sentence, sentence.text, 0)]


@cache
def _label_words() -> frozenset[str]:
    forms = (shared_text(name) for name in ("form_name", "form_company", "form_email", "form_phone", "form_subject"))
    return frozenset(name for form in forms for name in fold(form).split("|")) | shared("line_labels")


def _not_an_item_label(lists: Words) -> frozenset[str]:
    return _label_words() | lists.bag("items", "not_things")


def _excluded_at(line: str, number: str) -> bool:
    folded = fold(line)
    position = folded.rfind(fold(number))
    return any(m.start() <= position < m.end() for m in _EXCLUDED.finditer(folded))


# --- sentences -------------------------------------------------------------------------------------------------------


@dataclass(frozen=True)
class _Token:
    raw: str
    core: str
    """Folded, without the punctuation around it."""
    start: int
    end: int
    """Where the core ends in the sentence."""
    ending: str
    """Punctuation behind the core."""
    opening: str


def _tokens(text: str, start: int) -> list[_Token]:
    tokens: list[_Token] = []
    for match in _TOKEN.finditer(text, start):
        raw = match.group()
        opening = re.match(r"[(\[„“\"'*«]*", raw)
        lead = opening.end() if opening and opening.end() < len(raw) else 0
        body = raw[lead:]
        ending = re.search(r"[,.;:!?)\]*»]*$", body)
        tail = ending.group() if ending and ending.start() > 0 else ""
        core = body[: len(body) - len(tail)] if tail else body
        if ")" in tail and "(" in core:
            cut = tail.index(")") + 1
            core, tail = core + tail[:cut], tail[cut:]
        tokens.append(_Token(raw, fold(core), match.start() + lead, match.start() + lead + len(core), tail, raw[:lead]))
    return tokens


def _sentence_items(sentence: Sentence, lists: Words, before: list[Found]) -> Iterator[Found]:
    """Every `<number> <unit> <words>` in a sentence, and `twice as many in red` after one of them."""
    text, folded = sentence.text, sentence.folded
    excluded = [(m.start(), m.end()) for m in _EXCLUDED.finditer(folded)]
    tokens = _tokens(text, 0)
    position = 0
    previous: Found | None = before[-1] if before else None
    while position < len(tokens):
        token = tokens[position]
        number = None if _inside(token.start, excluded) else _number_at(text, tokens, position, lists)
        if number is None:
            again = _twice(text, tokens, position, lists, previous)
            if again:
                found, position = again
                item = Found(found, sentence, text[token.start : tokens[position - 1].end], token.start)
                yield item
                continue
            position += 1
            continue
        value, after, attached_unit = number
        found = _item_after(text, tokens, position, after, value, attached_unit, sentence.line, lists)
        if found is None:
            position += 1
            continue
        item, next_position = found
        end = tokens[next_position - 1].end
        previous = Found(item, sentence, text[token.start : end], token.start)
        yield previous
        article, position = _coordinated(text, tokens, next_position, sentence, lists)
        if article:
            previous = article
            yield article


def _inside(position: int, spans: list[tuple[int, int]]) -> bool:
    return any(start <= position < end for start, end in spans)


def _number_at(text: str, tokens: list[_Token], position: int, lists: Words) -> tuple[float, int, str] | None:
    """The quantity that starts at a token: value, the next token's index, and the unit written onto the figure."""
    token = tokens[position]
    before = tokens[position - 1] if position else None
    if before and not before.ending and before.core in lists.bag("items", "not_after") | shared("not_after"):
        return None
    if (
        before
        and before.ending[-1:] != ":"
        and _REFERENCE.match(token.core)
        and before.core in shared("reference_nouns")
    ):
        return None
    match = _NUMBER.match(text, token.start)
    if match:
        value = figure(match[1], lists.code)
        if value is None or value <= 0 or value > 1_000_000:
            return None
        if match.end() > token.end:  # a thousands blank
            position += len(match[1].split()) - 1
            token = tokens[position]
        rest = fold(text[match.end() : token.end])
        if rest in ("x", "×"):
            return value, position + 1, "x"
        units = lists.bag("items", "units") | words("en").bag("items", "units")
        if rest and (rest.strip(".") not in units or (before and before.core in shared("one_articles"))):
            return None
        if not rest and token.ending.startswith((",", ".", ";", ":", "!", "?", ")")):
            return None
        if not rest and re.fullmatch(r"(?:19|20)\d\d", match[1]) and (before and before.core in shared("year_before")):
            return None
        if before and not rest and before.core in shared("one_articles"):
            return None
        return value, position + 1, text[match.end() : token.end]
    if not token.core[:1].isalpha():
        return None
    spelled = in_words([t.core for t in tokens[position : position + 3]], lists.code)
    if spelled is None or spelled[0] < 1:
        return None
    value, size = spelled
    if value == 1 and token.core not in ("one", "1") and "é" not in token.raw:
        return None
    if any(t.ending for t in tokens[position : position + size]):
        return None
    return value, position + size, ""


def _item_after(
    text: str, tokens: list[_Token], start: int, position: int, value: float, attached: str, line: bool, lists: Words
) -> tuple[Item, int] | None:
    """Reads unit and words behind a number. None when what follows is no thing (days, people, a price)."""
    unit = None if attached in ("", "x", "×") else attached
    if position < len(tokens) and tokens[position].core in ("x", "×", "*", "stk"):
        position += tokens[position].core in ("x", "×", "*")
    if unit is None and position + 1 < len(tokens) and _is_unit(tokens[position], lists):
        token = tokens[position]
        if not token.ending or token.ending == ".":
            unit = text[token.start : token.end + len(token.ending)]
            position += 1
    position, opening = _skip_of(tokens, position, lists), position
    if position >= len(tokens):
        return None
    first = tokens[position]
    not_things = lists.bag("items", "not_things") | shared("not_things")
    if (
        len(first.core) == 1
        and first.core.isalpha()
        or first.core in shared("dimensions")
        or first.core in _months(lists)
    ):
        return None
    if first.core in not_things or (unit is None and first.core.rstrip("s") in not_things):
        return None
    end = _end_of_item(tokens, position, line, lists, bool(unit))
    while end > position and _loose_end(tokens[end - 1], lists):
        end -= 1
    if end <= position or not any(re.search(r"[^\W\d]{2}|\d[\"'″”]|[A-Z]\d", t.raw) for t in tokens[position:end]):
        return None
    words_found = text[tokens[position].start : _closing_end(text, tokens, position, end)]
    words_found = _LINE_TAIL.sub("", re.sub(r"\s+", " ", words_found))
    if unit is None and re.match(r"\d+(?:[.,]\d+)?\s", words_found) and not attached:
        return None
    if any(word.strip(",.") in shared("street_words") for word in fold(words_found).split()[:3]):
        return None
    if fold(words_found) in shared("not_items") or fold(words_found) in not_things:
        return None
    del opening, start
    return Item(text=words_found, quantity=value, unit=unit.strip() if unit else None), end


def _closing_end(text: str, tokens: list[_Token], start: int, end: int) -> int:
    """The end of the item's words, with the bracket or inch sign that closes them."""
    stop = tokens[end - 1].end
    piece = text[tokens[start].start : stop]
    if piece.count("(") > piece.count(")") and text[stop : stop + 1] == ")":
        return stop + 1
    return stop


@cache
def _month_names(code: str) -> frozenset[str]:
    return frozenset(fold(words(code).plain("dates", "months")).replace("|", " ").split())


def _months(lists: Words) -> frozenset[str]:
    return _month_names(lists.code)


def _is_unit(token: _Token, lists: Words) -> bool:
    return token.core in lists.bag("items", "units") or token.core in words("en").bag("items", "units") - shared(
        "no_unit"
    )


def _skip_of(tokens: list[_Token], position: int, lists: Words) -> int:
    of = {fold(word) for phrase in lists.plain("items", "of").split("|") for word in phrase.split()}
    while position < len(tokens) - 1 and tokens[position].core in of and not tokens[position].ending:
        position += 1
    return position


def _end_of_item(tokens: list[_Token], position: int, line: bool, lists: Words, counted: bool) -> int:
    """The index behind the item's last token."""
    stop = lists.bag("items", "stop")
    start = position
    depth = 0
    while position < len(tokens) and position - start < _MAX_WORDS * (2 if line else 1):
        token = tokens[position]
        depth += token.opening.count("(") - (token.ending.count(")"))
        if depth <= 0 and position > start and not token.opening.startswith("("):
            soft = line and token.core in shared("soft_in_lines")
            if token.core in stop and not soft:
                return position
            if token.raw in _JOINING and not _joins(tokens, position):
                return position
            if token.core in shared("conjunctions") and _starts_something(tokens, position + 1, lists):
                return position
            if token.core in ("-", "@", "=", "->", "=>", "/") and (not line or token.core != "-"):
                return position
            if re.match(r"[€$£]", token.raw):
                return position
        elif (
            position == start
            and token.core in stop
            and not _is_unit(token, lists)
            and token.core not in shared("soft_in_lines")
        ):
            return position
        if depth <= 0 and token.ending:
            mark = token.ending.replace(")", "").replace("]", "").replace("*", "")[:1]
            if mark in (";", "!", "?", ":") or (mark == "." and not _goes_on(tokens, position)):
                return position + 1
            if mark == "," and not _comma_goes_on(tokens, position + 1, line, lists):
                return position + 1
        position += 1
    return position


def _joins(tokens: list[_Token], position: int) -> bool:
    """Whether the French `à` belongs to the thing (`machine à café`) rather than to a place (`à notre dépôt`)."""
    following = tokens[position + 1] if position + 1 < len(tokens) else None
    if following is None:
        return False
    return following.core not in shared("articles") | {"l'"} and not following.raw[:1].isupper()


def _goes_on(tokens: list[_Token], position: int) -> bool:
    following = tokens[position + 1].raw if position + 1 < len(tokens) else ""
    return is_abbreviation(tokens[position].core) and bool(following)


def _starts_something(tokens: list[_Token], position: int, lists: Words) -> bool:
    """Whether what follows a conjunction is no part of the item: a number, an article, a verb, a pronoun."""
    if position >= len(tokens):
        return True
    core = tokens[position].core
    return (
        core[:1].isdigit()
        or core in lists.bag("items", "stop")
        or core in shared("articles")
        or core in shared("fresh_start")
        or in_words([core], lists.code) is not None
    )


def _comma_goes_on(tokens: list[_Token], position: int, line: bool, lists: Words) -> bool:
    """After a comma an item goes on with its own details (`M20, IP68`), not with a new thing or clause."""
    if position >= len(tokens):
        return False
    first = tokens[position]
    if first.core in shared("reference_labels") or first.core in shared("detail_labels"):
        return True
    if _starts_something(tokens, position, lists) or first.core in shared("conjunctions"):
        return bool(line and re.fullmatch(r"\d+[\w.,/x\"]*[a-z\"²³%]+\w*", first.core))
    segment: list[_Token] = []
    for token in tokens[position:]:
        segment.append(token)
        if token.ending:
            break
    if any(t.core in lists.bag("items", "stop") or t.core in shared("fresh_start") for t in segment):
        return False
    return line or len(segment) <= 3


def _loose_end(token: _Token, lists: Words) -> bool:
    return (
        token.core in shared("conjunctions")
        or token.core in shared("articles")
        or token.core in shared("loose_ends")
        or token.core in {fold(w) for w in lists.plain("items", "of").replace("|", " ").split()} - {"x"}
        or not re.search(r"\w", token.core)
    )


def _coordinated(
    text: str, tokens: list[_Token], position: int, sentence: Sentence, lists: Words
) -> tuple[Found | None, int]:
    """`... and a conference table` right behind an item: one of it."""
    if position + 2 >= len(tokens) or tokens[position].core not in shared("conjunctions"):
        return None, position
    article = tokens[position + 1]
    if article.core not in shared("one_articles"):
        return None, position
    start = position + 2
    first = tokens[start].core
    if (
        first in lists.bag("items", "stop")
        or first in lists.bag("items", "not_things")
        or first in shared("not_articled")
    ):
        return None, position
    end = _end_of_item(tokens, start, sentence.line, lists, False)
    while end > start and _loose_end(tokens[end - 1], lists):
        end -= 1
    words_found = re.sub(r"\s+", " ", text[tokens[start].start : tokens[max(start, end - 1)].end])
    if end <= start or lists.cues("items", "not_coordinated").search(fold(words_found)):
        return None, position
    item = Item(text=words_found, quantity=1, unit=None)
    return Found(item, sentence, text[article.start : tokens[end - 1].end], article.start), end


def _twice(
    text: str, tokens: list[_Token], position: int, lists: Words, previous: Found | None
) -> tuple[Item, int] | None:
    """`twice as many in red`: counted from the item before."""
    if previous is None or previous.item.quantity is None:
        return None
    for size in (4, 3, 2, 1):
        phrase = " ".join(t.core for t in tokens[position : position + size])
        factor = lists.pairs("numbers", "twice").get(phrase)
        if factor is None or position + size >= len(tokens):
            continue
        start = position + size
        skip = shared("loose_ends") | shared("articles") | {"of", "de", "von", "van"}
        while start < len(tokens) and tokens[start].core in skip:
            start += 1
        end = start
        while end < len(tokens) and tokens[end].core not in lists.bag("items", "stop") and end - start < 6:
            end += 1
            if tokens[end - 1].ending:
                break
        if end == start:
            return None
        words_found = text[tokens[start].start : tokens[end - 1].end]
        return Item(text=words_found, quantity=previous.item.quantity * factor, unit=previous.item.unit), end
    return None


# --- without a quantity ------------------------------------------------------------------------------------------------


def _named_product(sentence: Sentence, lists: Words) -> Found | None:
    """A product named with its type: `the inline pump IP-40`, `un ballon tampon 500L`."""
    excluded = [(m.start(), m.end()) for m in _EXCLUDED.finditer(sentence.folded) if "art" not in m.group()]
    tokens = _tokens(sentence.text, 0)
    for index, token in enumerate(tokens):
        code = _CODE.match(sentence.text[token.start : token.end])
        labelled = token.core in shared("type_labels") and index + 1 < len(tokens)
        if not (code or labelled) or (code and _inside(token.start, excluded)) or index == 0:
            continue
        start = index
        while start > 0 and index - start < 5 and not tokens[start - 1].ending:
            core = tokens[start - 1].core
            if core in shared("articles") or core in shared("reference_nouns") or core in lists.bag("items", "stop"):
                break
            start -= 1
        if start == 0 or start == index or tokens[start - 1].core not in shared("articles"):
            continue
        if any(t.core in shared("reference_nouns") for t in tokens[start:index]):
            continue
        end = _end_of_item(tokens, start, False, lists, False)
        if end <= index:
            continue
        words_found = re.sub(r"\s+", " ", sentence.text[tokens[start].start : tokens[end - 1].end])
        item = Item(text=words_found, quantity=None, unit=None)
        return Found(item, sentence, sentence.text[tokens[start].start : tokens[end - 1].end], tokens[start].start)
    return None


def _asked_object(sentence: Sentence, lists: Words) -> Found | None:
    """What stands behind `a quote for`: one of it when the sender says `a`, else without a quantity."""
    match = lists.cues("items", "objects").search(sentence.folded)
    if not match:
        return None
    tokens = _tokens(sentence.text, match.end())
    start = 0
    single = False
    while start < len(tokens) and (
        tokens[start].core in shared("articles") or tokens[start].core in shared("loose_ends")
    ):
        single = single or tokens[start].core in shared("one_articles")
        start += 1
    while start < len(tokens) and tokens[start].core in shared("new"):
        start += 1
    if start >= len(tokens) or tokens[start].core in lists.bag("items", "object_not") | lists.bag("items", "stop"):
        return None
    end = _end_of_item(tokens, start, False, lists, False)
    if end + 2 < len(tokens) and tokens[end].core in shared("purpose") and tokens[end + 1].core in shared("articles"):
        end = _end_of_item(tokens, end + 2, False, lists, False)
    while end > start and _loose_end(tokens[end - 1], lists):
        end -= 1
    if end <= start:
        return None
    quote = sentence.text[tokens[start].start : tokens[end - 1].end]
    if lists.cues("items", "not_coordinated").search(fold(quote)) or not re.search(r"[^\W\d]{3}", quote):
        return None
    item = Item(text=re.sub(r"\s+", " ", quote), quantity=1 if single else None, unit=None)
    return Found(item, sentence, quote, tokens[start].start)


def _distinct(found: list[Found]) -> list[Found]:
    kept: list[Found] = []
    for one in found:
        if not any(
            one.item.quantity == other.item.quantity and fuzz.ratio(fold(one.item.text), fold(other.item.text)) >= 90
            for other in kept
        ):
            kept.append(one)
    return kept
