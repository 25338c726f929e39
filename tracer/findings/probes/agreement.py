"""People who agreed to be asked for: a file with their numbers or addresses."""

from __future__ import annotations

from pathlib import Path

from tracer.case.case import Case
from tracer.errors import InputRefused
from tracer.identify.email import read_email_cell
from tracer.identify.phone_rules import read_phone_cell
from tracer.lists.read.file import read_file
from tracer.lists.read.model import ReadOptions

_READERS = {"phone": read_phone_cell, "email": read_email_cell}


def read_agreed(case: Case, path: Path) -> frozenset[int]:
    """Keys of the numbers and addresses in a file. Raises `InputRefused` where it has none."""
    keys: set[int] = set()
    for part in read_file(case.con, path, ReadOptions(region=case.region)).parts:
        for column in part.columns:
            reader = _READERS.get(column.role)
            if reader is None:
                continue
            cells = case.con.execute(
                f"SELECT DISTINCT c{column.position} FROM {part.raw_table} WHERE c{column.position} IS NOT NULL"
            ).fetchall()
            for (cell,) in cells:
                keys |= {one.key for one in reader(cell, case.region) if one.status == "ok" and one.key is not None}
        case.con.execute(f"DROP TABLE IF EXISTS {part.raw_table}")
    if not keys:
        raise InputRefused("no number or address", where=str(path), remedy="head the column phone or email")
    return frozenset(keys)
