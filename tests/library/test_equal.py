"""Everything that the command line prints can be had from the library, with equal values and equal journals."""

from __future__ import annotations

import json
import shutil
from collections.abc import Callable
from functools import reduce
from pathlib import Path
from typing import Any

import pytest

import tracer as library
from tests.cli.conftest import Tracer, World
from tests.doors.commands import leaves
from tracer.documents import json_of
from tracer.library.base import meters_of
from tracer.library.case import at

PLURALS = {
    "dataset": "datasets", "party": "parties", "evidence": "evidence", "claim": "claims", "relation": "relations",
    "reply": "replies", "canary": "canaries", "register": "register", "anchor": "anchor", "key": "key",
    "signals": "signals", "probe": "probes", "blind": "blind", "cluster": "cluster",
}  # fmt: skip
"""Group of commands → the part of a case."""
RENAMED = {"print": "page", "import": "import_"}
ELSEWHERE = {
    "init": "create", "run": "run", "demo": "run", "restore": "restore", "simulate": "make_market", "help": "help",
    "register check": "check_register", "blind key": "make_fingerprint_key", "blind match": "match_fingerprints",
    "cluster run": "run_cluster", "manifest new": "propose_manifest", "manifest check": "check_manifest",
    "manifest schema": "manifest_schema",
    "signals receive": "receive_signals", "plugins": "list_plugins",
    "release write": "Case.release", "release add": "Case.releases.add",
    "release withdraw": "Case.releases.withdraw", "export handover": "Case.hand_over",
    "edition new": "Case.edition_new", "edition check": "Case.edition_check",
    **{f"aside {what}": "Case.aside" for what in ("list", "read", "remove")},
    **{f"export {noun}": "Case.export" for noun in ("graph", "findings", "report", "figure", "evidence")},
}  # fmt: skip
"""Command → what it is in the library, where its name does not say it."""


def test_every_command_has_a_method(case: Path) -> None:
    opened = at(case, None, meters_of(None))  # a case that is not looked at: its parts are all that is asked for
    for name in leaves().keys() - {"completion", "manpages"}:  # what a shell and a manual reader are given
        group, _, what = name.partition(" ")
        there = ELSEWHERE.get(name) or ".".join(
            ("Case", PLURALS[group], RENAMED.get(what, what)) if what else ("Case", group.replace("-", "_"))
        )
        first, *rest = there.split(".")
        found: Any = reduce(getattr, rest, opened if first == "Case" else getattr(library, first))
        assert (callable(found), bool(found.__doc__)) == (True, True), name


Ask = Callable[[library.Case], Any]

ASKED: dict[str, tuple[list[str], Ask]] = {
    "query": ([], lambda case: case.query()),
    **{
        f"query {name}": ([], lambda case, name=name: case.query(name))  # type: ignore[misc]  # a default of a lambda
        for name in ("datasets", "overlaps", "derivations", "generations", "resale-chains", "claims", "counts")
    },
    "query derivations -p dataset=vendor": ([], lambda case: case.query("derivations", dataset="vendor")),
    "query graph": ([], lambda case: json_of(case.graph_json()[0])),
    "sql": (
        ["SELECT * FROM views.datasets ORDER BY dataset"],
        lambda case: case.sql("SELECT * FROM views.datasets ORDER BY dataset"),
    ),
    "why client trader": ([], lambda case: case.why("client", "trader")),
    "show trader": ([], lambda case: case.show("trader")),
    "attribute trader": ([], lambda case: case.attribute("trader")),
    "status": ([], lambda case: [json_of(_json(case.status().to_json()))]),
    "dataset list": ([], lambda case: case.datasets.list()),
    "party list": ([], lambda case: case.parties.list()),
    "claim list": ([], lambda case: case.claims.list()),
    "reply list": ([], lambda case: case.replies.list()),
    "relation list": ([], lambda case: case.relations.list()),
    "evidence list": ([], lambda case: case.evidence.list()),
    "canary list": ([], lambda case: case.canaries.list()),
    "register list": ([], lambda case: case.register.list()),
    "journal --last 4": ([], lambda case: case.journal(last=4)),
}  # fmt: skip
"""Command → what follows it, and the same of the library."""


