"""A hand-made market as the stages would leave it in a case. All names are invented."""

from __future__ import annotations

from datetime import date, datetime

import duckdb

from tests.graph.market_rows import (
    ATTRIBUTIONS,
    CLAIMS,
    DATASETS,
    DERIVATIONS,
    EVIDENCE,
    PARTIES,
    RELATIONS,
    RELEASES,
    RETENTIONS,
    VINTAGES,
)
from tracer.case.case import Case
from tracer.case.memory import memory_case
from tracer.disclosure import Reason, Text, stored

LOADED = datetime(2026, 6, 1, 12)


def market_case() -> Case:
    """An in-memory case with the market above; run 1 is current, a superseded run 0 must not be seen."""
    case = memory_case()
    fill(case.con)
    return case


def fill(con: duckdb.DuckDBPyConnection) -> None:
    """Inserts the market into the base tables."""
    for pid, name, role, province, industry, protected in PARTIES:
        evidence = ["ev-chen"] if protected else []
        _insert(
            con,
            "party",
            id=pid,
            name=name,
            role=role,
            province=province,
            industry=industry,
            protected=protected,
            evidence=evidence,
        )
    _insert(con, "party", id="cti-x-old", name="Yizhuo Network", protected=False, merged_into="cti-x", evidence=[])
    _insert(con, "party_alias", party="mr-chen", alias="Old Chen")
    for number, (did, holder, origin, obtained, created, contacts) in enumerate(DATASETS, start=1):
        _insert(
            con, "dataset", no=number, id=did, version=1, current=True, holder=holder, obtained=obtained,
            created=created, origin=origin, path=f"lists/{did}.csv", sha256=f"{number:064x}", bytes=1000,
            format="csv", region="CN",
            rows=contacts + 37, identifiers=contacts, contacts=contacts, rejected=5, duplicates=32,
            evidence=["ev-d6"] if did == "d6-backend" else [], options="{}", loaded_at=LOADED,
        )  # fmt: skip
    for rid, dataset, recipient, day, ends, _canaries in RELEASES:
        _insert(
            con, "release", id=rid, dataset=dataset, recipient=recipient, date=day, ends=ends, purpose="dialling",
            rows=41_000, drawn=True, commitment="ab" * 32, evidence=[], registered_at=LOADED,
        )  # fmt: skip
    _fill_canaries(con)
    _fill_findings(con)
    for number, (kind, from_party, to_party, day, basis, evidence) in enumerate(RELATIONS, start=1):
        _insert(
            con,
            "relation",
            no=number,
            kind=kind,
            from_party=from_party,
            to_party=to_party,
            date=day,
            basis=basis,
            evidence=evidence,
        )
    for eid, kind, path in EVIDENCE:
        _insert(
            con,
            "evidence",
            id=eid,
            kind=kind,
            path=path,
            acquired=date(2026, 5, 2),
            by_whom="mr-chen" if eid == "ev-chen" else "desk",
            sha256="cd" * 32,
            bytes=10,
        )
    _insert(
        con,
        "reply",
        party="cti-x",
        asked=date(2026, 7, 22),
        deadline=date(2026, 7, 29),
        answered=date(2026, 7, 28),
        text="We delete all client data when the contract ends. Call 14000138000.",
    )
    _insert(con, "reply", party="trader-q", asked=date(2026, 7, 22), deadline=date(2026, 7, 29))
    _insert(con, "line", id="line-7", numbers=["025*"], vendor="line-x", carrier="carrier-js", province="江苏", hand=2)


