"""The command line: exit codes, options before and behind a command, help, and what is printed where."""

from __future__ import annotations

import json
import os
import re
import shlex
import subprocess
import sys
import time
from collections.abc import Iterator
from pathlib import Path

import click
import pytest

from tests.cli.conftest import Tracer, World, phone
from tracer.cli.main import COMMANDS, cli
from tracer.errors import ExitCode


def commands(group: click.Group, context: click.Context) -> Iterator[tuple[str, click.Command]]:
    for name in group.list_commands(context):
        command = group.get_command(context, name)
        assert command is not None
        yield name, command
        if isinstance(command, click.Group):
            yield from ((f"{name} {sub}", inner) for sub, inner in commands(command, context))


ALL = list(commands(cli, click.Context(cli)))


@pytest.mark.parametrize(("name", "command"), ALL, ids=[name for name, _ in ALL])
def test_every_help_ends_with_an_example_that_parses(name: str, command: click.Command) -> None:
    assert command.help, f"{name} says nothing of itself"
    assert [one.opts for one in command.params if isinstance(one, click.Option) and not one.help] == []
    epilog = command.epilog or ""
    assert epilog.startswith("Example: tracer "), name
    for example in epilog.removeprefix("Example: ").split(" && "):
        words = shlex.split(example)[1:]
        context = cli.make_context("tracer", list(words), resilient_parsing=False)
        group: click.Command = cli
        rest = context._protected_args + context.args
        while isinstance(group, click.Group) and rest:
            step = group.get_command(context, rest[0])
            assert step is not None, f"{name}: {example}"
            group, context = step, step.make_context(step.name, list(rest[1:]), parent=context)
            rest = context._protected_args + context.args


def test_help_needs_no_database_and_little_time() -> None:
    code = "import sys; from tracer.cli.main import run; run(['--help']); print(sorted(sys.modules), file=sys.stderr)"
    done = subprocess.run([sys.executable, "-c", code], capture_output=True, text=True, check=True)
    for heavy in ("duckdb", "pyarrow", "numpy", "networkx", "rich", "scipy", "cryptography"):
        assert f"'{heavy}'" not in done.stderr
    for name in COMMANDS:
        assert re.search(rf"^  {name} ", done.stdout, re.MULTILINE)
    began = time.process_time()
    subprocess.run([sys.executable, "-m", "tracer", "--help"], capture_output=True, check=True)
    assert time.process_time() - began < 0.15  # the child's CPU time is not ours; the bound is on starting it


def test_exit_codes(tracer: Tracer, case: Path, world: World, tmp_path: Path) -> None:
    assert tracer("query", "datasets").code == 0
    assert "Did you mean 'query'" in tracer("qury").ends(2).err
    assert tracer("query", "datasets", "-p", "nonsense=1").code == 2
    assert tracer("load", tmp_path / "nowhere.csv", "--holder", "x").code == 3
    assert tracer("query", "datasets", "--case", tmp_path).code == 4
    assert tracer("load", world.file("client"), "--holder", "client").code == 3


