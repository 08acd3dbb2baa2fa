"""Whose contract a document is, by its title and its first sentences."""

import re
from collections.abc import Iterator
from dataclasses import dataclass

from jobs.context import same_company
from jobs.customers import bare_name, compact_vat, is_vat, legal_form
from knowledge.metadata import WORDS, Layer, Origin, folded, label
from knowledge.prose import SAYS

_CONTRACT = SAYS["contract"]
_HEAD = 3_000
"""Characters in which a contract says between whom it is."""
_HEAD_LINES = 30
_LETTERHEAD = 6
"""Lines in which a contract has said what it is."""
_WRAPS = 35
"""Characters of a title that may be too long for its line."""
_JOINING = (
    "of|the|de|der|den|des|van|von|vom|zu|zur|ter|ten|het|la|le|les|du|d['’]|en|und|et|and|für|voor|pour|in|op|aan|am"
)
_WORD = r"(?:[A-ZÀ-Þ0-9][\w.'’+/-]*|[a-zß-ÿ]{1,3}[A-Z]\w+|\([A-ZÀ-Þ][\w .-]{1,30}\)|(?:[a-z]\.){2,4})"
_NAME = re.compile(rf"{_WORD}(?:\s+(?:(?:(?:{_JOINING})\s+){{0,2}}|&\s+){_WORD}|\s*&\s*{_WORD})*")
_ABBREVIATED = "".join(rf"(?<!\b{word}\.)" for word in ("[A-Z]", "Co", "Zn", "Gebr", "St", "Bros", "Inh", "Eng", "Fa"))
_ENDS = re.compile(
    r"[,;\n|“”\"„«–—]|\s-\s|\((?!\w[\w .-]*\))|"
    r"\((?=the\b|hereinafter|hierna|nachfolgend|ci-après|de\s|der\s|die\s|le\s|la\s|customer|client|buyer|purchaser|"
    r"supplier|seller|vendor|klant|afnemer|koper|opdrachtgever|leverancier|kunde|auftraggeber|auftragnehmer|käufer|"
    r"besteller|lieferant|acheteur|fournisseur)"
    rf"|\.(?=\s|$){_ABBREVIATED}|\s(?:dated|effective|valid|version|versie|hereinafter|with\s+(?:its|seat|registered)|"
    r"established|having|for\s+the|from|since|d\.d\.|vom|van\s+\d|ab|vanaf|gültig|geldig|du\s+\d|gevestigd|mit\s+sitz|"
    r"ayant|dont|whose|regarding|about|on|concerning|über|inzake|betreffende|concernant|sur|ist|is|est|are|will|"
    r"and\s+(?:the|its|our)|\d{4})\b",
    re.I,
)
_CODE = re.compile(r"\b[A-Z]{1,5}(?:[-/.][A-Z]{1,5})?[-/. ]?\d[\dA-Z/-]*\b")
"""The number of a contract."""
_VAT = re.compile(r"\b[A-Z]{2}[ .]?[A-Z]?\d(?:[ .]?[A-Z0-9]){6,12}\b")


@dataclass(frozen=True)
class _Party:
    name: str
    words: str
    """What stands between its name and the next one: address, numbers, what it is called in the following."""


def parties_of(title: str, text: str, kind: str) -> Layer:
    """`contract`, and `customer` or `parties`, where the document is an agreement with somebody."""
    layer = Layer(Origin.WORDS)
    if not is_contract(title, kind):
        return layer
    layer.said["contract"] = True
    named = _named_in(title)
    between = _between(re.sub(r"[#*_>`|]+", " ", text[:_HEAD]))
    customers = [party for party in between if _is_customer(party)] or [
        party for party in between if between and any(same_company(party.name, name) for name in named)
    ]
    if between:
        layer.said["parties"] = tuple(party.name for party in between)
    if len(customers) == 1:
        _take(layer, customers[0])
    elif between:
        pass
    elif named:
        layer.said["customer"] = tuple(named)
    else:
        found = _after_with(re.sub(r"[#*_>`|]+", " ", text[:_HEAD]))
        if found:
            layer.said["customer"] = (found,)
    return layer


def settle_parties(layer: Layer) -> None:
    """`Epsilon B.V. (customer)` is called Epsilon B.V., and says which of the parties it is."""
    said = layer.said
    buyers = [name for one in said.get("parties", ()) for name, called in [_called(one)] if _buys(called)]
    for key in ("customer", "company", "parties"):
        if key in said:
            said[key] = tuple(dict.fromkeys(_called(name)[0] for name in said[key]))
    if len(buyers) == 1:
        said.setdefault("customer", tuple(buyers))


def _called(name: str) -> tuple[str, str]:
    """A name and what stands in brackets behind it; all of it is the name where that is no side of a contract."""
    found = re.fullmatch(r"\s*(.+?)\s*\(([^()]+)\)\W*", name)
    called = found and (_CONTRACT["buyer"].search(found[2]) or _CONTRACT["seller"].search(found[2]))
    return (found[1], found[2]) if found and called else (name, "")


def _buys(called: str) -> bool:
    return bool(_CONTRACT["buyer"].search(called)) and not _CONTRACT["seller"].search(called)


def unwrapped(text: str) -> str:
    """The text with a company's name in its head that goes on in the next line put together: `contract with Brandt &
    Söhne` above `Elektrotechnik GmbH`."""
    lines = text.split("\n")
    for at in range(min(_HEAD_LINES, len(lines) - 1)):
        if _goes_on(lines[at].strip(), lines[at + 1].strip()):
            lines[at : at + 2] = [f"{lines[at].rstrip()} {lines[at + 1].strip()}"]
            break
    return "\n".join(lines)


