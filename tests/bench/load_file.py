"""The file of the load bench: invented people with numbers of unallocated segments, in mixed dirty forms."""

from __future__ import annotations

from pathlib import Path

import duckdb

_SQL = Path(__file__).parent / "sql" / "load_file.sql"


def write_list(path: Path, rows: int, *, quoted: str = "none") -> None:
    """Write a UTF-8 CSV of 姓名, 手机号, 公司, 地址, 日期 with `rows` data rows; the same bytes for the same `rows`.

    Nine in ten numbers are distinct. Four in ten are clean; the rest have country codes, separators, the `.0` of a
    float, full-width digits, blanks; one in fifty is masked, damaged, empty or a landline. `quoted`: which cells
    stand in quotes, none, some (a column) or all.
    """
    with duckdb.connect() as con:
        con.execute("SET enable_progress_bar = false")
        con.execute(_SQL.read_text(encoding="utf-8"), {"rows": rows})
        quotes = {"none": "", "some": ", FORCE_QUOTE (公司)", "all": ", FORCE_QUOTE *"}[quoted]
        con.execute(f"COPY (SELECT * FROM contact) TO $path (FORMAT csv, HEADER true{quotes})", {"path": str(path)})
