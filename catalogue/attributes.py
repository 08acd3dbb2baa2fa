"""What a name or request says of size, capacity, voltage, pack, colour and the like, and which of it contradicts."""

import re
from collections.abc import Iterable, Sequence
from typing import NamedTuple


class Attribute(NamedTuple):
    kind: str
    value: float | str | tuple[float, ...]
    shown: str
    """As it is told to a person."""
    spelt: tuple[str, ...]
    """The words that say it."""


_SPELLINGS = {
    "length": "mm=1 cm=10 m=1000 mtr=1000 meter=1000 metre=1000 meters=1000 inch=25.4 inches=25.4 in=25.4 zoll=25.4 "
    'duim=25.4 pouces=25.4 "=25.4 ft=304.8 feet=304.8 foot=304.8',
    "area": "mm2=1 qmm=1 sqmm=1",
    "capacity": "tb=1024 gb=1 mb=.0009765625 go=1 to=1024",
    "voltage": "v=1 volt=1 volts=1 vac=1 vdc=1 kv=1000 mv=.001",
    "power": "w=1 watt=1 watts=1 kw=1000",
    "apparent power": "va=1 kva=1000",
    "current": "a=1 amp=1 amps=1 ampere=1 amperes=1 ma=.001",
    "charge": "mah=1 ah=1000",
    "frequency": "hz=1 khz=1e3 mhz=1e6 ghz=1e9",
    "light": "lm=1 lumen=1 lumens=1",
    "colour temperature": "k=1 kelvin=1",
    "resolution": "mp=1 megapixel=1 megapixels=1",
    "weight": "mg=1e-6 kg=1 lb=.4536 lbs=.4536 pound=.4536 pounds=.4536 oz=.02835 ounce=.02835 ounces=.02835",
    "volume": "ml=.001 cl=.01 l=1 ltr=1 liter=1 litre=1 liters=1 litres=1",
    "pressure": "bar=1 psi=.0689",
    "ports": "port=1 ports=1 poort=1 poorts=1",
    "outlets": "outlet=1 outlets=1",
    "buttons": "button=1 buttons=1",
    "pins": "pin=1 pins=1",
    "poles": "p=1 pole=1 poles=1 polig=1 polige=1",
    "pack": "pack=1 pk=1 ct=1 count=1 pcs=1 pieces=1 stuks=1 stk=1 stuck=1 disc=1 discs=1",
    "sheets": "sheet=1 sheets=1",
}
_UNITS = {
    unit: (kind, float(factor))
    for kind, spellings in _SPELLINGS.items()
    for unit, _, factor in (spelling.rpartition("=") for spelling in spellings.split())
}
"""What is measured, and the factor to its base unit, by the unit as `text.fold` leaves it."""
_WRITTEN = "TB GB MB V kV mV W kW VA kVA A mA mAh Ah Hz kHz MHz GHz K MP P"
_SYMBOLS = {
    **{unit.lower(): unit for unit in _WRITTEN.split()},
    "mm2": "mm²",
    "vac": "V AC",
    "vdc": "V DC",
    '"': "inch",
}
"""Units as they are shown, where that is not as folded."""

_COLOURS = (
    "black zwart zwarte schwarz schwarze schwarzer schwarzes noir noire noirs noires blk bk",
    "white wit witte weiss weisse weisser weisses blanc blanche blancs blanches",
    "grey gray grijs grijze grau graue grauer graues gris grise",
    "red rood rode rot rote roter rotes rouge rouges",
    "blue blauw blauwe blau blaue blauer blaues bleu bleue bleus",
    "green groen groene grun grune gruner grunes gruen vert verte verts",
    "yellow geel gele gelb gelbe gelber gelbes jaune jaunes",
    "orange oranje",
    "brown bruin bruine braun braune brauner braunes brun brune marron",
    "pink roze rosa rose",
    "purple paars paarse lila violett violet violette",
    "silver zilver zilveren silber silbern argent",
    "gold goud gouden golden dore",
    "beige",
    "transparent transparant klar durchsichtig",
    "turquoise turkoois turkis",
    "anthracite antraciet anthrazit",
    "cyan",
    "magenta",
)
_SIDES = ("left links linke linker linkes gauche", "right rechts rechte rechter rechtes droite")
_CUTS = ("ladies lady women womens dames damen femme femmes", "men mens heren herren homme hommes")
_LISTED = {
    word: (kind, words.split()[0])
    for kind, listed in (("colour", _COLOURS), ("side", _SIDES), ("cut", _CUTS))
    for words in listed
    for word in words.split()
}
"""Kind and value, by the word."""
_NUMBER = r"\d+(?:\.\d+)?"
_UNIT = "|".join(sorted(map(re.escape, _UNITS), key=len, reverse=True))
_MEASURED = re.compile(rf"(?<![\w.])(?<![a-z]-)({_NUMBER})(?:\s?-\s?({_NUMBER}))?[\s-]{{0,2}}({_UNIT})(?!\w)")
_BY = re.compile(
    rf"(?<![\w.])(m)?({_NUMBER})\s?(mm|cm|m|\")?\s?[xg]\s?({_NUMBER})(?:\s?(?:mm|cm|m|\")?\s?x\s?({_NUMBER}))?"
    rf"\s?(mm2|mm|cm|m|inch|\")?(?![\w.])"
)
_THREAD = re.compile(rf"(?<![\w.])m({_NUMBER})(?![a-z.\d])")
_SPEED = re.compile(rf"(?<![\w.])({_NUMBER})x(?!\w)")
_PACK_OF = re.compile(
    r"(?:pack|box|set|case|carton|bag|doos|zak|set|karton|beutel|boite|sachet|paquet|lot) (?:of|van|mit|von|de|a) (\d+)"
)
_DOZEN = re.compile(r"\b(dozen|dozijn|dutzend|douzaine)\b")
_STANDARD = re.compile(r"\b(din|iso|en|nen)[ -]?(?:iso[ -]?|en[ -]?)?(\d{2,6})\b")
_CURVE = re.compile(
    r"\b([bcd])[ -](?:curve|kurve|karakteristiek|karakt|char)|(?:curve|kurve|courbe|karakteristiek) ([bcd])\b"
)
_CLOTHING = re.compile(r"(?<![\w'-])(XXS|XS|S|M|L|XL|XXL|XXXL|[2-5]XL)(?![\w'-])")
_SIZE = re.compile(r"\b(?:size|maat|grosse|groesse|gr|taille|pointure|eu)\.? (\d{1,2})\b")
_WITHOUT = re.compile(r"\b(?:without|zonder|ohne|sans)\s+(?:a |an |een |einen? |une? )?([a-z]{3,})")
_WITH = re.compile(r"\b(?:with|met|mit|avec)\s+(?:a |an |een |einem |une? )?([a-z]{3,})")
_WORDS = re.compile(r"\d+(?:\.\d+)?|[a-z]+")
_LETTERS = re.compile(r"[a-z]+")
_TOLERANCE = 0.006
"""Relative: 15.6 inch is 396 mm, and not 15.4 inch."""


