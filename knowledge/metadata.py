"""What is known of a document: told by its sidecar, its front matter, its folder, or in its own words.

Where it is unclear whether a document is limited, it is: a wrong limit is seen and corrected, a leak is not."""

import re
import tomllib
import unicodedata
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass, field
from datetime import date, timedelta
from enum import StrEnum
from pathlib import Path
from typing import Any, Literal, cast

import yaml
from pydantic import BaseModel, ConfigDict
from rapidfuzz import fuzz, process

from jobs.context import role_of
from jobs.customers import bare_name, compact_vat, legal_form
from knowledge.dates import day_of

WORDS: Mapping[str, Any] = tomllib.loads((Path(__file__).parent / "metadata.toml").read_text(encoding="utf-8"))
_MAX_FRONT_MATTER = 20_000
"""Characters."""


class Origin(StrEnum):
    """Who says it, strongest first."""

    SIDECAR = "sidecar"
    FRONT_MATTER = "front matter"
    FOLDER = "folder"
    WORDS = "its own words"
    NAME = "its name"


Status = Literal["", "draft", "withdrawn", "superseded"]


class Told(BaseModel):
    """What one document says, before it is compared with the others."""

    model_config = ConfigDict(frozen=True, extra="forbid")

    title: str = ""
    version: str = ""
    number: str = ""
    """Its number as a document, such as POL-012."""
    dated: date | None = None
    """Day of issue; orders versions that say nothing else."""
    valid_from: date | None = None
    valid_until: date | None = None
    status: Status = ""
    withheld: str = ""
    """Why nobody is given it until somebody has corrected what is said of it."""
    supersedes: tuple[str, ...] = ()
    """Ids, titles or versions, in its own words."""
    superseded_by: str = ""
    superseded_from: date | None = None
    amends: bool = False
    """It changes or completes another one, and does not take its place."""
    contract: bool = False
    """It is an agreement with somebody."""
    customer: tuple[str, ...] = ()
    """Names and numbers of whose it is, its name first."""
    customer_vat: str = ""
    parties: tuple[str, ...] = ()
    """Of a contract that does not say which of them is the customer."""
    roles: tuple[str, ...] = ()
    internal: bool = False
    language: str = ""
    origins: dict[str, Origin] = {}
    """By field."""
    doubts: tuple[str, ...] = ()
    """What a person should look at, in sentences."""


@dataclass
class Layer:
    """What one origin says: fields of `Told`; what it does not speak of is not in it."""

    origin: Origin
    said: dict[str, Any] = field(default_factory=dict[str, Any])
    doubts: list[tuple[str, str]] = field(default_factory=list[tuple[str, str]])
    """What a person should look at: a field (empty: none in particular), and a sentence."""

    def doubt(self, words: str, name: str = "") -> None:
        self.doubts.append((name, words))


def merged(layers: Sequence[Layer], title: str) -> Told:
    """The strongest layer that speaks of a field has it; days of validity go together, and so do limits."""
    owned = any(name in layer.said for layer in layers for name in ("customer", "parties"))
    for layer in layers:
        settle_access(layer, owned)
    fields: dict[str, Any] = {}
    origins: dict[str, Origin] = {}
    speaking: dict[str, Origin] = {}
    for group in _TOGETHER:
        layer = next((layer for layer in layers if any(name in layer.said for name in group)), None)
        if layer is None:
            continue
        for name in group:
            speaking[name] = layer.origin
            if name in layer.said:
                fields[name], origins[name] = layer.said[name], layer.origin
    if "customer" in fields:
        fields["customer"] = _with_spellings(fields["customer"], layers)
    doubts = [
        words for layer in layers for name, words in layer.doubts if speaking.get(name, layer.origin) is layer.origin
    ]
    fields["title"] = fields.get("title") or title
    return Told(**fields, origins=origins, doubts=tuple(dict.fromkeys(doubts)))


def _with_spellings(names: Sequence[str], layers: Sequence[Layer]) -> tuple[str, ...]:
    """A document that names its customer with and without a legal form means the same one."""
    others = [other for layer in layers for key in ("customer", "parties") for other in layer.said.get(key, ())]
    bare = set(map(bare_name, names))
    return tuple(dict.fromkeys((*names, *(other for other in others if bare_name(other) in bare))))


