"""What addresses say of themselves: `anna+shop@…`, `shop@anna.example`, `shop.k3f@` a relay.

Kept for each list when it is loaded: the label as written, whose address it is, and the first row. Which labels name a
service is decided when findings are computed (`findings/alias_origins`): what is kept here is never shown.
"""

from __future__ import annotations

from collections.abc import Sequence

import duckdb

from tracer.identify.keys import EMAIL_BASE, text_key_sql
from tracer.identify.service_names import name_in_addresses, service_names
from tracer.resources import statements_beside

MOST_OF_A_DOMAIN = 4
"""Addresses of one list at a domain, above which it is a firm's or a provider's and not one person's."""
_END = 9
"""Characters at the end of a domain by which those of relays are found."""
_SEVERAL = 5
"""People who write a word as a tag, from which it is looked for before the @ as well."""
_statement = statements_beside(__file__)


def keep_labels(con: duckdb.DuckDBPyConnection, dataset: int, readings: Sequence[str]) -> int:
    """Fill `address_label` of a dataset; returns how many lines it has.

    readings: relations (row, position, raw) of its columns of addresses, each with what `read_column` has made of it.
    """
    if not readings:
        return 0
    table = service_names()
    relays = sorted({domain for domains in table.relays.values() for domain in domains})
    names = {*table.names, *_names_of_parties(con)} - table.generic
    sources = {
        "cells": " UNION ALL ".join(f"SELECT row, raw FROM {name}" for name in readings),
        "odd": " UNION ALL ".join(f"SELECT row, raw FROM {name}_read" for name in readings),
        "person": text_key_sql(EMAIL_BASE, "person"),
    }

    def run(name: str, **bound: object) -> None:
        statement = _statement(name)
        for source, sql in sources.items():
            statement = statement.replace(f"{{{source}}}", sql)
        con.execute(statement, bound)

    endings = {domain[-_END:] for domain in relays}
    common = {domain[-_END:] for domain in table.providers if len(domain) >= _END} - endings
    run("load_label_cell", known=sorted(names), endings=sorted(endings), common=sorted(common))
    if _any(con, "load_label_cell"):
        groups = {group: list(table.relays[group]) for group in ("opaque", "below")}
        run("load_labels_tagged", dataset=dataset, names=list(table.relays["name"]), **groups)
        words = _words_of_several(con, dataset) - names - table.generic
        if words:
            run("load_label_named", words=sorted(words))
        bound = {"relays": relays, "providers": list(table.providers), "most": MOST_OF_A_DOMAIN}
        if _any(con, "load_label_cell WHERE NOT contains(raw, '+')"):
            run("load_labels_own", dataset=dataset, known=sorted(names | words), **bound)
    con.execute("DROP TABLE load_label_cell")
    row = con.execute("SELECT count(*) FROM address_label WHERE dataset = $no", {"no": dataset}).fetchone()
    return 0 if row is None else int(row[0])


def _any(con: duckdb.DuckDBPyConnection, rows: str) -> bool:
    return con.execute(f"SELECT 1 FROM {rows} LIMIT 1").fetchone() is not None


def _names_of_parties(con: duckdb.DuckDBPyConnection) -> set[str]:
    """How people would write the parties that are known by now."""
    rows = con.execute(
        "SELECT unnest([id, name, name_en]) FROM party UNION SELECT alias FROM party_alias"
        " UNION SELECT holder FROM dataset"
    ).fetchall()
    return {name for (one,) in rows if one and (name := name_in_addresses(one)) is not None}


def _words_of_several(con: duckdb.DuckDBPyConnection, dataset: int) -> set[str]:
    """Words that several people of this list write as a tag."""
    rows = con.execute(
        "SELECT label FROM address_label WHERE dataset = $no AND regexp_full_match(label, '[a-z]{3,}')"
        " GROUP BY label HAVING count(DISTINCT person) >= $several ORDER BY label",
        {"no": dataset, "several": _SEVERAL},
    ).fetchall()
    return {label for (label,) in rows}
