"""Findings as a workbook: a first sheet that explains, then one table a query, with filters, true numbers and days.

A text is a text: what begins like a formula is marked as quoted, so that editing does not make it one, and what
looks like a number (a phone number, an id) stays as it is written. The same rows give the same bytes.
"""

from __future__ import annotations

import io
import json
import re
from collections.abc import Iterator, Sequence
from datetime import date, datetime
from typing import TYPE_CHECKING, Any

from tracer.disclosure import Reason
from tracer.export.flat import xml_text
from tracer.export.outgoing import Outgoing, RowColumn
from tracer.export.tables import columns_of, names_in
from tracer.graph.model import GRADES
from tracer.wording import key_of, say, word

if TYPE_CHECKING:
    from xlsxwriter.format import Format
    from xlsxwriter.workbook import Workbook
    from xlsxwriter.worksheet import Worksheet

_SHEET = 31
"""Characters of a sheet's name that Excel takes."""
_CELL = 32_767
"""Characters that a cell of Excel holds."""
_EXACT = 10**15
"""From here on a spreadsheet rounds whole numbers."""
_FORMULA = re.compile(r"^[\s\ufeff]*[=+\-@\uff1d\uff0b\uff0d\uff20\t\r\n|%]")
_PERCENT = frozenset({"probability", "opposite", "share_of_child", "rate", "low", "high"})
"""Numbers between nothing and all."""
_SMALL = frozenset({"p_value", "error", "chance", "e_value"})
_WIDEST, _NARROWEST = 60, 9
_FIRST_DAY = date(1900, 3, 1)
"""From here on every spreadsheet counts days alike."""
_MADE = datetime(1980, 1, 1)
"""The day in a file of which every byte is promised."""
_PLAIN: dict[str, Any] = {"valign": "top"}
_STYLES: dict[str, dict[str, Any]] = {
    "text": {"num_format": "@"},
    "quoted": {"num_format": "@", "quote_prefix": True},
    "lines": {"num_format": "@", "text_wrap": True},
    "integer": {"num_format": "#,##0"},
    "number": {"num_format": "General"},
    "percent": {"num_format": "0.0%"},
    "rate": {"num_format": "0.0000%"},
    "small": {"num_format": "0.0E+00"},
    "date": {"num_format": "yyyy-mm-dd"},
    "moment": {"num_format": "yyyy-mm-dd hh:mm"},
    "held_back": {"num_format": "@", "align": "right"},
    "head": {"bold": True, "font_size": 14},
    "label": {"bold": True},
}


def findings_xlsx(leaving: Outgoing) -> dict[str, bytes]:
    """A workbook: what it holds and how to read it, then a table for each query that has rows."""
    import xlsxwriter

    sink = io.BytesIO()
    book = xlsxwriter.Workbook(sink, {"in_memory": True, "strings_to_formulas": False, "strings_to_urls": False})
    book.set_properties({"title": xml_text(leaving.title)[:255], "created": _MADE})
    styles = {name: book.add_format(_PLAIN | style) for name, style in _STYLES.items()}
    _explain(leaving, book.add_worksheet(word("workbook-about", leaving.lang)), styles)
    for name, rows in leaving.findings.items():
        if rows:
            _table(book, styles, name, rows, columns_of(rows, leaving.schema.get(name), names_in(rows)))
    book.close()
    return {"": sink.getvalue()}


def _table(
    book: Workbook, styles: dict[str, Format], name: str, rows: Sequence[Any], columns: Sequence[RowColumn]
) -> None:
    sheet = book.add_worksheet(name[:_SHEET])
    heads = [{"header": column.name} for column in columns]
    table = {"name": f"findings_{re.sub('[^a-z0-9]', '_', name)}", "style": "Table Style Light 1", "columns": heads}
    sheet.add_table(0, 0, len(rows), len(columns) - 1, table)
    sheet.freeze_panes(1, 1)
    sheet.ignore_errors({"number_stored_as_text": f"A1:XFD{len(rows) + 1}"})
    for at, column in enumerate(columns):
        longest = max([len(column.name) + 4, *(_shown_length(row.get(column.name), column) for row in rows)])
        hidden = {"hidden": True} if column.type == "codes" else {}
        sheet.set_column(at, at, min(_WIDEST, max(_NARROWEST, longest + 1)), None, hidden)
        for line, row in enumerate(rows, 1):
            _put(sheet, styles, (line, at), row.get(column.name), column)


