"""Exports and answers as a user runs them: nobody's number in either, and no protected party in a file."""

from __future__ import annotations

import json
from datetime import date
from pathlib import Path

import click
import pyarrow.parquet as pq
import pytest

from tests.cli.conftest import Made, Once, Tracer, Use, World, phone
from tests.manifests import entry
from tracer.cli import export as command
from tracer.errors import ExitCode
from tracer.export.drawing.figures import FIGURES
from tracer.export.formats import NOUNS


def test_the_choices_are_the_formats() -> None:
    for noun, formats in NOUNS.items():
        (to,) = (one for one in command.export.commands[noun].params if one.name == "to")
        assert isinstance(to.type, click.Choice)
        assert set(to.type.choices) == set(formats)
        assert to.default in formats
    assert set(command.FIGURES) == set(FIGURES) - {"graph"}


def test_files_are_journaled(tracer: Tracer, traced: Path, tmp_path: Path) -> None:
    for number, (words, files) in enumerate((
        ("graph --to cx2", ["x"]), ("graph --to neo4j", ["x-nodes", "x-relationships"]),
        ("graph --to svg --lang zh", ["x"]), ("findings --to xlsx", ["x"]),
        ("report --to md", ["x", "x-picture.svg"]), ("figure sankey --to png", ["x"]),
        ("figure waterfall client vendor --to pdf", ["x"]),
    )):  # fmt: skip
        out = tmp_path / f"out-{number}"
        out.mkdir()
        assert tracer("export", *words.split(), "-o", out / "x").done().out == ""
        assert sorted(path.name for path in out.iterdir()) == files
        last = json.loads((traced / "journal.jsonl").read_text(encoding="utf-8").splitlines()[-1])
        assert last["command"] == f"export {words.split()[0]}"
        # Which files is told by pseudonyms: their names may be somebody's.
        assert [name[:5] for name in last["detail"]["files"]] == ["file-"] * len(files)
        assert len(last["result"]) == 64
    for gone, instead in (("cypher", "neo4j"), ("cytoscape", "cx2")):
        said = tracer("export", "graph", "--to", gone).ends(2)
        assert said.err == f"Error: --to: the format {gone!r} is no longer written; use {instead!r} instead\n"


def test_what_is_asked_wrongly_is_told(tracer: Tracer, traced: Path, tmp_path: Path) -> None:
    for words, told in (
        (["graph", "--to", "json"], "the output is missing"),
        (["graph", "--to", "csv", "-o", "-"], "csv is 3 files"),
        (["graph", "--to", "json", "-o", "x", "--reveal"], "need a reason"),
        (["graph", "--to", "json", "-o", "x", "--reason", "the court asked"], "--reason needs --reveal"),
        (["figure", "timeline", "-o", "x"], "a timeline shows exactly one copy"),
        (["graph", "--to", "json", "-o", tmp_path / "no" / "x"], "make it first"),
    ):
        said = tracer("export", *words).ends(2)
        assert told in said.err


def test_a_preview_writes_and_journals_nothing_but_tells(tracer: Tracer, traced: Path, tmp_path: Path) -> None:
    before = (traced / "journal.jsonl").read_bytes()
    said = tracer("export", "report", "--to", "html", "--preview", "-o", tmp_path / "r.html").done()
    assert said.out.startswith("file r.html")
    assert "nothing found" in said.out
    assert not (tmp_path / "r.html").exists()
    assert (traced / "journal.jsonl").read_bytes() == before


def test_a_number_of_a_list_in_a_name_stops_the_export(tracer: Tracer, traced: Path, tmp_path: Path) -> None:
    number = "转".join((phone(3)[:3], phone(3)[3:7], phone(3)[7:]))
    assert tracer("party", "add", "hot", "--name", number, "--role", "other").code == 0
    said = tracer("export", "graph", "--to", "json", "-o", tmp_path / "g.json").ends(3, "holds an identifier of a list")
    assert number not in said.err
    assert list(tmp_path.glob("g*")) == []
    revealed = ["--reveal", "--reason", "the owner of the number asked for it"]
    said = tracer("export", "graph", "--to", "json", "-o", tmp_path / "g.json", *revealed).done()
    last = json.loads((traced / "journal.jsonl").read_text(encoding="utf-8").splitlines()[-1])
    assert last["detail"]["revealed"]["counts"] == {"an identifier of a list": 1}
    assert len(last["detail"]["revealed"]["who"]) == 1


def test_show_draws_a_chain(tracer: Tracer, traced: Path, world: World) -> None:
    said = tracer("show", "trader").done()
    assert said.out.splitlines()[0].startswith("trader, held by trader on 1 May 2026, 850 contacts")
    assert "came from" in said.out
    assert "vendor, held by vendor-a on 1 March 2026" in said.out
    assert said.out.index("vendor, held") < said.out.index("client, held")
    tree = json.loads(tracer("show", "vendor-a", "-f", "json").out)
    assert tree["kind"] == "party"
    assert tree["text"] == "vendor-a; right of reply: not asked"
    assert [branch["text"] for branch in tree["branches"]][:1] == ["holds"]
    assert tracer("show", "tradr").code == 2
    assert "did you mean" in tracer("show", "tradr").err
    assert "no finding leads" in tracer("show", "other").out


