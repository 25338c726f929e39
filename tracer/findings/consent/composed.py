"""People of lists by the hashes that a deletion list has of several fields together: names, day of birth and ZIP."""

from __future__ import annotations

from collections.abc import Iterable
from hashlib import sha256

import duckdb
import pyarrow as pa

from tracer.case.registered import registered
from tracer.findings.persons.lists import columns_of
from tracer.findings.persons.lists import statement as of_persons
from tracer.identify.composite import order_of
from tracer.identify.digests import digest_key
from tracer.identify.drop import composed
from tracer.resources import statements_beside

_statement = statements_beside(__file__)
_FIELDS = ("given_name", "surname", "born", "postcode")


def compose(con: duckdb.DuckDBPyConnection, lists: Iterable[int]) -> None:
    """Make `composed`(dataset, contact, hash): the keys of the contacts of lists that tell all fields, and of their
    hashes where a list of refusals has them."""
    con.execute("CREATE OR REPLACE TEMP TABLE composed (dataset INTEGER, contact BIGINT, hash BIGINT)")
    asked = con.execute(
        "SELECT 1 FROM dataset_column c JOIN dataset d ON d.no = c.dataset AND d.current AND d.origin = 'refusals'"
        " WHERE c.role = 'hash' LIMIT 1"
    ).fetchone()
    if asked is None:
        return
    for number in lists:
        columns = columns_of(con, number)
        for part, raw, first in con.execute(of_persons("parts"), {"number": number}).fetchall():
            if not set(_FIELDS) <= columns.get(part, {}).keys():
                continue
            cells = ", ".join(f"r.c{columns[part][field]}" for field in _FIELDS)
            text = _statement("composed").replace("{cells}", cells).replace("{raw}", str(raw))
            rows = con.execute(text, {"number": number, "before": first - 1}).fetchall()
            order = order_of((row[3] for row in rows if row[3] is not None), "US")
            whole = [(row[0], composed(row[1], row[2], row[3], row[4], order)) for row in rows if None not in row]
            told = [(contact, text) for contact, text in whole if text is not None]
            keys = pa.table({
                "contact": pa.array([contact for contact, _ in told], pa.int64()),
                "hash": pa.array([digest_key(sha256(text.encode()).hexdigest()) for _, text in told], pa.int64()),
            })  # fmt: skip
            with registered(con, composed_now=keys):
                con.execute(_statement("keep_composed"), {"number": number})