_TOGETHER = (
    ("title",),
    ("version",),
    ("number",),
    ("dated",),
    ("valid_from", "valid_until"),
    ("status",),
    ("withheld",),
    ("supersedes",),
    ("superseded_by", "superseded_from"),
    ("amends",),
    ("contract",),
    ("customer", "customer_vat"),
    ("parties",),
    ("roles", "internal"),
    ("language",),
)


def folded(words: str) -> str:
    """A key or a word as it is compared: `validFrom`, `valid-from` and `Valid from` are one."""
    opened = re.sub(r"(?<=[a-z])(?=[A-Z])", " ", words)
    decomposed = unicodedata.normalize("NFKD", opened.casefold())
    letters = "".join(letter for letter in decomposed if not unicodedata.combining(letter))
    return " ".join(re.findall(r"[^\W_]+", letters))


_KEYS: dict[str, str] = {folded(key): name for name, keys in WORDS["keys"].items() for key in keys}
_FRONT_ONLY = frozenset(map(folded, WORDS["front_matter_only"]["keys"]))
_HEAD = frozenset(map(folded, WORDS["front_matter_only"]["head"]))
_STATUS = {folded(word): status for status, words in WORDS["status"].items() for word in words}
_ACCESS = {folded(word): kind for kind, words in WORDS["access"].items() for word in words}
_USUAL = frozenset(map(folded, WORDS["unknown"]["usual"]))
_LIMITS: list[str] = WORDS["unknown"]["limits"]
_NEARLY = 75
"""Of 100: `costumer` and `customer`."""
_NOBODY = frozenset(map(folded, WORDS["customer"]["nobody"]))
_GENERIC = frozenset(("metadata", "meta", "document", "doc", "properties", "info", "validity", "control", "page"))


def label(words: str, *, head: bool) -> str:
    """The field that words before a colon name in running text; empty where they name none."""
    key = folded(words)
    return "" if key in _FRONT_ONLY and not (head and key in _HEAD) else _KEYS.get(key, "")


def without_front_matter(text: str) -> tuple[dict[str, Any], str, list[str]]:
    """The front matter (YAML between `---`, TOML between `+++`, either in a leading comment), the text behind it, and
    what is doubtful."""
    found = _FRONT.match(text[:_MAX_FRONT_MATTER])
    if not found:
        return {}, text, []
    body = next(group for group in found.group("yaml", "toml", "comment") if group is not None)
    content, doubt = read_mapping(body, toml=found["toml"] is not None)
    if not content and not doubt:
        return {}, text, []
    return content, text[found.end() :], [f"its front matter {doubt}"] if doubt else []


_FRONT = re.compile(
    r"\s*(?:---[ \t]*\n(?P<yaml>.*?)\n(?:---|\.\.\.)[ \t]*(?:\n|$)|\+\+\+[ \t]*\n(?P<toml>.*?)\n\+\+\+[ \t]*(?:\n|$)"
    r"|<!--+[ \t]*\n?(?P<comment>[^\n]*:.*?)--+>)",
    re.S,
)


def read_mapping(text: str, *, toml: bool = False) -> tuple[dict[str, Any], str]:
    """Keys and values of YAML (JSON is YAML) or TOML, and in words what is wrong with it. What is no YAML is read line
    by line, so that a broken line does not lose a limit on another one."""
    try:
        content = tomllib.loads(text) if toml else yaml.safe_load(text)
    except (yaml.YAMLError, tomllib.TOMLDecodeError, ValueError, RecursionError):
        lines = (line.partition("=" if toml else ":") for line in text.splitlines() if not line.startswith((" ", "#")))
        pairs = {key.strip(): value.strip().strip("'\"") for key, mark, value in lines if mark and value.strip()}
        return cast("dict[str, Any]", pairs), "is broken and was read line by line"
    if isinstance(content, dict):
        return cast("dict[str, Any]", content), ""
    return {}, "" if content is None or isinstance(content, str) else "is no list of keys and values"


def layer_of(content: Mapping[Any, Any], origin: Origin) -> Layer:
    """What keys and values say, whoever wrote them."""
    layer = Layer(origin)
    for key, value in _flat(content):
        if value not in (None, "", [], {}):
            _take(layer, key, _KEYS[key], value)
    return layer