def _goes_on(line: str, behind: str) -> bool:
    """Whether a company's name goes on in the line behind, which is nothing but its end, with a legal form."""
    rest = clean_name(behind) or behind
    if not behind or len(behind.split()) > 6 or rest != behind.rstrip(" .,") or not legal_form(f"x {rest}"):
        return False
    if legal_form(line):
        return False
    words, mark, value = line.partition(":")
    if bare_name(f"x {rest}") == "x" and is_contract(line) and _after_with(line):
        return True
    if mark and value.strip():
        return label(words, head=True) in ("customer", "company")
    open_ended = re.search(r"(?:&|\b(?:with|met|mit|mit\s+der|avec|and|en|und|et))$", line, re.I)
    return is_contract(line) and bool(open_ended or (len(line) >= _WRAPS and _after_with(line)))


def is_contract(title: str, kind: str = "") -> bool:
    """An agreement, not a paper about agreements in general."""
    if kind and _CONTRACT["kinds"].search(kind) and not _CONTRACT["about"].search(kind):
        return True
    return bool(_CONTRACT["kinds"].search(title)) and not _CONTRACT["about"].search(title)


def contract_line(text: str) -> str:
    """A line of the head such as `Framework agreement with Visser B.V.`, below a letterhead; empty: there is none."""
    lines = [line.strip(" #*>_") for line in text[:_HEAD].splitlines() if line.strip()][:_LETTERHEAD]
    stands_alone = (line for line in lines if len(line.split()) <= 12 and (line[-1:] != "." or legal_form(line)))
    return next((line for line in stands_alone if is_contract(line) and _after_with(line)), "")


def _take(layer: Layer, party: _Party) -> None:
    layer.said["customer"] = (party.name,)
    vats = [vat for found in _VAT.findall(party.words) if is_vat(vat := compact_vat(found))]
    if vats:
        layer.said["customer_vat"] = vats[0]


def _is_customer(party: _Party) -> bool:
    return _buys(party.words[:300])


def _named_in(title: str) -> list[str]:
    """`Framework agreement with X`, `Framework agreement - X`, `X: price agreement 2024`."""
    if found := _after_with(title):
        return [found]
    pieces = re.split(r"\s+[-–—|/:]\s+|:\s+|[–—|]", title)
    names: list[str] = []
    for piece in pieces:
        rest = _CODE.sub(" ", _CONTRACT["kinds"].sub(" ", piece))
        rest = re.sub(
            r"\b(?:v|rev|version|versie|fassung|nr|no|n°)\.?\s*[\d.]+\b|\b(?:19|20)\d{2}\b|[-–]\s*$|^\s*[-–]",
            " ",
            rest,
            flags=re.I,
        )
        name = clean_name(rest)
        if name and (rest.strip() == piece.strip() or len(pieces) == 1 or legal_form(name)):
            names.append(name)
    return [name for name in names if not _CONTRACT["kinds"].fullmatch(name)][:1]


def _after_with(words: str) -> str:
    for found in _CONTRACT["kinds"].finditer(words):
        behind = words[found.end() : found.end() + 200]
        link = _CONTRACT["with"].search(behind[:60])
        if link and len(behind[: link.start()].split()) <= 4 and (name := clean_name(behind[link.end() :])):
            return name
    return ""


def _between(text: str) -> list[_Party]:
    """Both sides of `between A, of ..., and B, of ...`."""
    start = _CONTRACT["between"].search(text)
    while start:
        words = text[start.end() : start.end() + 1_200]
        sides = max(_splits(words), key=_sureness, default=None)
        if sides:
            return list(sides)
        start = _CONTRACT["between"].search(text, start.end())
    return []


def _splits(words: str) -> Iterator[tuple[_Party, _Party]]:
    for mark in _CONTRACT["and"].finditer(words[:700]):
        before, behind = words[: mark.start()], words[mark.end() :]
        one, other = clean_name(before), clean_name(behind)
        if one and other:
            yield _Party(one, before), _Party(other, re.split(r"(?<!\b[A-Za-z])\.\s|\n\s*\n", behind)[0][:400])


def _sureness(sides: tuple[_Party, _Party]) -> tuple[int, int]:
    """A legal form ends a name; a name that goes on over `and` is better whole."""
    one, other = sides
    return bool(legal_form(one.name)) + bool(legal_form(other.name)), len(one.name) if legal_form(one.name) else 0


def clean_name(words: str) -> str:
    """The company that the words begin with; empty where they do not begin with a name."""
    words = " ".join(re.split(r"\n\s*\n", words.strip(), maxsplit=1)[0].split()).lstrip("“”\"'„« ")
    before = ""
    while before != words:
        before, words = words, SAYS["contract"]["before_name"].sub("", words).lstrip("“”\"'„« ")
    end = _ENDS.search(words)
    words = words[: end.start()] if end else words
    found = _NAME.match(words)
    whole = len(words.split()) <= 6 and legal_form(words)  # Some write theirs in lower case.
    name = words.strip(" ,-") if whole else found[0].strip(" .,-") if found else ""
    if name and words[len(name) : len(name) + 1] == "." and re.search(r"\b\w\.\w$", name):
        name += "."
    no_name = {folded(word) for word in WORDS["customer"]["nobody"]}
    return name if len(bare_name(name)) > 1 and folded(name) not in no_name and re.search(r"[^\W\d]{2}", name) else ""
