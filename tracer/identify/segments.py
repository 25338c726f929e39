"""Number segments: which province, city and carrier a number was handed out by.

The table is an attribute of a case, never a test of a number: a number links whether or not its segment is in it. The
built-in tables are libphonenumber's (`builtin_segments`); a CSV or a `phone.dat` takes their place. Chinese prefixes
have seven digits (blocks of 10,000 numbers); those of other plans (`number_plans`) have a plus, their country code and
as many digits as are known, and are put in where a case has numbers of the plan. Each has a kind: of a network, sold by
a virtual operator, of things (IoT), of satellites.
"""

from __future__ import annotations

import os
import re
from pathlib import Path

import duckdb
import numpy as np
import pyarrow as pa

from tracer.case.schema import read_meta
from tracer.case.store import files_connection, registered_tables
from tracer.errors import InputRefused
from tracer.identify.number_plans import NumberRange, built_in_ranges, plan_prefixes, ranges_of_prefixes
from tracer.input_files import HELD, open_regular, whole_bytes
from tracer.resources import sql_next_to
from tracer.visible import shape

# The binary segment table `phone.dat`, as libraries that place Chinese mobile numbers publish it. Layout, little-
# endian: 4 bytes version (digits), 4 bytes offset of the index; texts `province|city|post code|area code`, each ended
# by a zero byte; the index up to the end of the file, 9 bytes an entry: segment (7 digits), offset of its text, kind
# of operator. Every offset is checked: a foreign file is refused, not read as far as it goes.

_HEAD = 8
_ENTRY = np.dtype([("segment", "<i4"), ("offset", "<i4"), ("operator", "u1")])
_DAMAGED = "get the file again: it is damaged, or of another layout"
_LONGEST = 400
"""Bytes of a text at most: four short names."""
OPERATORS = {
    1: ("中国移动", "network"),
    2: ("中国联通", "network"),
    3: ("中国电信", "network"),
    4: ("中国电信", "virtual"),
    5: ("中国联通", "virtual"),
    6: ("中国移动", "virtual"),
    7: ("中国广电", "network"),
    8: ("中国广电", "virtual"),
}
"""Kind of operator -> carrier, and whether the number is sold by a virtual operator on its network."""


def read_phone_dat(path: Path) -> pa.Table:
    """The table with columns prefix, province, city, carrier, kind (`network` or `virtual`).

    Raises:
        InputRefused: an entry that names no segment, no operator, or no text inside the file.
    """
    data = whole_bytes(path, HELD)
    start = int.from_bytes(data[4:8], "little", signed=True)
    index = np.frombuffer(data, dtype=_ENTRY, offset=start)
    bad = (
        (index["segment"] < 1_300_000)
        | (index["segment"] > 1_999_999)
        | ~np.isin(index["operator"], list(OPERATORS))
        | (index["offset"] < _HEAD)
        | (index["offset"] >= start)
    )
    if bad.any():
        first = int(np.argmax(bad))
        at = start + first * _ENTRY.itemsize
        raise InputRefused(
            f"{int(bad.sum())} of {index.size} entries name no segment, operator or text; the first at byte {at}",
            where=str(path),
            remedy=_DAMAGED,
        )
    offsets, of = np.unique(index["offset"], return_inverse=True)
    places = [_place(data, int(offset), start, path) for offset in offsets]
    operators = [OPERATORS[int(code)] for code in index["operator"]]
    columns = {
        "prefix": [str(segment) for segment in index["segment"]],
        "province": [places[i][0] for i in of],
        "city": [places[i][1] for i in of],
        "carrier": [carrier for carrier, _ in operators],
        "kind": [kind for _, kind in operators],
    }
    return pa.table({name: pa.array(column, pa.string()) for name, column in columns.items()})


def _place(data: bytes, offset: int, end: int, path: Path) -> tuple[str, str]:
    """(province, city) of the text at `offset`."""
    stop = data.find(b"\x00", offset, min(end, offset + _LONGEST))
    try:
        parts = data[offset:stop].decode("utf-8").split("|") if stop >= 0 else []
    except UnicodeDecodeError:
        parts = []
    if len(parts) < 2:
        what = f"the text at byte {offset} is not a place (province|city|…)"
        raise InputRefused(what, where=str(path), remedy=_DAMAGED)
    return parts[0], parts[1]


COLUMNS = ("segment", "province", "city", "carrier")
KINDS = ("network", "virtual", "iot", "satellite")
BUILT_IN = Path(__file__).parent / "segments.parquet"
"""The built-in table at seven digits."""
BUILT_IN_ABROAD = Path(__file__).parent / "segments_abroad.parquet"
"""The built-in prefixes of the other plans."""
_FORM = re.compile(r"[1-9][0-9]{2,6}")
_FORM_ABROAD = re.compile(r"0?[1-9][0-9]{1,9}")
_FORM_CODED = re.compile(r"[+](?:86[1-9][0-9]{2,6}|(?!86)[1-9][0-9]{1,11})")
_SHOWN = 5
_statement = sql_next_to(__file__)


