"""`tracer export` and `tracer show` as a user runs them."""

from __future__ import annotations

import json
from pathlib import Path

import click
import pytest

from tests.cli.conftest import Tracer, World, phone
from tracer.cli import export as command
from tracer.export.figure.draw import FIGURES
from tracer.export.formats import NOUNS


def test_the_choices_are_the_formats() -> None:
    for noun, formats in NOUNS.items():
        (to,) = (one for one in command.export.commands[noun].params if one.name == "to")
        assert isinstance(to.type, click.Choice)
        assert set(to.type.choices) == set(formats)
        assert to.default in formats
    assert set(command.FIGURES) == set(FIGURES) - {"graph"}


@pytest.mark.parametrize(("gone", "instead"), [("cypher", "neo4j"), ("cytoscape", "cx2")])
def test_a_format_that_is_no_longer_written_names_another(
    gone: str, instead: str, tracer: Tracer, traced: Path
) -> None:
    said = tracer("export", "graph", "--to", gone, "--case", traced)
    assert said.code == 2
    assert said.err == f"Error: --to: the format {gone!r} is no longer written; use {instead!r} instead\n"


@pytest.mark.parametrize(
    ("words", "files"),
    [
        (["graph", "--to", "cx2"], ["x"]),
        (["graph", "--to", "neo4j"], ["x-nodes", "x-relationships"]),
        (["graph", "--to", "svg", "--lang", "zh"], ["x"]),
        (["findings", "--to", "xlsx"], ["x"]),
        (["report", "--to", "md"], ["x", "x-picture.svg"]),
        (["figure", "sankey", "--to", "png"], ["x"]),
        (["figure", "waterfall", "client", "vendor", "--to", "pdf"], ["x"]),
    ],
)
def test_files_are_written_and_journaled(
    words: list[str], files: list[str], tracer: Tracer, traced: Path, tmp_path: Path
) -> None:
    out = tmp_path / "out"
    out.mkdir()
    said = tracer("export", *words, "-o", out / "x", "--case", traced).done()
    assert said.out == ""
    assert sorted(path.name for path in out.iterdir()) == files
    last = json.loads((traced / "journal.jsonl").read_text(encoding="utf-8").splitlines()[-1])
    assert last["command"] == f"export {words[0]}"
    # Which files is told by pseudonyms: their names may be somebody's.
    assert len(last["detail"]["files"]) == len(files)
    assert all(name.startswith("file-") for name in last["detail"]["files"])
    assert len(last["result"]) == 64


def test_what_is_asked_wrongly_is_told(tracer: Tracer, traced: Path, tmp_path: Path) -> None:
    for words, told in (
        (["graph", "--to", "json"], "the output is missing"),
        (["graph", "--to", "csv", "-o", "-"], "csv is 3 files"),
        (["graph", "--to", "json", "-o", "x", "--reveal"], "need a reason"),
        (["graph", "--to", "json", "-o", "x", "--reason", "the court asked"], "--reason needs --reveal"),
        (["figure", "timeline", "-o", "x"], "a timeline shows exactly one copy"),
        (["graph", "--to", "json", "-o", tmp_path / "no" / "x"], "make it first"),
    ):
        said = tracer("export", *words, "--case", traced)
        assert said.code == 2, said.err
        assert told in said.err


def test_a_preview_writes_and_journals_nothing_but_tells(tracer: Tracer, traced: Path, tmp_path: Path) -> None:
    before = (traced / "journal.jsonl").read_bytes()
    said = tracer("export", "report", "--to", "html", "--preview", "-o", tmp_path / "r.html", "--case", traced).done()
    assert said.out.startswith("file r.html")
    assert "nothing found" in said.out
    assert not (tmp_path / "r.html").exists()
    assert (traced / "journal.jsonl").read_bytes() == before


def test_a_number_of_a_list_in_a_name_stops_the_export(tracer: Tracer, traced: Path, tmp_path: Path) -> None:
    number = "转".join((phone(3)[:3], phone(3)[3:7], phone(3)[7:]))
    assert tracer("party", "add", "hot", "--name", number, "--role", "other", "--case", traced).code == 0
    said = tracer("export", "graph", "--to", "json", "-o", tmp_path / "g.json", "--case", traced)
    assert said.code == 3
    assert "holds an identifier of a list" in said.err
    assert number not in said.err
    assert list(tmp_path.glob("g*")) == []
    revealed = ["--reveal", "--reason", "the owner of the number asked for it"]
    said = tracer("export", "graph", "--to", "json", "-o", tmp_path / "g.json", *revealed, "--case", traced).done()
    last = json.loads((traced / "journal.jsonl").read_text(encoding="utf-8").splitlines()[-1])
    assert last["detail"]["revealed"]["counts"] == {"an identifier of a list": 1}
    assert len(last["detail"]["revealed"]["who"]) == 1


def test_show_draws_a_chain(tracer: Tracer, traced: Path, world: World) -> None:
    said = tracer("show", "trader", "--case", traced).done()
    assert said.out.splitlines()[0].startswith("trader, held by trader on 1 May 2026, 850 contacts")
    assert "came from" in said.out
    assert "vendor, held by vendor-a on 1 March 2026" in said.out
    assert said.out.index("vendor, held") < said.out.index("client, held")
    tree = json.loads(tracer("show", "vendor-a", "-f", "json", "--case", traced).out)
    assert tree["kind"] == "party"
    assert tree["text"] == "vendor-a; right of reply: not asked"
    assert [branch["text"] for branch in tree["branches"]][:1] == ["holds"]
    assert tracer("show", "tradr", "--case", traced).code == 2
    assert "did you mean" in tracer("show", "tradr", "--case", traced).err
    assert "no finding leads" in tracer("show", "other", "--case", traced).out