def _fill_canaries(con: duckdb.DuckDBPyConnection) -> None:
    for number in range(1, 25):
        kind = "canary" if number <= 22 else "home" if number == 23 else "control"
        _insert(con, "canary", no=number, phone=8614000000000 + number, kind=kind, imported_at=datetime(2026, 1, 1))
    _insert(con, "canary", no=99, phone=8614000000001, kind="canary", imported_at=datetime(2026, 6, 30))
    for number in range(1, 15):
        _insert(con, "release_canary", release="a-cti-x", canary=number, scheme="unique")
    for dataset, count in ((10, 14), (12, 9)):
        con.execute(
            "INSERT INTO membership SELECT $dataset, 8614000000000 + i, i FROM range(1, $count + 1) t(i)",
            {"dataset": dataset, "count": count},
        )
    for number in range(6):
        _insert(
            con, "signal", file=1, row=number, at=datetime(2026, 6, 10 + number, 9), channel="call",
            caller=f"1400770{1000 + number % 2}",
            called_key=8614000000001, canary=1 + number % 3,
        )  # fmt: skip


def _fill_findings(con: duckdb.DuckDBPyConnection) -> None:
    contacts = {did: count for did, *_, count in DATASETS}
    for parent, child, probability, grade, shared, via, reasons, against in DERIVATIONS:
        _insert(
            con, "derivation", run=1, parent=parent, child=child, probability=probability, grade=grade, shared=shared,
            parent_contacts=contacts[parent], child_contacts=contacts[child], share_of_child=shared / contacts[child],
            via=via, reasons=reasons, against=against, weights="[]",
        )  # fmt: skip
    _insert(
        con, "derivation", run=0, superseded=1, parent="d9-mixed", child="d8-trade", probability=0.9, grade="G2",
        shared=9,
        parent_contacts=1, child_contacts=1, share_of_child=1.0, reasons=[], against=[], weights="[]",
    )  # fmt: skip
    _insert(
        con,
        "hidden",
        run=1,
        id="h1",
        parents=["d3-app"],
        children=["d9-mixed"],
        contacts=40_000,
        probability=0.6,
        reasons=["21,000 rows of d9-mixed are explained by no list"],
    )
    names = (
        "vendor",
        "client",
        "release",
        "dataset",
        "seen_in",
        "seen_with",
        "first_seen",
        "reading",
        "after_end",
        "probability",
        "grade",
        "reasons",
        "against",
    )
    for row in RETENTIONS:
        _insert(con, "retention", run=1, **dict(zip(names, row, strict=True)))
    names = (
        "dataset",
        "release",
        "recipient",
        "accused",
        "p_value",
        "chance",
        "e_value",
        "canaries_seen",
        "canaries_planted",
        "rows_matched",
        "grade",
        "reasons",
        "against",
    )
    for row in ATTRIBUTIONS:
        _insert(con, "attribution", run=1, **dict(zip(names, row, strict=True)))
    columns = (
        "client", "source", "dataset", "from_day", "to_day", "best", "rate", "matched", "later", "later_seen", "gone",
        "gone_seen", "releases", "dates", "probability", "reasons", "against",
    )  # fmt: skip
    for row in VINTAGES:
        _insert(con, "vintage", run=1, **dict(zip(columns, row, strict=True)))
    for cid, party, about, kind, value, dataset, verdict, p_value, numbers, alternatives in CLAIMS:
        _insert(
            con,
            "claim",
            id=cid,
            party=party,
            about=about,
            kind=kind,
            value=value,
            dataset=dataset,
            quote="<b>Everything is generated</b>",
            evidence=[],
        )
        _insert(
            con,
            "claim_verdict",
            run=1,
            claim=cid,
            dataset=dataset,
            verdict=verdict,
            p_value=p_value,
            numbers=numbers,
            alternatives=alternatives,
            grade="G2",
        )


def _insert(con: duckdb.DuckDBPyConnection, table: str, **values: object) -> None:
    for name in {"reasons", "against", "alternatives"} & set(values):
        given = values[name]
        assert isinstance(given, list)
        values[name] = [stored(Reason.of("as-written", text=Text(text))) for text in given]
    columns = ", ".join(f'"{name}"' for name in values)
    bound = ", ".join(f"${name}_" for name in values)
    con.execute(
        f"INSERT INTO {table} ({columns}) VALUES ({bound})", {f"{name}_": value for name, value in values.items()}
    )
