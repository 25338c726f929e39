"""Tables of data: findings as JSON, lines, CSV and Parquet, the graph as a pair of CSV files, and what describes them.

What the columns of exported rows hold is as their query says, else as they look.
"""

from __future__ import annotations

import hashlib
import io
import json
import re
from collections.abc import Iterator, Mapping, Sequence
from datetime import date, datetime
from typing import TYPE_CHECKING, Any

from tracer.disclosure import Reason
from tracer.export.drawing.map import positions
from tracer.export.gate import FindingRow
from tracer.export.graph_files import JOINER, csv_file, edge_weight, json_file, xml_text
from tracer.export.outgoing import Outgoing, RowColumn, RowSchema
from tracer.graph.model import GRADES
from tracer.policy import FEW
from tracer.version import __version__
from tracer.wording import key_of, say, word

if TYPE_CHECKING:
    from xlsxwriter.format import Format
    from xlsxwriter.workbook import Workbook
    from xlsxwriter.worksheet import Worksheet

_DAY = re.compile(r"\d{4}-\d\d-\d\d")
_LOOKS = {bool: "boolean", int: "integer", list: "list", tuple: "list", dict: "json"}


def columns_of(rows: Sequence[Mapping[str, Any]], schema: RowSchema | None, names: Sequence[str]) -> list[RowColumn]:
    """The columns `names` of rows: declared, or judged by all values."""

    def looks(name: str) -> str:
        if name.removesuffix("s").endswith("_code"):  # the codes of sentences
            return "codes"
        values = [row[name] for row in rows if row.get(name) is not None]
        kinds = {type(value) for value in values}
        if kinds in ({float}, {int, float}):
            return "number"
        if kinds == {str}:
            return "date" if all(map(_DAY.fullmatch, values)) else "text"
        return _LOOKS.get(next(iter(kinds)), "text") if len(kinds) == 1 else "text"

    known = {column.name: column for column in schema.columns} if schema is not None else {}
    return [known.get(name) or RowColumn(name, looks(name)) for name in names]


_DIALECT = {"delimiter": ",", "lineTerminator": "\r\n", "quoteChar": '"', "doubleQuote": True, "header": True}
_FIELD_TYPES: Mapping[str, Mapping[str, Any]] = {
    **{kind: {"type": kind} for kind in ("integer", "number", "boolean", "date")},
    "count": {"type": "string", "constraints": {"pattern": f"{FEW}|[0-9]+"}},
    "measure": {"type": "string", "constraints": {"pattern": f"{FEW}|[-+0-9.eE]+"}},
}
"""Type of a column → its field; every other is a string: a count may be hidden, and lists are one text."""


def data_package(
    leaving: Outgoing, tables: Mapping[str, Sequence[RowColumn]], files: Mapping[str, bytes]
) -> dict[str, bytes]:
    """`-datapackage.json` of the files `-NAME` of `tables`, which lie next to it: a Data Package with a Table Schema a
    file (Frictionless standards)."""
    resources = []
    for name, columns in tables.items():
        known, content, fields = leaving.schema.get(name), files[f"-{name}"], []
        for column in columns:
            said = {"description": column.text} if column.text else {}
            fields.append({"name": column.name, **_FIELD_TYPES.get(column.type, {"type": "string"}), **said})
        resources.append(
            {
                "name": name,
                "path": f"{leaving.stem or 'export'}-{name}.csv",
                "profile": "tabular-data-resource",
                **({"description": known.answers} if known is not None else {}),
                **{"scheme": "file", "format": "csv", "mediatype": "text/csv", "encoding": "utf-8-sig"},
                "bytes": len(content),
                "hash": f"sha256:{hashlib.sha256(content).hexdigest()}",
                "dialect": _DIALECT,
                "schema": {"fields": fields, "missingValues": [""]},
            }
        )
    package = {
        "$schema": "https://datapackage.org/profiles/2.0/datapackage.json",
        "profile": "data-package",
        "name": "tracer-export",
        "title": leaving.title,
        "description": " ".join(leaving.graph["left_out"]),
        "created": f"{leaving.generated}T00:00:00Z",
        "version": __version__,
        "resources": resources,
    }
    return {"-datapackage.json": json_file(package)}


def findings_json(leaving: Outgoing) -> bytes:
    """One object: query → its rows, with the contract's keys; `left_out` says what is withheld."""
    whole = {
        "title": leaving.title,
        "generated": leaving.generated,
        **{name: value for name, value in leaving.graph.items() if name.startswith("left_out")},
        "findings": {name: list(rows) for name, rows in leaving.findings.items()},
    }
    return json_file(whole)


def findings_ndjson(leaving: Outgoing) -> bytes:
    """One row a line, its query under `finding`."""
    lines = [
        json.dumps({"finding": name, **row}, ensure_ascii=False, allow_nan=False)
        for name, rows in leaving.findings.items()
        for row in rows
    ]
    return "".join(f"{line}\n" for line in lines).encode("utf-8", "replace")


def findings_csv(leaving: Outgoing) -> dict[str, bytes]:
    """One file a query, with a byte order mark; lists are one text, formulas defused. A data package describes them."""
    files, tables = {}, {}
    for name, rows in leaving.findings.items():
        columns = names_in(rows)
        files[f"-{name}"] = _csv(rows, columns)
        tables[name] = columns_of(rows, leaving.schema.get(name), columns)
    return files | data_package(leaving, tables, files)


