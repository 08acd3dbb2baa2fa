"""Values of Odoo's fields as text that people read and write, and back."""

import html
import re
from collections.abc import Callable, Mapping
from dataclasses import dataclass, field
from datetime import UTC, date, datetime
from decimal import Decimal, InvalidOperation
from typing import Any

from connectors.base import Refused
from connectors.odoo.text import clean, paragraphs

_BOOLEANS = {"true": True, "yes": True, "1": True, "false": False, "no": False, "0": False}
_NUMBERS = ("integer", "float", "monetary")
_TEXTS = ("char", "text", "html")
_KINDS = (*_TEXTS, *_NUMBERS, "selection", "date", "datetime", "boolean", "many2one")


@dataclass(frozen=True)
class FieldKind:
    """What Odoo says of a field."""

    name: str
    kind: str
    comodel: str = ""
    readonly: bool = False
    labels: Mapping[str, str] = field(default_factory=dict[str, str])
    """Of a selection, by key."""

    @classmethod
    def read(cls, name: str, attributes: Mapping[str, Any]) -> "FieldKind":
        """From `fields_get`. Raises Refused for kinds that text cannot stand for, such as lists of records."""
        kind = attributes["type"]
        if kind not in _KINDS:
            raise Refused(f"Odoo's field {name} is of a kind that is not supported ({kind})")
        labels = {str(key): str(label) for key, label in attributes.get("selection") or ()}
        return cls(name, kind, attributes.get("relation") or "", bool(attributes.get("readonly")), labels)

    def shown(self, value: Any) -> str:
        """As it was read. Nought is what Odoo says where a number has not been filled in."""
        if self.kind == "boolean":
            return "true" if value else "false"
        if not value:
            return ""
        match self.kind:
            case "many2one":
                return str(value[1])
            case "selection":
                return self.labels.get(str(value), str(value))
            case "html":
                return plain(value)
            case "datetime":
                return moment(value).isoformat()
            case kind if kind in _NUMBERS:
                return f"{exact(value):f}"
            case _:
                return str(value)

    def normal(self, text: str) -> str:
        """One form for texts that mean the same value; raises Refused where one means none."""
        text = clean(text)
        if not text:
            return self.shown(False)
        if self.kind in _TEXTS:
            return " ".join(text.split())
        return text.casefold() if self.kind == "many2one" else self.shown(self._parsed(text))

    def stored(self, text: str, record: Callable[[str], int]) -> Any:
        """As `write` takes it. `record` answers the id of the record that a many2one names."""
        text = clean(text)
        if self.kind == "many2one":
            return record(text) if text else False
        return self._parsed(text) if text else False

    def _parsed(self, text: str) -> Any:
        try:
            match self.kind:
                case "boolean":
                    return _BOOLEANS[text.casefold()]
                case "selection":
                    return self._key(text)
                case "date":
                    return date.fromisoformat(text).isoformat()
                case "datetime":
                    return stamp(_in_utc(datetime.fromisoformat(text)))
                case "integer":
                    return int(text)
                case "float" | "monetary":
                    return _finite(text)
                case "html":
                    return paragraphs(text)
                case _:
                    return text
        except (KeyError, ValueError, InvalidOperation) as error:
            wanted = f"one of {', '.join(self.labels.values())}" if self.labels else f"a {self.kind}"
            raise Refused(f"'{text}' is no value of Odoo's field {self.name}: it takes {wanted}") from error

    def _key(self, text: str) -> str:
        """Of a choice that is given by its key or its label."""
        keys = {label.casefold(): key for key, label in self.labels.items()}
        return text if text in self.labels else keys[text.casefold()]


def _finite(text: str) -> float:
    number = Decimal(text)
    if not number.is_finite():
        raise ValueError(text)
    return float(number)


def _in_utc(moment: datetime) -> datetime:
    """What has no zone is in UTC, as everything is in Odoo."""
    return moment.astimezone(UTC) if moment.tzinfo else moment.replace(tzinfo=UTC)


def plain(markup: str) -> str:
    """The text of an HTML field."""
    lines = re.sub(r"<br\s*/?>|</(?:p|div|li|tr|h\d)>", "\n", re.sub(r"\s+", " ", markup))
    text = html.unescape(re.sub(r"<[^>]*>", "", lines))
    return re.sub(r"\s*\n\s*", "\n", text).strip()


def moment(text: str) -> datetime:
    return datetime.fromisoformat(text).replace(tzinfo=UTC)


def stamp(moment: datetime) -> str:
    return moment.astimezone(UTC).strftime("%Y-%m-%d %H:%M:%S")


def amount(value: float) -> Decimal:
    """At least cents, without the noise of binary fractions."""
    return exact(value, 2)


def exact(value: float, digits: int = 0) -> Decimal:
    """Without the noise of binary fractions, with at least `digits` decimals and no further trailing zeros."""
    number = Decimal(repr(round(float(value), 8))).normalize()
    return number.quantize(Decimal(1).scaleb(min(int(number.as_tuple().exponent), -digits)))