def _put(sheet: Worksheet, styles: dict[str, Format], cell: tuple[int, int], value: object, column: RowColumn) -> None:
    """One cell, as what it is."""
    if value is None:
        return
    if isinstance(value, bool):
        sheet.write_boolean(*cell, value)
    elif isinstance(value, int | float) and abs(value) < _EXACT:
        style = "integer" if isinstance(value, int) else "number"
        if column.name in _PERCENT:
            style = "rate" if column.name in {"rate", "low", "high"} else "percent"
        sheet.write_number(*cell, value, styles["small" if column.name in _SMALL else style])
    elif (day := _moment(value, column)) is not None:
        sheet.write_datetime(*cell, day, styles[column.type])
    else:
        if isinstance(value, list | tuple):
            text = "\n".join(map(str, value))
        else:
            text = json.dumps(value, ensure_ascii=False, sort_keys=True) if isinstance(value, dict) else str(value)
        text = xml_text(text)[:_CELL]
        style = "held_back" if column.type == "count" else "lines" if "\n" in text else "text"
        sheet.write_string(*cell, text, styles["quoted" if _FORMULA.match(text) else style])


def _moment(value: object, column: RowColumn) -> date | datetime | None:
    """The day or moment that a text is, where its column holds such."""
    if column.type not in {"date", "moment"} or not isinstance(value, str):
        return None
    try:
        found = datetime.fromisoformat(value).replace(tzinfo=None)
    except ValueError:
        return None
    if found.date() < _FIRST_DAY:
        return None
    return found.date() if column.type == "date" else found


def _shown_length(value: object, column: RowColumn) -> int:
    """About as many columns as the widest line takes; a Chinese character takes two."""
    if value is None:
        return 0
    if isinstance(value, float):
        return 10
    if column.type == "codes":
        return 12
    lines = [str(one) for one in value] if isinstance(value, list | tuple) else [str(value)]
    return max((sum(2 if ord(sign) > 0x2E7F else 1 for sign in line[:_WIDEST]) for line in lines), default=0)


def _explain(leaving: Outgoing, sheet: Worksheet, styles: dict[str, Format]) -> None:
    """The first sheet: what this is, what was left out, the sheets, the columns, the grades."""
    sheet.set_column(0, 0, 24, styles["text"])
    sheet.set_column(1, 2, 20, styles["text"])
    sheet.set_column(3, 3, 100, styles["lines"])
    sheet.hide_gridlines(2)
    for line, (style, cells) in enumerate(_explanation(leaving)):
        for at, text in enumerate(cells):
            if text:
                if text.isdecimal():
                    sheet.write_number(line, at, int(text), styles["integer"])
                    continue
                plain = xml_text(text)[:_CELL]
                quoted = style == "text" and _FORMULA.match(plain)
                sheet.write_string(line, at, plain, styles["quoted" if quoted else style])


def _explanation(leaving: Outgoing) -> Iterator[tuple[str, tuple[str, ...]]]:
    lang = leaving.lang
    yield "head", (leaving.title,)
    yield "text", (word("workbook-made", lang, day=leaving.generated),)
    yield "text", (word("page-caveat-guilt", lang),)
    yield "text", ()
    yield "label", (word("workbook-left-out", lang),)
    yield from (("text", (text,)) for text in leaving.graph["left_out"])
    yield "text", ()
    yield "label", (word("workbook-sheets", lang), word("workbook-rows", lang), "", word("workbook-answers", lang))
    for name, rows in leaving.findings.items():
        schema = leaving.schema.get(name)
        yield "text", (name[:_SHEET], str(len(rows)), "", "" if schema is None else schema.answers)
    if not any(leaving.findings.values()):
        yield "text", (say(Reason.of("findings-none"), lang),)
    yield "text", ()
    yield "label", tuple(word(f"workbook-{key}", lang) for key in ("sheet", "column", "kind", "meaning"))
    for name, rows in leaving.findings.items():
        schema = leaving.schema.get(name)
        for column in columns_of(rows, schema, names_in(rows)) if rows else ():
            yield "text", (name[:_SHEET], column.name, column.type, column.text)
    yield "text", ()
    yield "label", (word("workbook-grades", lang),)
    for grade in GRADES:
        yield "text", (grade, "", "", word(key_of("page-grade", grade) or "page-grade-G0", lang))
    yield "text", ()
    yield "label", (word("workbook-reading", lang),)
    yield from (("text", (word(f"workbook-note-{key}", lang),)) for key in ("text", "few", "codes"))