def _json(value: object) -> str:
    return json.dumps(value, default=str)


def _values(answer: Any) -> Any:
    if isinstance(answer, library.Table):
        return answer.rows()
    return answer if isinstance(answer, list | dict) else answer.to_json()


def test_what_is_asked_has_equal_values(traced: Path, tracer: Tracer) -> None:
    last = "journal --last 4"
    case = library.open(traced)
    with case:
        mine = {name: _values(ask(case)) for name, (_, ask) in ASKED.items() if name != last}
    mine[last] = _values(ASKED[last][1](case))
    said = {name: tracer.rows(*name.split(), *ASKED[name][0]) for name in (last, *(ASKED.keys() - {last}))}
    assert {name: said[name] == mine[name] for name in ASKED} == dict.fromkeys(ASKED, True)


CHANGES: list[tuple[list[str], Ask]] = [
    (["party", "add", "x", "--name", "X", "--role", "data_trader", "--alias", "Xx"],
     lambda case: case.parties.add("x", name="X", role="data_trader", aliases="Xx")),
    (["party", "edit", "x", "--industry", "lists"], lambda case: case.parties.edit("x", industry="lists")),
    (["evidence", "add", "e1", "--text", "a note", "--kind", "interview", "--acquired", "2026-05-02", "--by", "me"],
     lambda case: case.evidence.add("e1", text="a note", kind="interview", acquired="2026-05-02", by="me")),
    (["claim", "add", "--party", "trader", "--kind", "size", "--value", "900", "--dataset", "trader"],
     lambda case: case.claims.add(party="trader", kind="size", value=900, dataset="trader")),
    (["relation", "add", "sold_to", "vendor-a", "trader", "--basis", "alleged", "--evidence", "e1"],
     lambda case: case.relations.add("sold_to", "vendor-a", "trader", basis="alleged", evidence="e1")),
    (["reply", "add", "trader", "--asked", "2026-05-03"], lambda case: case.replies.add("trader", asked="2026-05-03")),
    (["dataset", "edit", "other", "--title", "Lot 7"], lambda case: case.datasets.edit("other", title="Lot 7")),
    (["dataset", "rename", "other", "lot"], lambda case: case.datasets.rename("other", "lot")),
    (["dataset", "remove", "lot"], lambda case: case.datasets.remove("lot")),
    (["dataset", "restore", "lot"], lambda case: case.datasets.restore("lot")),
    (["release", "add", "client", "--to", "vendor-a", "--date", "2026-02-01", "--use", "customer"],
     lambda case: case.releases.add("client", to="vendor-a", date="2026-02-01", use="customer")),
    (["judge", "client", "vendor", "confirm", "--note", "seen"],
     lambda case: case.judge("client", "vendor", "confirm", note="seen")),
]  # fmt: skip
"""Commands that print one object each, and the same of the library."""


def test_changes_are_equal(
    case: Path, world: World, tracer: Tracer, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    """The same on two copies of one case: what is printed, and what the journal says afterwards."""
    monkeypatch.setenv("TRACER_NOW", "2026-06-01T08:00:00")
    shutil.copytree(case, tmp_path / "again")
    for arguments, change in CHANGES:
        said = tracer(*arguments, "--case", case)
        assert said.code == 0, (arguments, said.err)
        assert said.json() == change(library.open(tmp_path / "again")).to_json(), arguments
    loaded = tracer.rows("load", world.file("other"), "--holder", "x", "--id", "new", "--case", case)
    again = library.open(tmp_path / "again").load(world.file("other"), holder="x", id="new")
    assert loaded == json_of(_json([one.to_json() for one in again]))

    def journal(folder: Path) -> list[Any]:
        keys = ("command", "inputs", "detail", "result")
        return [[row[key] for key in keys] for row in library.open(folder).journal(last=None)]

    assert journal(case) == journal(tmp_path / "again")