def doubt_keys(layer: Layer, content: Mapping[Any, Any]) -> None:
    """Tells of keys that are not known. One that is nearly a key of who may read it may be a limit that is misspelt:
    the document is withheld until that is corrected."""
    unknown: list[str] = []
    for key in _unknown(content):
        limit = process.extractOne(folded(key), _LIMITS, scorer=fuzz.ratio, score_cutoff=_NEARLY)
        if limit:
            layer.said["withheld"] = f"its “{key}” may be meant for “{limit[0]}”, which says who may read it"
            layer.doubt(f"its “{key}” may be meant for “{limit[0]}”: given to nobody until that is corrected")
        else:
            unknown.append(f"“{key}”")
    if unknown:
        layer.doubt(f"nothing is taken from its {', '.join(unknown)}: no such key is known")


def _unknown(content: Mapping[Any, Any], path: tuple[str, ...] = ()) -> Iterable[str]:
    """As they are written; not those of an author, a product or the like."""
    for raw, value in content.items():
        key = folded(str(raw))
        if isinstance(value, dict) and len(path) < 3 and (key in _KEYS or key in _GENERIC):
            yield from _unknown(cast("Mapping[Any, Any]", value), (*path, key))
        elif key and value not in (None, "", [], {}) and not {key, " ".join((*path, key))} & (_KEYS.keys() | _USUAL):
            yield str(raw)[:40]


def take_label(layer: Layer, words: str, value: str, *, head: bool) -> bool:
    """Like a key with its value, of a label in running text (`Version: 3.1`). False where it names no field."""
    name = label(words, head=head)
    if name and value.strip():
        _take(layer, folded(words), name, value.strip())
    return bool(name)


def _flat(content: Mapping[Any, Any], path: tuple[str, ...] = ()) -> Iterable[tuple[str, Any]]:
    """Known keys, folded, with their values; `validity: {from: ...}` is `validity from`."""
    for raw, value in content.items():
        key = folded(str(raw))
        whole = " ".join((*path, key))
        if isinstance(value, dict) and len(path) < 3:
            inner = cast("Mapping[Any, Any]", value)
            if _KEYS.get(whole) == "customer" and (name := _named(inner)):
                yield whole, name
            yield from _flat(inner, (*path, key))
        elif whole in _KEYS:
            yield whole, value
        elif key in _KEYS and (not path or _belongs(path[-1], _KEYS[key])):
            yield key, value


def _named(inner: Mapping[Any, Any]) -> Any:
    return next((value for key, value in inner.items() if folded(str(key)) in ("name", "company")), None)


def _belongs(parent: str, name: str) -> bool:
    """Whether a key below another one means what it means by itself; the name of an author is no title."""
    if parent in _GENERIC:
        return True
    if _KEYS.get(parent) == "customer":
        return name in ("customer_vat", "customer_id")
    if _KEYS.get(parent) in ("roles", "classification"):
        return name in ("roles", "classification", "customer", "department")
    return False


def _take(layer: Layer, key: str, name: str, value: Any) -> None:
    """Puts one value into the layer. The first one that was said stays."""
    said = layer.said
    match name:
        case "title" | "version" | "number" | "superseded_by" if isinstance(value, str | int | float):
            said.setdefault(name, " ".join(str(value).split()))
        case "superseded_by" | "supersedes":
            said.setdefault(name, tuple(_references(value)) if name == "supersedes" else ", ".join(_references(value)))
        case "dated" | "valid_from" | "valid_until":
            _take_day(layer, key, name, value)
        case "superseded_on":
            _take_day(layer, key, "superseded_from", value)
            said.setdefault("status", "superseded")
        case "withdrawn_on":
            if day := day_of(value):
                said["valid_until"] = day - timedelta(days=1)
            elif _ACCESS.get(folded(str(value))) != "false":
                said["status"] = "withdrawn"
        case "validity":
            _take_period(layer, value)
        case "status":
            if status := status_of(str(value)):
                said.setdefault("status", status)
        case "draft":
            if _ACCESS.get(folded(str(value))) == "true":
                said["status"] = "draft"
        case "amends":
            said["amends"] = _ACCESS.get(folded(str(value))) != "false"
        case "customer" | "company" | "customer_id" | "customer_vat" | "parties":
            _take_customer(layer, name, value)
        case "roles" | "classification" | "department":
            _take_access(layer, key, name, value)
        case "language":
            said.setdefault("language", _LANGUAGES.get(folded(str(value)), str(value).strip().lower()[:2]))
        case "kind":
            said.setdefault("kind", str(value))
        case _:
            pass


