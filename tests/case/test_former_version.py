"""A case that version 0.2.0 wrote: it opens, is verified and traced, and keeps the names that programs know.

`former/written-by-0.2.0.backup` was made by the code of that version: a client's list, a system vendor's copy of most
of it, a trader's mix, a claim, a reply and a judgement, traced twice. Its store has blocks of 16 KiB, so that the file
is small; the seal counts in the same blocks.
"""

from __future__ import annotations

import json
from pathlib import Path

import pytest

import tracer
from tests.doors import walk
from tests.doors.commands import leaves
from tracer.ask.named import load_queries
from tracer.case import sealing
from tracer.case.case import open_case
from tracer.case.memory import memory_case
from tracer.graph.model import Edge, Node

HERE = Path(__file__).parent / "former"
NAMES = json.loads((HERE / "names-of-0.2.0.json").read_text(encoding="utf-8"))
"""What programs of its users may name: queries, parameters and columns, views, keys of the graph, commands and options,
the library."""


def said(*arguments: str | Path) -> str:
    """What a command that succeeds prints."""
    code, out, err = walk.said(*arguments)
    assert code == 0, out.decode() + err
    return out.decode()


@pytest.fixture
def case(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Path:
    monkeypatch.setattr(sealing, "_BLOCK", 16_384)
    # A clone gives files to everybody to read, which a key must not be.
    key = tmp_path / "test.key"
    key.write_bytes((HERE / "test.key").read_bytes())
    key.chmod(0o600)
    monkeypatch.setenv("TRACER_KEY", key.read_text(encoding="ascii").strip())
    said("restore", HERE / "written-by-0.2.0.backup", tmp_path / "case", "--key-file", key)
    return tmp_path / "case"


def test_its_findings_are_kept_and_named_with_their_version_until_it_is_traced(case: Path) -> None:
    key = ("--case", case)
    first = said("findings", *key)
    assert "(run 2 of tracer 0.2.0, 2026-06-20 09:00 UTC)" in " ".join(first.split())
    assert "vendor-list was copied from client-list." in first
    assert "as run 2 by tracer 0.2.0 left them" in said("verify", *key)
    before = json.loads(said("query", "derivations", "-f", "json", *key))[0]
    assert [before[name] for name in ("parent", "child", "probability")] == ["client-list", "vendor-list", 1]
    with open_case(case) as opened:
        opened.con.execute("UPDATE derivation SET probability = 0.9 WHERE superseded IS NULL AND probability > 0.5")
    code, out, _ = walk.said("verify", *key)
    assert (code, "the findings of run 2 were changed after it" in out.decode()) == (5, True)
    said("trace", *key)
    assert "left them" not in said("verify", *key)
    after = json.loads(said("query", "derivations", "-f", "json", *key))[0]
    assert [after[name] for name in ("parent", "child", "judgement")] == ["client-list", "vendor-list", "confirm"]
    assert "answered" in said("query", "parties", "-f", "json", *key)


def test_its_names_are_there() -> None:
    """A name that goes is deprecated for one version first, with a line on stderr: then it is taken out here."""
    views: dict[str, set[str]] = {}
    columns = "SELECT table_name, column_name FROM duckdb_columns() WHERE schema_name = 'views'"
    for view, column in memory_case().con.execute(columns).fetchall():
        views.setdefault(view, set()).add(column)
    queries = load_queries()
    commands = {name: {one for param in command.params for one in param.opts} for name, command in leaves().items()}
    now: dict[str, dict[str, set[str]]] = {
        "columns of queries": {name: {column.name for column in one.columns} for name, one in queries.items()},
        "parameters of queries": {name: {param.name for param in one.parameters} for name, one in queries.items()},
        "views": views,
        "commands": commands,
        "graph": {"node": set(Node.__annotations__), "edge": set(Edge.__annotations__)},
        "library": {"tracer": set(dir(tracer)), "case": set(dir(tracer.Case))},
    }
    then = {
        "columns of queries": {name: one["columns"] for name, one in NAMES["queries"].items()},
        "parameters of queries": {name: one["parameters"] for name, one in NAMES["queries"].items()},
        "views": NAMES["views"],
        # Arguments are typed by their place: only the names of options can be said wrongly.
        "commands": {name: [one for one in words if one.startswith("-")] for name, words in NAMES["commands"].items()},
        "graph": {"node": NAMES["node"], "edge": NAMES["edge"]},
        "library": {"tracer": NAMES["library"], "case": NAMES["case"]},
    }
    gone = [
        f"{kind}: {name} {word}"
        for kind, names in then.items()
        for name, words in names.items()
        for word in (*words, "")
        if name not in now[kind] or (word and word not in now[kind][name])
    ]
    assert gone == []