NUMBER = phone(40)
LEARNED = "he sold it behind the station"
NAMES = ("informant", "Orla Quimby", "quimby", LEARNED, "paid in cash")
"""What names the protected party, and what it said."""
ASKED: tuple[tuple[str, ...], ...] = (
    ("query", "claims"), ("query", "parties"), ("query", "contradictions"), ("why", "informant", "copy"),
    ("why", "vendor", "client"), ("show", "informant"), ("show", "vendor"),
    ("sql", "SELECT text AS t, substr(text, 6, 40) AS u FROM views.replies"),
    ("sql", "SELECT quote AS q, party AS p FROM views.claims"), ("sql", "SELECT * FROM views.judgements"),
)  # fmt: skip


def spoken(made: Made) -> None:
    """A client's list, a vendor's copy, and a source that spoke of it. Everybody says numbers."""
    folder = made.folder
    rows = [f"甲{'乙丙丁戊己'[n % 5]},{phone(n)}\n" for n in range(120)]
    for name, some in (("client", rows), ("copy", rows[20:90]), ("told", rows[10:60])):
        (folder / f"{name}.csv").write_text("姓名,手机号\n" + "".join(some), encoding="utf-8")
    words = f"it was {NUMBER[:3]} {NUMBER[3:7]} {NUMBER[7:]}, or ann@mail.example.com"
    entries = (
        entry("party", id="informant", name="Orla Quimby", role="source", protected=True),
        entry("party", id="vendor", name="Vendor Trading Ltd", role="system_vendor"),
        entry("dataset", id="client", path="client.csv", holder="owner", origin="own"),
        entry("dataset", id="copy", path="copy.csv", holder="vendor", obtained=date(2026, 5, 1)),
        entry("dataset", id="told", path="told.csv", holder="informant", obtained=date(2026, 5, 2)),
        entry(
            "claim", party="informant", about="vendor", kind="first_hand", dataset="copy", quote=f"{LEARNED}, {words}"
        ),
        entry("claim", party="vendor", kind="other", value=NUMBER, quote=words),
        entry("reply", party="informant", answered=date(2026, 5, 3), text=f"paid in cash, {words}"),
        entry("reply", party="vendor", answered=date(2026, 5, 3), text=f"call {words}"),
    )
    (folder / "case.toml").write_text("".join(entries), encoding="utf-8")
    made.run("run", folder / "case.toml", "--case", folder / "case")
    made.run("judge", "client", "copy", "confirm", "--note", words, "--case", folder / "case")


@pytest.fixture
def spoken_case(tmp_path: Path, once: Once, own_surroundings: Path, use: Use) -> Path:
    """The case in which everybody says numbers."""
    return use(once(spoken).copy(tmp_path / "case", own_surroundings))


def _tells_a_number(text: str) -> bool:
    return NUMBER[3:] in "".join(letter for letter in text if letter.isdigit()) or "ann@" in text


def test_no_number_that_somebody_entered_is_shown(spoken_case: Path, tracer: Tracer) -> None:
    for asked in (*ASKED, ("findings",)):
        said = tracer(*asked)
        assert (said.code, _tells_a_number(said.out + said.err)) == (0, False), asked
    assert LEARNED in tracer("query", "claims", "-f", "json").out
    assert "informant" in tracer("show", "informant", "-o", "-").out


def test_no_file_names_a_protected_party(spoken_case: Path, tracer: Tracer, tmp_path: Path) -> None:
    target = tmp_path / "answer"
    for asked in ASKED:
        for form in ([], ["-f", "json"], *([["-f", "csv"], ["-f", "parquet"]] if asked[0] in ("query", "sql") else ())):
            said = tracer(*asked, *form, "-o", target)
            assert said.code == 0, (asked, said.err)
            text = str(pq.read_table(target).to_pylist()) if "parquet" in form else target.read_text(encoding="utf-8")
            assert (_tells_a_number(text), [name for name in NAMES if name in text]) == (False, []), (asked, form)
            assert "pseudonyms" in said.err
            target.unlink()
    tracer("query", "derivations", "-f", "json", "-o", target).done()
    assert json.loads(target.read_text(encoding="utf-8")) == tracer.rows("query", "derivations"), "it keeps what it may"


def test_a_file_in_which_a_list_speaks_is_not_written(spoken_case: Path, tracer: Tracer, tmp_path: Path) -> None:
    target = tmp_path / "answer.csv"
    said = tracer("sql", f"SELECT {NUMBER} AS n", "-f", "csv", "-o", target).ends(
        ExitCode.REFUSED, "identifier of a list"
    )
    assert NUMBER not in said.err
    assert not target.exists()
