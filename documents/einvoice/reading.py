"""Values out of an e-invoice's tree, each with the line of the file that bears it out."""

import re
from collections.abc import Callable, Sequence
from datetime import date, datetime
from decimal import Decimal
from functools import cache
from typing import Any

from lxml import etree

from documents.einvoice.binding import BINDINGS, Binding, Group, Place
from documents.einvoice.flat import Flat, value_of
from documents.einvoice.parsing import Element
from jobs.core import Evidence
from jobs.invoice.schema import occurs

_NUMBER = re.compile(r"[+-]?(?:\d{1,30}(?:\.\d{0,30})?|\.\d{1,30})", re.A)
_DAY = re.compile(r"(\d{4}-\d\d-\d\d)(?:T[\d:.]+)?(?:Z|[+-]\d\d:\d\d)?", re.A)
_COMPACT_DAY = re.compile(r"\d{8}", re.A)
_TIME_LENGTHS = {"203": 4, "204": 6}
"""UNTDID 2379 codes of date formats that go on with the time: its digits. Others name no day (610, 616), or are 102."""
_BY_SYNTAX = {binding.syntax: binding for binding in BINDINGS.values()}
_MAX_PROBLEMS = 20
_SHOWN = 80
"""Characters of a value that a problem quotes."""


class Reading:
    """Reads values and remembers evidence for them, and in sentences what cannot be read or contradicts itself."""

    def __init__(self, flat: Flat, source: str, binding: Binding) -> None:
        self.evidence: list[Evidence] = []
        self.problems: list[str] = []
        self._flat, self._source = flat, source
        self._syntax = binding.syntax

    def group(self, group: Group, element: Element, path: str | None) -> dict[str, Any]:
        """The values that are there; `path` is put before each field's name, as in `lines[0].`. None: no evidence."""
        found: dict[str, Any] = {}
        kinds = ((group.texts, _as_written), (group.numbers, _number), (group.dates, _date))
        for places, parse in kinds:
            for field, place in places.items():
                value = self._value(None if path is None else path + field, self.find(place, element), parse)
                if value is not None:
                    found[field] = value
        return found

    def number(self, field: str, elements: Sequence[Element]) -> Decimal | None:
        return self._value(field, elements, _number)

    def find(self, place: Place, element: Element) -> list[Any]:
        """Elements, or values of attributes, that are not blank."""
        for path in (place,) if isinstance(place, str) else place:
            found = [item for item in _compiled(path, self._syntax)(element) if _text(item)]
            if found:
                return found
        return []

    def elements(self, place: str, element: Element) -> list[Element]:
        return _compiled(place, self._syntax)(element)

    def prove(self, field: str, element: Element) -> None:
        self.evidence.append(Evidence(field=field, source=self._source, quote=self._flat.line(element)))

    def complain(self, element: Element, words: str) -> None:
        if len(self.problems) < _MAX_PROBLEMS:
            self.problems.append(f"{self._flat.path(element)} {words}.")
        elif len(self.problems) == _MAX_PROBLEMS:
            self.problems.append("There is more in the file that cannot be read, or contradicts itself.")

    def forget(self, path: str) -> None:
        """The evidence of fields that start with `path`."""
        self.evidence = [item for item in self.evidence if not item.field.startswith(path)]

    def _value(self, field: str | None, found: Sequence[Any], parse: Callable[[str, Element], Any]) -> Any:
        """The first that can be read."""
        values: dict[Any, Any] = {}
        for item in found:
            element: Element = item if etree.iselement(item) else item.getparent()
            text = _text(item)
            try:
                values.setdefault(parse(text, element), element)
            except ValueError as error:
                self.complain(element, f"is “{text[:_SHOWN]}”, which is {error}")
        if not values:
            return None
        (value, element), *others = values.items()
        if field is not None:
            self.prove(field, element)
        if others:
            told = " and ".join(f"“{str(other)[:_SHOWN]}”" for other in values)
            self.complain(element, f"stands there more than once, with different values: {told}")
        return value


def _text(item: Any) -> str:
    return item.strip() if isinstance(item, str) else value_of(item)


@cache
def _compiled(path: str, syntax: str) -> Any:
    binding = _BY_SYNTAX[syntax]
    path = re.sub(r"(?<=:)\w+", lambda name: binding.names.get(name[0], name[0]), path)
    return etree.XPath(path, namespaces=dict(binding.namespaces))


def _as_written(text: str, _: Element) -> str:
    return text


def _number(text: str, _: Element) -> Decimal:
    if not _NUMBER.fullmatch(text):
        raise ValueError("no number")
    return occurs(Decimal(text))


def _date(text: str, element: Element) -> date:
    """UBL: YYYY-MM-DD, with or without a time zone. CII: YYYYMMDD, with or without a time. Eight digits can mean no
    other order of day, month and year of our time, whatever format code they bear."""
    if match := _DAY.fullmatch(text):
        return _calendar_day(match[1], "%Y-%m-%d")
    time = _TIME_LENGTHS.get(element.get("format", ""), 0)
    if _COMPACT_DAY.fullmatch(text[: len(text) - time]):
        return _calendar_day(text[:8], "%Y%m%d")
    raise ValueError("no date")


def _calendar_day(text: str, format: str) -> date:
    try:
        return datetime.strptime(text, format).date()  # noqa: DTZ007 - a day, whatever its zone
    except ValueError:
        raise ValueError("no date") from None
