"""A hand-made market as the stages would leave it in a case. All names are invented."""

from __future__ import annotations

from collections.abc import Iterable
from datetime import date, datetime

import duckdb

from tests.graph import market_rows as rows
from tests.inserted import insert
from tracer.case.case import Case
from tracer.case.memory import memory_case
from tracer.disclosure import Reason, Text, stored

LOADED = datetime(2026, 6, 1, 12)


def market_case() -> Case:
    """An in-memory case with the market; run 1 is current, a superseded run 0 must not be seen."""
    case = memory_case()
    con = case.con
    for row in rows.PARTIES:
        columns = "id name role province industry protected"
        _insert(con, "party", columns, [row], evidence=["ev-chen"] if row[-1] else [])
    insert(con, "party", id="cti-x-old", name="Yizhuo Network", protected=False, merged_into="cti-x", evidence=[])
    insert(con, "party_alias", party="mr-chen", alias="Old Chen")
    for number, (name, *facts, contacts) in enumerate(rows.DATASETS, start=1):
        columns = "id holder origin obtained created identifiers contacts rows sha256"
        row = (name, *facts, contacts, contacts, contacts + 37, f"{number:064x}")
        file = {"path": f"lists/{name}.csv", "bytes": 1000, "format": "csv", "region": "CN", "loaded_at": LOADED}
        counts = {"version": 1, "current": True, "rejected": 5, "duplicates": 32, "options": "{}"}
        evidence = ["ev-d6"] if name == "d6-backend" else []
        _insert(con, "dataset", columns, [row], no=number, evidence=evidence, **file, **counts)
    drawn = {"purpose": "dialling", "rows": 41_000, "drawn": True, "commitment": "ab" * 32, "registered_at": LOADED}
    _insert(con, "release", "id dataset recipient date ends", rows.RELEASES, evidence=[], **drawn)
    _fill_canaries(con)
    _fill_findings(con)
    numbered = [(number, *relation) for number, relation in enumerate(rows.RELATIONS, start=1)]
    _insert(con, "relation", "no kind from_party to_party date basis evidence", numbered)
    sources = {"ev-chen": ("mr-chen", "ef" * 32)}  # what names a source has a hash of its own, which leaves by no door
    pieces = [(*piece, *sources.get(str(piece[0]), ("desk", "cd" * 32))) for piece in rows.EVIDENCE]
    _insert(con, "evidence", "id kind path by_whom sha256", pieces, acquired=date(2026, 5, 2), bytes=10)
    said = "We delete all client data when the contract ends. Call 14000138000."
    asked = {"asked": date(2026, 7, 22), "deadline": date(2026, 7, 29)}
    insert(con, "reply", party="cti-x", **asked, answered=date(2026, 7, 28), text=said)
    insert(con, "reply", party="trader-q", **asked)
    insert(con, "line", id="line-7", numbers=["025*"], vendor="line-x", carrier="carrier-js", province="江苏", hand=2)
    return case


def _fill_canaries(con: duckdb.DuckDBPyConnection) -> None:
    for number in range(1, 25):
        kind = "canary" if number <= 22 else "home" if number == 23 else "control"
        insert(con, "canary", no=number, phone=8614000000000 + number, kind=kind, imported_at=datetime(2026, 1, 1))
    insert(con, "canary", no=99, phone=8614000000001, kind="canary", imported_at=datetime(2026, 6, 30))
    for number in range(1, 15):
        insert(con, "release_canary", release="a-cti-x", canary=number, scheme="unique")
    for dataset, count in ((10, 14), (12, 9)):
        con.execute("INSERT INTO membership SELECT ?, 8614000000000 + i, i FROM range(1, ?) t(i)", [dataset, count + 1])
    for number in range(6):
        call = {"at": datetime(2026, 6, 10 + number, 9), "channel": "call", "caller": f"1400770{1000 + number % 2}"}
        insert(con, "signal", file=1, row=number, **call, called_key=8614000000001, canary=1 + number % 3)


def _fill_findings(con: duckdb.DuckDBPyConnection) -> None:
    contacts = {name: count for name, *_, count in rows.DATASETS}
    for parent, child, probability, grade, shared in rows.DERIVATIONS:
        reasons, against = rows.SAID.get((parent, child), ([f"{shared:,} contacts in common"], []))
        counts = (shared, contacts[parent], contacts[child], shared / contacts[child])
        row = (parent, child, probability, grade, *counts, reasons, against)
        via = "h1" if (parent, child) == ("d3-app", "d9-mixed") else None
        _insert(con, "derivation", _DERIVATION, [row], run=1, via=via, weights="[]")
    before: tuple[object, ...] = ("d9-mixed", "d8-trade", 0.9, "G2", 9, 1, 1, 1.0, [], [])
    _insert(con, "derivation", _DERIVATION, [before], run=0, superseded=1, weights="[]")
    unseen = ("h1", ["d3-app"], ["d9-mixed"], 40_000, 0.6, ["21,000 rows of d9-mixed are explained by no list"])
    _insert(con, "hidden", "id parents children contacts probability reasons", [unseen], run=1)
    columns = "vendor client release dataset seen_in seen_with first_seen reading after_end probability grade"
    retained = [(*row, *rows.SAID[row[2], row[4]]) for row in rows.RETENTIONS]
    _insert(con, "retention", f"{columns} reasons against", retained, run=1)
    columns = (
        "dataset release recipient accused p_value chance e_value canaries_seen canaries_planted rows_matched grade"
    )
    attributed = [(*row, *rows.SAID.get(row[:2], ([], []))) for row in rows.ATTRIBUTIONS]
    _insert(con, "attribution", f"{columns} reasons against", attributed, run=1)
    columns = "client source dataset from_day to_day best rate matched later later_seen gone gone_seen releases dates"
    _insert(con, "vintage", f"{columns} probability reasons against", rows.VINTAGES, run=1)
    for name, party, about, kind, value, dataset, *found in rows.CLAIMS:
        said = {"quote": "<b>Everything is generated</b>", "evidence": []}
        insert(con, "claim", id=name, party=party, about=about, kind=kind, value=value, dataset=dataset, **said)
        verdict = (name, dataset, *found, [rows.ALTERNATIVE] if name == "c1" else [])
        _insert(
            con, "claim_verdict", "claim dataset verdict p_value numbers alternatives", [verdict], run=1, grade="G2"
        )


_DERIVATION = "parent child probability grade shared parent_contacts child_contacts share_of_child reasons against"


def _insert(
    con: duckdb.DuckDBPyConnection, table: str, columns: str, given: Iterable[tuple[object, ...]], **same: object
) -> None:
    """Rows, sentences in them as they are written."""
    for row in given:
        values = dict(zip(columns.split(), row, strict=True))
        for name in {"reasons", "against", "alternatives"} & values.keys():
            said = values[name]
            assert isinstance(said, list)
            values[name] = [stored(Reason.of("as-written", text=Text(text))) for text in said]
        insert(con, table, **values, **same)
