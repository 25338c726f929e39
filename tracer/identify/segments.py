"""Number segments: which province, city and carrier a Chinese mobile number was handed out by.

The table is an attribute of a case, never a test of a number: a number links whether or not its segment is in it. The
built-in table is libphonenumber's; a CSV or a `phone.dat` takes its place. All prefixes have seven digits (blocks of
10,000 numbers). Each has a kind: of a network, sold by a virtual operator, of things (IoT), of satellites.
"""

from __future__ import annotations

from pathlib import Path

import duckdb
import pyarrow as pa

from tracer.errors import InputRefused
from tracer.identify.phone_dat import is_phone_dat, read_phone_dat
from tracer.identify.places import split_description

COLUMNS = ("segment", "province", "city", "carrier")
KINDS = ("network", "virtual", "iot", "satellite")
_SHORTEST = 3
_LONGEST = 7
_SHOWN = 5


def ensure_segments(con: duckdb.DuckDBPyConnection) -> int:
    """Fill table `segment` with the built-in table where it is empty; returns its number of segments."""
    count = _count(con)
    return count if count else _replace(con, builtin_segments())


def builtin_segments() -> pa.Table:
    """libphonenumber's knowledge of Chinese mobile numbers: prefix (3 to 7 digits), province, city, carrier.

    Numbers that changed carrier are not known to it.
    """
    from phonenumbers.carrierdata import CARRIER_DATA
    from phonenumbers.geodata import GEOCODE_DATA

    # Some prefixes have the English name only.
    chinese = {names["en"]: names["zh"] for names in CARRIER_DATA.values() if "en" in names and "zh" in names}
    carriers = {
        prefix[2:]: names.get("zh") or chinese.get(names["en"], names["en"])
        for prefix, names in CARRIER_DATA.items()
        if prefix.startswith("861")
    }
    places = {
        description: split_description(description)
        for description in {names.get("zh", "") for prefix, names in GEOCODE_DATA.items() if prefix.startswith("861")}
    }
    lines = []
    for prefix, names in GEOCODE_DATA.items():
        # Area codes (8610…) are landlines'.
        if prefix.startswith("861") and not prefix.startswith("8610") and _SHORTEST + 2 <= len(prefix) <= _LONGEST + 2:
            national = prefix[2:]
            carrier = next((carriers[national[:n]] for n in (5, 4, 3, 2) if national[:n] in carriers), "")
            lines.append((national, *places[names.get("zh", "")], carrier))
    return _table(sorted(lines))


def load_segments(con: duckdb.DuckDBPyConnection, path: Path) -> int:
    """Replace table `segment` by a file's; returns the number of segments.

    A UTF-8 CSV with the columns segment, province, city, carrier, and kind if you like: prefixes of 3 to 7 digits, of
    which the longest wins. Or a binary `phone.dat` (`phone_dat`). A kind that is not given follows from the prefix.

    Raises `InputRefused` with all problems of the file.
    """
    try:
        with path.open("rb") as stream:
            head = stream.read(8)
    except OSError as error:
        raise InputRefused(f"cannot be read ({error.strerror})", where=str(path)) from None
    if is_phone_dat(head, path.stat().st_size):
        return _replace(con, read_phone_dat(path))
    return _replace(con, _read_csv(con, path))


def _read_csv(con: duckdb.DuckDBPyConnection, path: Path) -> pa.Table:
    try:
        table = con.execute(
            "SELECT * FROM read_csv($path, header = true, all_varchar = true, delim = ',', quote = '\"')",
            {"path": str(path)},
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
            f"no column {', '.join(missing)}", where=str(path), remedy=f"give it the header {','.join(COLUMNS)}"
        )
    given = table.select([names[name] for name in COLUMNS]).rename_columns(["prefix", *COLUMNS[1:]])
    kinds = table[names["kind"]] if "kind" in names else pa.nulls(table.num_rows, pa.string())
    given = given.append_column("kind", kinds)
    bad = [
        (line, f"{text!r} is no segment", "write 3 to 7 digits")
        for line, text in enumerate(given["prefix"].to_pylist(), 2)
        if text is None or not (text.strip().isdecimal() and _SHORTEST <= len(text.strip()) <= _LONGEST)
    ] + [
        (line, f"{text!r} is no kind of segment", f"one of: {', '.join(KINDS)}")
        for line, text in enumerate(given["kind"].to_pylist(), 2)
        if text is not None and text.strip() not in ("", *KINDS)
    ]
    if bad:
        raise InputRefused.many(
            InputRefused(problem, where=f"{path}, line {line}", remedy=remedy)
            for line, problem, remedy in sorted(bad)[:_SHOWN]
        )
    return given


def _table(lines: list[tuple[str, ...]]) -> pa.Table:
    columns = {
        name: pa.array([line[i] for line in lines], pa.string()) for i, name in enumerate(("prefix", *COLUMNS[1:]))
    }
    return pa.table({**columns, "kind": pa.nulls(len(lines), pa.string())})


def _replace(con: duckdb.DuckDBPyConnection, table: pa.Table) -> int:
    """Write the table at seven digits: a shorter prefix stands for all its segments that no longer one names."""
    con.register("segment_given", table)
    con.execute("DELETE FROM segment")
    con.execute((Path(__file__).parent / "sql" / "expand_segments.sql").read_text(encoding="utf-8"))
    con.unregister("segment_given")
    return _count(con)


def _count(con: duckdb.DuckDBPyConnection) -> int:
    row = con.execute("SELECT count(*) FROM segment").fetchone()
    return 0 if row is None else int(row[0])