_LANGUAGES = {
    **dict.fromkeys(("english", "engels", "englisch", "anglais"), "en"),
    **dict.fromkeys(("dutch", "nederlands", "niederlandisch", "neerlandais"), "nl"),
    **dict.fromkeys(("german", "deutsch", "duits", "allemand"), "de"),
    **dict.fromkeys(("french", "francais", "frans", "franzosisch"), "fr"),
}


def status_of(words: str) -> Status:
    """By the whole, else by its first words (`superseded by v3`); empty for what is in force."""
    key = folded(words)
    if key in _STATUS:
        return cast("Status", _STATUS[key])
    starts = sorted((word for word in _STATUS if key.startswith(f"{word} ")), key=len)
    return cast("Status", _STATUS[starts[-1]]) if starts else ""


def _listed(value: Any) -> list[str]:
    """A list's values, or the only one; of keys with values these, in one."""
    values = cast("list[Any]", value) if isinstance(value, list | tuple) else [value]
    told = (
        " ".join(map(str, cast("dict[Any, Any]", one).values())) if isinstance(one, dict) else one for one in values
    )
    return [" ".join(str(one).split()) for one in told if one is not None]


def _references(value: Any) -> list[str]:
    parts = [part.strip() for one in _listed(value) for part in re.split(r";\s*|,\s+(?=[A-Z\w-]+\.\w)", one)]
    return [part for part in parts if folded(part) and _ACCESS.get(folded(part)) != "false"]


def _take_day(layer: Layer, key: str, name: str, value: Any) -> None:
    if name != "dated" and isinstance(value, str) and (days := _period(value)) and name == "valid_from":
        layer.said.setdefault("valid_from", days[0])
        layer.said.setdefault("valid_until", days[1])
        return
    day = day_of(value, last=name == "valid_until")
    if day:
        layer.said.setdefault(name, day)
    elif isinstance(value, str) and re.search(r"\d", value):
        layer.doubt(f"its “{key}: {value}” is no day that can be read")


def _take_period(layer: Layer, value: Any) -> None:
    value = value if isinstance(value, date) else " - ".join(_listed(value))
    days = _period(str(value))
    if days:
        layer.said.setdefault("valid_from", days[0])
        layer.said.setdefault("valid_until", days[1])
        return
    name = (
        "valid_until" if re.match(r"\W*(?:un)?till?|^to\b|^tot|^bis|^jusqu", str(value).strip(), re.I) else "valid_from"
    )
    if re.match(r"\s*(?:19|20)\d\d\s*$", str(value)):
        layer.said.setdefault("valid_from", day_of(str(value)))
        layer.said.setdefault("valid_until", day_of(str(value), last=True))
    elif day := day_of(value, last=name == "valid_until"):
        layer.said.setdefault(name, day)


_TO = re.compile(
    r"\s+(?:until|till?|to|through|up to(?: and including)?|and|tot(?: en met)?|t/m|t\.e\.m\.|bis(?: zum)?|und|au|"
    r"jusqu['’]?\s*(?:au|à)|et|–|—|-)\s+|\s*(?:–|—|\.\.\.?|(?<=\d{4}-\d{2}-\d{2})/)\s*",
    re.I,
)


def _period(words: str) -> tuple[date, date] | None:
    """First and last day of `1 March 2024 until 31 December 2025`, `2024-01-01/2024-12-31`."""
    for mark in _TO.finditer(words):
        start, end = words[: mark.start()], words[mark.end() :]
        last = day_of(end, last=True)
        first = day_of(start) or (day_of(f"{start} {last.year}") if last else None)
        if first and last and first <= last:
            return first, last
    return None


def _take_customer(layer: Layer, name: str, value: Any) -> None:
    said = layer.said
    names = _listed(value)
    if name == "customer_vat":
        said.setdefault("customer_vat", compact_vat(names[0]))
        return
    if name == "parties" and len(names) == 1:
        names = re.split(r"\s+(?:and|und|en|et)\s+|\s*;\s*", names[0])
    names = [one for one in names if folded(one) and folded(one) not in _NOBODY and not isinstance(value, bool)]
    if name == "customer_id":
        said["customer"] = (*said.get("customer", ()), *names)
    elif name == "customer":
        split = [part for one in names for whole in one.split(";") for part in _without_town(whole.strip())]
        said["customer"] = tuple(dict.fromkeys((*split, *said.get("customer", ()))))
    elif names:
        said.setdefault(name, tuple(names))