def ensure_segments(con: duckdb.DuckDBPyConnection) -> int:
    """Fill table `segment` with the built-in table of each plan of which it has none; returns its number of segments.

    China's is always there, those of others where the case has numbers of theirs.
    """
    import pyarrow.parquet as pq  # takes a moment, and a case asks it once

    chinese, abroad = con.execute(_statement("segments_held")).fetchall()[0]
    if not chinese:
        with registered_tables(con, segment_built_in=pq.read_table(BUILT_IN)):
            con.execute(_statement("built_in_segments"))
    prefixes, member = plan_prefixes(), "SELECT 1 FROM membership WHERE key BETWEEN $first AND $last LIMIT 1"
    held = [
        plan.country
        for plan in built_in_ranges()
        if plan.country != "CN" and not any(each.startswith(prefixes[plan.country]) for each in abroad)
        if con.execute(member, {"first": plan.first, "last": plan.last}).fetchone()
    ]
    if held:
        with registered_tables(con, segment_built_in=pq.read_table(BUILT_IN_ABROAD)):
            con.execute(_statement("built_in_segments_abroad"), {"held": held})
    return count_segments(con)


def plan_ranges(con: duckdb.DuckDBPyConnection) -> tuple[NumberRange, ...]:
    """Ranges of numbers whose blocks are known: those of the built-in plans, and of what the case's table names."""
    known = "|".join(prefix[1:] for prefix in plan_prefixes().values())
    rows = con.execute(_statement("named_abroad").format(known=known)).fetchall()
    return (*built_in_ranges(), *ranges_of_prefixes(prefix for (prefix,) in rows))


def load_segments(con: duckdb.DuckDBPyConnection, path: Path) -> int:
    """Replace table `segment` by a file's (`read_segments`); returns the number of segments.

    Raises `InputRefused` with all problems of the file.
    """
    code = calling_code(read_meta(con, "region", "CN"))
    return replace_segments(con, read_segments(path, code), code)


def read_segments(path: Path, code: str) -> pa.Table:
    """The segments of a file; `code`: the country code of prefixes without one.

    A UTF-8 CSV with the columns segment, province, city, carrier, and kind if you like: Chinese prefixes of 3 to 7
    digits, of which the longest wins; of other countries behind a plus and the country code, or without in a case of
    that region. Or a binary `phone.dat` (`read_phone_dat`). A kind that is not given follows from the prefix.

    Raises `InputRefused` with all problems of the file.
    """
    try:
        with open_regular(path) as stream:
            head, size = stream.read(_HEAD), os.fstat(stream.fileno()).st_size
    except OSError as error:
        raise InputRefused(f"cannot be read ({error.strerror})", where=str(path), remedy="check the path") from None
    offset = int.from_bytes(head[4:], "little", signed=True)  # of its index, where it is a `phone.dat`
    whole = _HEAD < offset < size and (size - offset) % _ENTRY.itemsize == 0
    return read_phone_dat(path) if len(head) == _HEAD and head[:4].isdigit() and whole else _read_csv(path, code)


def calling_code(region: str) -> str:
    """The country code of a region, which prefixes without one have in its cases."""
    if region == "CN":
        return "86"
    import phonenumbers

    return str(phonenumbers.country_code_for_region(region))


def _read_csv(path: Path, code: str) -> pa.Table:
    try:
        with open_regular(path) as file, files_connection() as reader:
            table = reader.execute(
                "SELECT * FROM read_csv($path, header = true, all_varchar = true, delim = ',', quote = '\"')",
                {"path": f"/dev/fd/{file.fileno()}"},
            ).to_arrow_table()
    except duckdb.Error as error:
        raise InputRefused(
            "cannot be read as CSV or as phone.dat",
            where=str(path),
            remedy=f"write it as UTF-8 with the header {','.join(COLUMNS)}",
        ) from error
    names = {name.strip().lower(): name for name in table.column_names}
    missing = [name for name in COLUMNS if name not in names]
    if missing:
        raise InputRefused(
            f"missing column {', '.join(missing)}", where=str(path), remedy=f"give it the header {','.join(COLUMNS)}"
        )
    given = table.select([names[name] for name in COLUMNS]).rename_columns(["prefix", *COLUMNS[1:]])
    kinds = table[names["kind"]] if "kind" in names else pa.nulls(table.num_rows, pa.string())
    given = given.append_column("kind", kinds)
    what, help_ = "invalid segment ({})", "write 3 to 7 digits, or a plus, the country code and digits"
    bad = [
        (line, what.format(shape(text or "")), help_)
        for line, text in enumerate(given["prefix"].to_pylist(), 2)
        if not _is_prefix(text, code)
    ] + [
        (line, f"invalid kind of segment ({shape(text)})", f"one of: {', '.join(KINDS)}")
        for line, text in enumerate(given["kind"].to_pylist(), 2)
        if text is not None and text.strip() not in ("", *KINDS)
    ]
    if bad:
        raise InputRefused.many(
            InputRefused(problem, where=f"{path}, line {line}", remedy=remedy)
            for line, problem, remedy in sorted(bad)[:_SHOWN]
        )
    return given


def _is_prefix(text: str | None, code: str) -> bool:
    bare = re.sub("[ ().-]", "", text or "")
    form = _FORM_CODED if bare.startswith("+") else _FORM if code == "86" else _FORM_ABROAD
    return form.fullmatch(bare) is not None


def replace_segments(con: duckdb.DuckDBPyConnection, table: pa.Table, code: str = "86") -> int:
    """Write the table, Chinese ones at seven digits: a shorter prefix stands for all its segments that no longer one
    names. `code`: the country code of prefixes without one.
    """
    with registered_tables(con, segment_given=table):
        con.execute("DELETE FROM segment")
        con.execute(_statement("expand_segments"), {"code": code})
    return count_segments(con)


def count_segments(con: duckdb.DuckDBPyConnection) -> int:
    """Segments in the case's table."""
    return int(con.execute("SELECT count(*) FROM segment").fetchall()[0][0])