def test_the_case_is_named_before_behind_or_around(tracer: Tracer, case: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    asked = ("query", "datasets", "-f", "json")
    around = tracer(*asked)
    monkeypatch.delenv("TRACER_CASE")
    assert tracer(*asked).code == 2
    behind, before = tracer(*asked, "--case", case), tracer("--case", case, *asked)
    monkeypatch.chdir(case)
    assert behind.out == before.out == around.out == tracer(*asked).out
    assert len(behind.json()) == 4


def test_all_files_of_a_load_are_told_and_none_is_kept(tracer: Tracer, case: Path, tmp_path: Path) -> None:
    good, empty = tmp_path / "good.csv", tmp_path / "empty.csv"
    good.write_text(f"手机号\n{phone(9000)}\n", encoding="utf-8")
    empty.write_bytes(b"")
    said = tracer("load", good, empty, tmp_path / "nowhere.csv", "--holder", "new-party").ends(3)
    assert len(said.err.splitlines()) == 2
    rows = tracer.rows("query", "datasets")
    assert "good" not in [row["dataset"] for row in rows]
    parties = tracer.rows("query", "parties")
    assert "new-party" not in [row["party"] for row in parties]


def test_the_journal_tells_who_asked_what_and_no_number(tracer: Tracer, case: Path) -> None:
    tracer("sql", f"SELECT '{phone(1)}' AS asked FROM views.datasets")
    tracer("query", "datasets")
    journal = (case / "journal.jsonl").read_text(encoding="utf-8")
    assert [json.loads(line)["command"] for line in journal.splitlines()][-2:] == ["sql", "query"]
    assert phone(1) not in journal


def test_what_sql_is_given_opens_nothing_and_ends_in_time(tracer: Tracer, case: Path, tmp_path: Path) -> None:
    os.mkfifo(tmp_path / "schema.sql")  # to open it is to wait for ever
    for statement in (
        f"IMPORT DATABASE '{tmp_path}'", f"PRAGMA import_database('{tmp_path}')", f"FROM '{tmp_path}/schema.sql'",
        f"SELECT * FROM read_text('{tmp_path}/schema.sql')", f"COPY (SELECT 1) TO '{tmp_path}/schema.sql'",
    ):  # fmt: skip
        assert tracer("sql", statement, "--timeout", "20").code == 2, statement
    begun = time.monotonic()
    said = tracer("sql", "/*" * 10_000 + "*/" * 10_000 + "SELECT 1", "--timeout", "0.5")
    assert (said.code, "stopped after 0.5 seconds" in said.err) == (3, True)  # DuckDB's parser takes seconds for it
    assert time.monotonic() - begun < 5


def test_a_reader_that_goes_away_is_no_fault(case: Path) -> None:
    asked = f"{shlex.quote(sys.executable)} -m tracer query datasets -f json --case {shlex.quote(str(case))}"
    done = subprocess.run(["bash", "-c", f"{asked} | head -c 1"], capture_output=True, text=True, check=False)
    assert done.returncode == 0
    assert "Traceback" not in done.stderr


def test_a_key_travels_by_file(tracer: Tracer, case: Path, tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    shown = tracer("key", "show")
    assert re.search(r"fingerprint [0-9a-f]{8}", shown.out)
    file = tmp_path / "exported.key"
    assert tracer("key", "export", file).code == 0
    secret = file.read_text().strip()
    assert secret not in shown.out + shown.err + (case / "journal.jsonl").read_text()
    assert tracer("key", "export", file).code == 3
    monkeypatch.setenv("XDG_DATA_HOME", str(tmp_path / "elsewhere"))
    assert tracer("query", "datasets").code == 4
    assert tracer("key", "import", file).code == 0
    assert tracer("query", "datasets").code == 0
    assert tracer("key", "rotate").code == 0
    assert tracer("query", "datasets").code == 0
    assert tracer("query", "datasets", "--key-file", file).code == 4


def test_judgements_that_cannot_both_be(case: Path, tracer: Tracer) -> None:
    assert tracer("judge", "vendor", "client", "confirm").code == 0
    tracer("judge", "client", "vendor", "confirm").ends(ExitCode.REFUSED, "judgement 1 confirms the reverse")
    assert tracer("judge", "vendor", "client", "unsure").json()["overrules"] == 1
    assert tracer("judge", "client", "vendor", "confirm").code == 0


def test_an_unknown_id_is_wrong_usage_everywhere(case: Path, tracer: Tracer) -> None:
    asked = (
        ("judge", "clent", "vendor", "confirm"), ("why", "clent", "vendor"), ("show", "clent"), ("attribute", "clent"),
        ("query", "overlaps", "-p", "dataset=clent"), ("query", "datasets", "-p", "holder=clent"),
    )  # fmt: skip
    for arguments in asked:
        said = tracer(*arguments)
        assert (said.code, "did you mean" in said.err) == (ExitCode.USAGE, True), (arguments, said.err)


def test_a_folder_is_all_files_in_it_each_with_an_id_of_its_own(tracer: Tracer, tmp_path: Path) -> None:
    for place in ("", "nord", "süd/june"):
        (tmp_path / "files" / place).mkdir(parents=True, exist_ok=True)
        numbers = "\n".join(f"1400000{len(place):02}{n:02}" for n in range(30))
        (tmp_path / "files" / place / "final.csv").write_text(f"phone\n{numbers}\n", encoding="utf-8")
    (tmp_path / "files" / ".hidden").write_text("phone\n", encoding="utf-8")
    tracer("init", tmp_path / "case")
    load = ("load", tmp_path / "files", "--holder", "x")
    assert {row["dataset"]: row["rows"] for row in tracer.rows(*load)} == {
        "final": 30, "nord-final": 30, "june-final": 30
    }  # fmt: skip
    again = tracer(*load)
    assert (again.code, again.err.count("already loaded")) == (3, 3)
    (tmp_path / "files" / "README.md").write_text("What these are.", encoding="utf-8")
    told = " ".join(tracer(*load).err.split())
    assert "nothing of this folder was loaded; name the other files, or let `tracer manifest new`" in told
    (tmp_path / "empty").mkdir()
    tracer("load", tmp_path / "empty", "--holder", "x").ends(3, "no file in this folder")