def attributes(folded: str, original: str) -> tuple[Attribute, ...]:
    """`folded` is `text.fold(original)`; clothing sizes are read from the original, where they are capitals."""
    found: list[Attribute] = []
    if any(c.isdigit() for c in folded):
        found += _figures(folded)
    for word in _LETTERS.findall(folded):
        if word in _LISTED:
            kind, value = _LISTED[word]
            found.append(Attribute(kind, value, value, (word,)))
    if " " in original and (size := _CLOTHING.search(original)) and not original.isupper():
        found.append(Attribute("size", size[1], f"size {size[1]}", (size[1].lower(),)))
    found += [Attribute("without", word, f"without {word}", ()) for word in _WITHOUT.findall(folded)]
    found += [Attribute("with", word, f"with {word}", ()) for word in _WITH.findall(folded)]
    return tuple(found)


def _figures(folded: str) -> list[Attribute]:
    found: list[Attribute] = []
    for one in _BY.finditer(folded):
        scale = _UNITS[one[6]][1] if one[6] in ("cm", "m", "inch", '"') else 1.0
        sides = tuple(round(float(side) * scale, 3) for side in (one[2], one[4], one[5]) if side)
        found.append(
            Attribute("size by size", sides, one[0].strip().replace("mm2", "mm²"), tuple(_WORDS.findall(one[0])))
        )
    rest = _BY.sub(" ", folded)
    for one in _MEASURED.finditer(rest):
        kind, factor = _UNITS[one[3]]
        if one[3] == "in" and re.match(r"[ -]\d", rest[one.end() :]):
            continue
        unit = _SYMBOLS.get(one[3], one[3])
        found += [Attribute(kind, float(n) * factor, f"{n} {unit}", (n, one[3])) for n in (one[1], one[2]) if n]
    found += [Attribute("thread", float(n), f"M{n}", ("m", n)) for n in _THREAD.findall(folded)]
    found += [Attribute("speed", float(n), f"{n}x", (n, "x")) for n in _SPEED.findall(rest)]
    found += [Attribute("pack", float(n), f"pack of {n}", ("pack", n)) for n in _PACK_OF.findall(folded)]
    found += [Attribute("pack", 12.0, "dozen", (one,)) for one in _DOZEN.findall(folded)]
    found += [
        Attribute("standard " + name, float(n), f"{name.upper()} {n}", (name, n))
        for name, n in _STANDARD.findall(folded)
    ]
    found += [
        Attribute("curve", one[1] or one[2], f"curve {(one[1] or one[2]).upper()}", ())
        for one in _CURVE.finditer(folded)
    ]
    found += [Attribute("number size", float(n), f"size {n}", (n,)) for n in _SIZE.findall(folded)]
    return found


def conflicts(
    asked: Sequence[Attribute], offered: Sequence[Attribute], offered_words: Iterable[str]
) -> tuple[str, ...]:
    """In words, what is offered instead of what was asked. What only one side mentions does not contradict."""
    said: list[str] = []
    for kind in dict.fromkeys(a.kind for a in asked):
        want = [a for a in asked if a.kind == kind]
        have = [a for a in offered if a.kind == kind]
        missing = [a for a in want if not any(_same(a, b) for b in have)]
        other = [b for b in have if not any(_same(a, b) for a in want)]
        if kind == "with":
            lacking = {b.value for b in offered if b.kind == "without"}
            said += [f"without {a.value} instead of {a.shown}" for a in missing if a.value in lacking]
        elif kind == "without":
            said += [f"{a.value} instead of {a.shown}" for a in want if not have and str(a.value) in offered_words]
        elif missing and other:
            said.append(f"{other[0].shown} instead of {missing[0].shown}")
    return tuple(said)


def _same(a: Attribute, b: Attribute) -> bool:
    if isinstance(a.value, tuple) and isinstance(b.value, tuple):
        return len(a.value) == len(b.value) and all(map(_near, a.value, b.value))
    if isinstance(a.value, float) and isinstance(b.value, float):
        return _near(a.value, b.value)
    return a.value == b.value


def _near(a: float, b: float) -> bool:
    return abs(a - b) <= _TOLERANCE * max(abs(a), abs(b))