def _without_town(name: str) -> list[str]:
    """`Severn Panels Limited, Gloucester` is meant to be found as Severn Panels Limited, too."""
    company, mark, town = (part.strip() for part in name.partition(","))
    named = len(company.split()) > 1 and len(town.split()) <= 3 and not legal_form(f"x {town}")
    return [company, name] if mark and named else [name]


def _take_access(layer: Layer, key: str, name: str, value: Any) -> None:
    if name == "department":
        layer.said.setdefault("department", tuple(access_words(value)))
        return
    take_access(layer, access_words(value), key)


def access_words(value: Any) -> list[str]:
    """`Finance, HR and management only` is three."""
    parts = [part for one in _listed(value) for part in _APART.split(one)]
    trimmed = (_ONLY.sub(" ", part).strip(" .:*_()") for part in parts)
    return [part for part in trimmed if folded(part)]


_APART = re.compile(r"\s*(?:[,;/|+&]|\b(?:and|or|und|oder|en|of|et|ou)\b)\s*")
_ONLY = re.compile(
    r"\b(?:only|nur|alleen|uniquement|exclusively|ausschlie(?:ß|ss)lich|uitsluitend|exclusivement|the|die|der|das|de|het|la|le|"
    r"les|l['’]|for|für|voor|pour|team|department|dept|departement|afdeling|abteilung|service|roles?|members?)\b",
    re.I,
)


def take_access(layer: Layer, words: Sequence[str], key: str = "") -> None:
    """Who may read: roles, everybody, colleagues, or how secret it is. Where customers are among them, all may."""
    kinds = [_kind_of_access(word, key) for word in words]
    said = layer.said
    if "public" in kinds and "secret" not in kinds:
        said.setdefault("public", True)
        return
    for word, kind in zip(words, kinds, strict=True):
        match kind:
            case "internal":
                said["internal"] = True
            case "confidential" | "secret":
                said["secrecy"] = "secret" if kind == "secret" else said.get("secrecy", kind)
            case "" if legal_form(word):
                said["customer"] = tuple(dict.fromkeys((*said.get("customer", ()), word)))
            case "" if len(word.split()) > 3:
                said["internal"] = True
                layer.doubt(f"it is for “{word}”, which is no role that is known: taken for all colleagues")
            case "":
                said["roles"] = tuple(dict.fromkeys((*said.get("roles", ()), role_of(word))))
            case _:
                pass


def _kind_of_access(word: str, key: str) -> str:
    """Empty for a role; `none` for what limits nothing, such as `restricted: no`."""
    kind = _ACCESS.get(folded(word), "")
    if kind not in ("true", "false"):
        return kind
    asked = _ACCESS.get(key, "none")
    if kind == "true":
        return asked
    return "internal" if asked == "public" else "none"


def settle_access(layer: Layer, owned: bool) -> None:
    """What departments and words such as `confidential` come to, once all is known. `owned`: it is a customer's
    contract, which is confidential towards everybody else."""
    said = layer.said
    department: tuple[str, ...] = tuple(map(role_of, said.pop("department", ())))
    secrecy, public = said.pop("secrecy", ""), said.pop("public", False)
    closed = tuple(role for role in department if role in WORDS["kept"]["closed_departments"])
    if said.get("roles"):
        said["internal"] = True
    elif owned:
        return
    elif secrecy and department:
        said["roles"], said["internal"] = department, True
    elif secrecy == "secret":
        said["roles"], said["internal"] = ("management",), True
        layer.doubt("it is restricted and does not say to whom: taken for management only")
    elif secrecy:
        said["internal"] = True
        layer.doubt("it is confidential and does not say to whom: taken for all colleagues")
    elif closed and not public and not said.get("internal"):
        said["roles"], said["internal"] = closed, True
        layer.doubt(f"it is of {', '.join(closed)} and does not say who may read it: taken for those only")
    elif public and not said.get("internal"):
        said["roles"], said["internal"] = (), False
