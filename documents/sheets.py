"""Excel files (.xlsx, .xlsm): the visible sheets, a row on one line, values as people see them."""

import re
import sys
import zipfile
from datetime import date, datetime, time
from decimal import Decimal
from io import BytesIO
from typing import Any

from documents.lines import FileText, Lines

_MAX_SEEN = 200_000
"""Rows of one sheet that are looked at, blank ones too."""
_FORMULA_SAMPLE = 20_000_000
"""Bytes of one sheet in which formulas without a result are looked for."""
_FORMULA = re.compile(rb"<c ([^<>]{0,200})>\s*<f(?:\s[^<>]*)?(?:/>|>[^<]*</f>)\s*(?:<v\s*/>|<v></v>)?\s*</c>")


def read_xlsx(archive: zipfile.ZipFile, content: bytes) -> FileText:
    """Raises whatever openpyxl raises for a broken workbook."""
    sys.modules.setdefault("numpy", None)  # type: ignore[arg-type]  # openpyxl would load it: half its start-up time
    from openpyxl import load_workbook
    from openpyxl.worksheet._read_only import ReadOnlyWorksheet

    # To learn its size, openpyxl reads a sheet that does not announce one from end to end. Nobody here asks for it.
    ReadOnlyWorksheet._get_size = _no_size  # type: ignore[attr-defined]
    lines = Lines()
    workbook: Any = load_workbook(BytesIO(content), read_only=True, data_only=True, keep_links=False)
    for sheet in workbook.worksheets:
        if sheet.sheet_state != "visible":
            lines.add(f"[sheet {sheet.title} is hidden and left out]")
        elif not _read_sheet(sheet, lines):
            break
    names = [name for name in archive.namelist() if name.startswith("xl/worksheets/")]
    if count := sum(_formulas_without_result(archive, name) for name in names):
        lines.problems.append(f"{count} of its formulas have no saved result and are left out")
    return lines.file_text()


def _no_size(_: Any) -> None:
    pass


def _read_sheet(sheet: Any, lines: Lines) -> bool:
    """False when the file is full."""
    sheet.reset_dimensions()  # some programs announce fewer rows than there are
    heading = f"[sheet {sheet.title}]"
    for number, row in enumerate(sheet.iter_rows()):
        if number >= _MAX_SEEN:
            lines.problems.append(f"only the first {_MAX_SEEN} rows of a sheet are read")
            return True
        cells = [_shown(cell) for cell in row]
        if not any(cells):
            continue
        if heading:
            lines.add(heading)
            heading = ""
        if not lines.add_row(cells):
            return False
    return True


def _shown(cell: Any) -> str:
    value: Any = cell.value
    match value:
        case None:
            return ""
        case bool():
            return str(value).upper()
        case int() | float():
            return _number(value, cell.number_format)
        case datetime():
            return (
                value.date().isoformat() if value.time() == time() else value.isoformat(" ", _precision(value.time()))
            )
        case date():
            return value.isoformat()
        case time():
            return value.isoformat(_precision(value))
        case _:
            return str(value)


def _precision(value: time) -> str:
    return "seconds" if value.second else "minutes"


def _number(value: float, style: str) -> str:
    """At the 15 digits that Excel keeps, without an exponent; percentages and leading zeros (00123) as formatted."""
    if "%" in style:
        return f"{_plain(Decimal(f'{value:.15g}') * 100)}%"
    plain = _plain(Decimal(f"{value:.15g}"))
    return plain.zfill(len(style)) if re.fullmatch("0{2,20}", style) and plain.isdecimal() else plain


def _plain(value: Decimal) -> str:
    text = f"{value:f}"
    return (text.rstrip("0").rstrip(".") if "." in text else text) or "0"


def _formulas_without_result(archive: zipfile.ZipFile, name: str) -> int:
    """As programs other than spreadsheets save them; an empty text is a result."""
    with archive.open(name) as sheet:
        return sum(b't="str"' not in found[1] for found in _FORMULA.finditer(sheet.read(_FORMULA_SAMPLE)))