def findings_parquet(leaving: Outgoing) -> dict[str, bytes]:
    """One file a query, with typed columns; what has no type of its own is JSON text."""
    import pyarrow as pa
    import pyarrow.parquet as pq

    files = {}
    for name, rows in leaving.findings.items():
        table = pa.table({name: _arrow_column([row.get(name) for row in rows]) for name in names_in(rows)})
        sink = io.BytesIO()
        pq.write_table(table, sink)
        files[f"-{name}"] = sink.getvalue()
    return files


def names_in(rows: Sequence[FindingRow]) -> list[str]:
    """The columns of rows, in the order in which they come."""
    return list(dict.fromkeys(name for row in rows for name in row))


def _arrow_column(values: list[object]) -> object:
    import pyarrow as pa

    kinds = {type(value) for value in values if value is not None}
    for kind, arrow in ((bool, pa.bool_()), (int, pa.int64()), (float, pa.float64()), (str, pa.string())):
        if kinds == {kind}:
            return pa.array(values, arrow)
    if kinds == {int, float}:
        return pa.array([None if value is None else float(str(value)) for value in values], pa.float64())
    if kinds == {list}:
        lists = [[str(one) for one in value] if isinstance(value, list) else None for value in values]
        return pa.array(lists, pa.list_(pa.string()))
    own = (str, type(None))
    texts = [one if isinstance(one, own) else json.dumps(one, ensure_ascii=False, sort_keys=True) for one in values]
    return pa.array(texts, pa.string())


BOM = b"\xef\xbb\xbf"
_NODE_NAMES = {"id": "Id", "label": "Label", "kind": "Kind", "role": "Role", "party": "Party", "date": "Date"}
_EDGE_NAMES = {"source": "Source", "target": "Target", "id": "Id", "kind": "Kind"}
_NODE_FIRST = ("Id", "Label", "Kind", "Role")
_EDGE_FIRST = ("Source", "Target", "Type", "Kind", "Weight", "Label", "Id")


def csv_pair(leaving: Outgoing) -> dict[str, bytes]:
    """`-nodes` and `-edges`: every field of the graph, with Gephi's column names and its own columns first; UTF-8 with
    byte order mark, for spreadsheets too; and what describes both.

    A text that a spreadsheet would take for a formula gets an apostrophe before it. `+86…` and `-5` are not formulas
    and stay; what begins with an apostrophe gets a second one, so that reading back is exact (`undefused`).
    """
    graph, places = leaving.graph, positions(leaving.graph)
    nodes, edges = list[dict[str, object]](), list[dict[str, object]]()
    for node in graph["nodes"]:
        x, y = places[node["id"]]
        row = {**node, "x": round(x, 1), "y": round(-y, 1)}
        nodes.append({_NODE_NAMES.get(name, name): value for name, value in row.items()})
    for edge in graph["edges"]:
        row = {**edge, "Type": "Directed", "Weight": edge_weight(edge), "Label": edge["kind"]}
        edges.append({_EDGE_NAMES.get(name, name): value for name, value in row.items()})
    files, types = {}, {}
    for name, rows, first in (("nodes", nodes, _NODE_FIRST), ("edges", edges, _EDGE_FIRST)):
        columns = [*first, *sorted(set(names_in(rows)) - set(first))]
        files[f"-{name}"], types[name] = _csv(rows, columns), columns_of(rows, None, columns)
    return files | data_package(leaving, types, files)


def _csv(rows: Sequence[FindingRow], columns: Sequence[str]) -> bytes:
    return BOM + csv_file(columns, ([spreadsheet_cell(row.get(name)) for name in columns] for row in rows))


def spreadsheet_cell(value: object) -> str | int | float:
    """A value as a spreadsheet may have it: lists joined, objects as JSON; nothing for None."""
    if isinstance(value, bool):
        return str(value).lower()
    if isinstance(value, int | float):  # `-1e-05` is not a formula
        return value
    return "" if value is None else _in_one_text(value, JOINER)


def _in_one_text(value: object, joint: str) -> str:
    """A list joined, an object as JSON, all else as it is written."""
    if isinstance(value, list | tuple):
        return joint.join(map(str, value))
    return json.dumps(value, ensure_ascii=False, sort_keys=True) if isinstance(value, dict) else str(value)


_SHEET = 31
"""Characters of a sheet's name that Excel takes."""
_LONGEST_CELL = 32_767
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
_PLAIN_CELL: dict[str, Any] = {"valign": "top"}
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


def findings_xlsx(leaving: Outgoing) -> bytes:
    """A workbook: what it holds and how to read it, then a table for each query that has rows."""
    import xlsxwriter

    sink = io.BytesIO()
    book = xlsxwriter.Workbook(sink, {"in_memory": True, "strings_to_formulas": False, "strings_to_urls": False})
    book.set_properties({"title": xml_text(leaving.title)[:255], "created": _MADE})
    styles = {name: book.add_format(_PLAIN_CELL | style) for name, style in _STYLES.items()}
    # The first sheet: what this is, what was left out, the sheets, the columns, the grades.
    sheet = book.add_worksheet(word("workbook-about", leaving.lang))
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
                plain = xml_text(text)[:_LONGEST_CELL]
                quoted = style == "text" and _FORMULA.match(plain)
                sheet.write_string(line, at, plain, styles["quoted" if quoted else style])
    for name, rows in leaving.findings.items():
        if rows:
            _add_table(book, styles, name, rows, columns_of(rows, leaving.schema.get(name), names_in(rows)))
    book.close()
    return sink.getvalue()


def _add_table(
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
            _write_cell(sheet, styles, (line, at), row.get(column.name), column)


def _write_cell(
    sheet: Worksheet, styles: dict[str, Format], cell: tuple[int, int], value: object, column: RowColumn
) -> None:
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
        text = xml_text(_in_one_text(value, "\n"))[:_LONGEST_CELL]
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
