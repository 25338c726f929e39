"""Number segments: which province, city and carrier a Chinese mobile number was handed out by.

The table is an attribute of a case, never a test of a number: a number links whether or not its segment is in it. The
built-in table is libphonenumber's (`builtin_segments`); a CSV or a `phone.dat` takes its place. All prefixes have seven
digits (blocks of 10,000 numbers). Each has a kind: of a network, sold by a virtual operator, of things (IoT), of
satellites.
"""

from __future__ import annotations

import os
from pathlib import Path

import duckdb
import pyarrow as pa
import pyarrow.parquet as pq

from tracer.case.registered import registered
from tracer.case.store import files_connection
from tracer.errors import InputRefused
from tracer.identify.phone_dat import is_phone_dat, read_phone_dat
from tracer.regular import opened
from tracer.resources import statements_beside

COLUMNS = ("segment", "province", "city", "carrier")
KINDS = ("network", "virtual", "iot", "satellite")
BUILT_IN = Path(__file__).parent / "segments.parquet"
"""The built-in table at seven digits."""
_SHORTEST = 3
_LONGEST = 7
_SHOWN = 5


def ensure_segments(con: duckdb.DuckDBPyConnection) -> int:
    """Fill table `segment` with the built-in table where it is empty; returns its number of segments."""
    if not count_segments(con):
        with registered(con, segment_built_in=pq.read_table(BUILT_IN)):
            con.execute(
                "INSERT INTO segment SELECT CAST(prefix AS VARCHAR), province, city, carrier, kind"
                " FROM segment_built_in ORDER BY prefix"
            )
    return count_segments(con)


def load_segments(con: duckdb.DuckDBPyConnection, path: Path) -> int:
    """Replace table `segment` by a file's; returns the number of segments.

    A UTF-8 CSV with the columns segment, province, city, carrier, and kind if you like: prefixes of 3 to 7 digits, of
    which the longest wins. Or a binary `phone.dat` (`phone_dat`). A kind that is not given follows from the prefix.

    Raises `InputRefused` with all problems of the file.
    """
    try:
        with opened(path) as stream:
            head, size = stream.read(8), os.fstat(stream.fileno()).st_size
    except OSError as error:
        raise InputRefused(f"cannot be read ({error.strerror})", where=str(path), remedy="check the path") from None
    if is_phone_dat(head, size):
        return replace_segments(con, read_phone_dat(path))
    return replace_segments(con, _read_csv(path))


def _read_csv(path: Path) -> pa.Table:
    try:
        with opened(path) as file, files_connection() as reader:
            table = reader.execute(
                "SELECT * FROM read_csv($path, header = true, all_varchar = true, delim = ',', quote = '\"')",
                {"path": f"/dev/fd/{file.fileno()}"},
            ).to_arrow_table()
    except duckdb.Error as error:
        raise InputRefused(
            "cannot be read as CSV or as phone.dat", where=str(path),
            remedy=f"write it as UTF-8 with the header {','.join(COLUMNS)}",
        ) from error  # fmt: skip
    names = {name.strip().lower(): name for name in table.column_names}
    missing = [name for name in COLUMNS if name not in names]
    if missing:
        raise InputRefused(
            f"missing column {', '.join(missing)}", where=str(path), remedy=f"give it the header {','.join(COLUMNS)}"
        )
    given = table.select([names[name] for name in COLUMNS]).rename_columns(["prefix", *COLUMNS[1:]])
    kinds = table[names["kind"]] if "kind" in names else pa.nulls(table.num_rows, pa.string())
    given = given.append_column("kind", kinds)
    bad = [
        (line, f"invalid segment {text!r}", "write 3 to 7 digits")
        for line, text in enumerate(given["prefix"].to_pylist(), 2)
        if text is None or not (text.strip().isdecimal() and _SHORTEST <= len(text.strip()) <= _LONGEST)
    ] + [
        (line, f"invalid kind of segment {text!r}", f"one of: {', '.join(KINDS)}")
        for line, text in enumerate(given["kind"].to_pylist(), 2)
        if text is not None and text.strip() not in ("", *KINDS)
    ]
    if bad:
        raise InputRefused.many(
            InputRefused(problem, where=f"{path}, line {line}", remedy=remedy)
            for line, problem, remedy in sorted(bad)[:_SHOWN]
        )
    return given


def replace_segments(con: duckdb.DuckDBPyConnection, table: pa.Table) -> int:
    """Write the table at seven digits: a shorter prefix stands for all its segments that no longer one names."""
    with registered(con, segment_given=table):
        con.execute("DELETE FROM segment")
        con.execute(statements_beside(__file__)("expand_segments"))
    return count_segments(con)


def count_segments(con: duckdb.DuckDBPyConnection) -> int:
    """Segments in the case's table."""
    row = con.execute("SELECT count(*) FROM segment").fetchone()
    return 0 if row is None else int(row[0])
