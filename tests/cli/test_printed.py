"""No control or bidirectional character comes out of any door, as the tables of commands and formats list them."""

from __future__ import annotations

import json
import os
import pty
import re
import subprocess
import sys
import unicodedata
from collections.abc import Iterator
from pathlib import Path
from typing import Any

import click
import pytest

from tests.cli.conftest import Said, Tracer
from tests.cli.hostile_case import IN_A_PATH, MARK, TEXT, hostile_case
from tests.doors.commands import leaves
from tests.manifests import quoted
from tracer.ask.named import load_queries
from tracer.ask.table import FORMS as ALL_FORMS
from tracer.cli.printer import Printer
from tracer.export.formats import NOUNS
from tracer.export.scan.unpack import texts_in
from tracer.visible import label, visible
from tracer.wording import LANGUAGES

LEAVES = list(leaves().items())
FORMATS = [(noun, to) for noun, formats in NOUNS.items() for to in formats]
SPOKEN = [(noun, to, lang) for noun, to in FORMATS for lang in (LANGUAGES if to in ("html", "svg", "md") else ("en",))]
"""In every language what has a language, once: pixels and pages are made of the same drawings and texts."""
AGAIN = pytest.mark.slow("the same drawings and texts as pixels, on sheets and in another language")
UNSEEN = ("Cc", "Cf", "Cs", "Zl", "Zp")


@pytest.fixture(scope="module")
def folder(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """Where the one hostile case of this module is."""
    return tmp_path_factory.mktemp("hostile")


@pytest.fixture
def hostile(folder: Path, tracer: Tracer, monkeypatch: pytest.MonkeyPatch) -> Path:
    """The hostile case, made once."""
    monkeypatch.setenv("TRACER_KEY", "5a" * 32)
    case = folder / "case"
    return case if case.exists() else hostile_case(folder, tracer)


def steering(text: str) -> list[str]:
    """The characters of a text that steer or cannot be seen; lines, columns and spreadsheets' line ends are ours."""
    signs = text.replace("\r\n", "\n").replace("\n", "").replace("\t", "")
    return [repr(one) for one in signs if unicodedata.category(one) in UNSEEN]


def strings(value: Any) -> Iterator[str]:
    """All texts of a JSON value, names among them."""
    if isinstance(value, str):
        yield value
    elif isinstance(value, dict):
        yield from value
        yield from (text for one in value.values() for text in strings(one))
    elif isinstance(value, list):
        yield from (text for one in value for text in strings(one))


def is_clean(said: Said, of: str) -> None:
    assert not steering(said.out), (of, said.out[:2000])
    assert not steering(said.err), (of, said.err[:2000])
    assert "Traceback" not in said.err, (of, said.err[-2000:])


def test_what_is_made_visible_is_what_unicode_says() -> None:
    for code in range(sys.maxunicode + 1):
        sign = chr(code)
        if unicodedata.category(sign) in UNSEEN and sign not in "\n\t":
            assert visible(sign).isascii()
            assert label(sign).isascii()
        elif 0x20 <= code < 0x7F or unicodedata.name(sign, "").startswith("CJK"):
            assert visible(sign) == sign
    assert json.loads(f'"{visible(TEXT)}"') == TEXT
    assert visible(visible(TEXT)) == visible(TEXT)


FORMS = [form for form in ALL_FORMS if form != "parquet"]  # which is typed values for programs, on no screen


def test_every_query_in_every_format(hostile: Path, tracer: Tracer, folder: Path) -> None:
    """Parties in all of them, the others as tables: a format writes rows alike, whatever query they are of."""
    for name in [*load_queries(), "graph", "none"]:
        for form in FORMS if name in ("parties", "graph") else ("table",):
            said = tracer("query", name, "-f", form, "--case", hostile)
            is_clean(said, f"query {name} -f {form}")
            if form == "json" and said.code == 0:
                json.loads(said.out)
    output = folder / "out"
    tracer("query", "parties", "-f", "csv", "-o", output, "--case", hostile).done()
    assert not steering(output.read_text(encoding="utf-8"))


def test_names_are_printed_and_can_be_told_apart(hostile: Path, tracer: Tracer) -> None:
    said = tracer("query", "parties", "-f", "json", "--case", hostile)
    assert {row["name"] for row in said.json()} >= {f"trader-x{TEXT}"}
    for form in ("table", "csv"):
        shown = tracer("query", "parties", "-f", form, "--case", hostile).out
        assert "\\u001b]52" in shown.replace("\n", "").replace(" ", "")
    assert MARK in tracer("show", "trader-x", "--case", hostile).out


@pytest.mark.parametrize(
    ("noun", "to", "lang"),
    [pytest.param(*one, marks=AGAIN if one[1] in ("png", "pdf") or one[2] != "en" else ()) for one in SPOKEN],
)
def test_every_export_and_language(noun: str, to: str, lang: str, hostile: Path, tracer: Tracer, folder: Path) -> None:
    target = folder / f"{noun}-{to}-{lang}"
    target.mkdir()
    of = ["timeline", "waterfall", "overlaps", "sankey"] if noun == "figure" else [""]
    for kind in of:
        named = {"waterfall": ["client", "copy"]}.get(kind, [])
        spoken = ["--lang", lang] if noun not in ("findings", "evidence") else []
        output = target / f"{kind}x.{to}"
        said = tracer(
            "export", noun, *([kind] if kind else []), *named, "--to", to, *spoken, "-o", output, "--case", hostile
        )
        is_clean(said, f"export {noun} {kind} --to {to}")
        assert said.code == 0 or kind == "timeline", said.err
    found = [text for path in target.iterdir() for text in texts_of(path)]
    assert noun == "figure" or any(MARK in text for text in found) or to in ("pdf", "png")
    for text in found:
        assert not steering(text), text[:300]


def texts_of(path: Path) -> Iterator[str]:
    """All that can be read in a file; documents themselves are as somebody wrote them."""
    content = path.read_bytes()
    if content.startswith((b"%PDF", b"\x89PNG")):
        import pypdf

        if content.startswith(b"%PDF"):
            yield from (page.extract_text() for page in pypdf.PdfReader(path).pages)
        return
    if content.startswith(b"PAR1"):
        import pyarrow.parquet as pq

        yield from strings([json.loads(json.dumps(row, default=str)) for row in pq.read_table(path).to_pylist()])
        return
    for text in texts_in(path.name, content):
        if text.running:  # not the bytes of an archive themselves
            yield text.content.removeprefix("\ufeff")
    if path.suffix in (".json", ".cyjs"):
        lines = content.decode().splitlines() if "ftm" in path.parent.name else [content.decode()]
        yield from strings([json.loads(line) for line in lines])


def filled(command: click.Command, text: str) -> list[str]:
    """Arguments and required options of a command, all of them hostile where it lets them."""
    words: list[str] = []
    for parameter in command.params:
        values = [text] * max(parameter.nargs, 1)
        if isinstance(parameter.type, click.Choice):
            values = [next(iter(parameter.type.choices))] * len(values)
        if isinstance(parameter, click.Argument):
            words += values
        elif parameter.required:
            words += [parameter.opts[-1], *values]
    return words


@pytest.mark.parametrize(("name", "command"), LEAVES, ids=[name for name, _ in LEAVES])
def test_every_command_with_hostile_words(
    name: str, command: click.Command, hostile: Path, tracer: Tracer, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.chdir(tmp_path)
    monkeypatch.setenv("TRACER_PASSPHRASE", "not a passphrase of anybody")
    case = [] if name == "init" else ["--case", str(hostile)]
    is_clean(tracer(*name.split(), f"--{TEXT}", *case), name)
    if name == "demo":
        return  # it takes no word of anybody
    is_clean(tracer(*name.split(), *filled(command, IN_A_PATH), *case), name)
    is_clean(tracer(*name.split(), *filled(command, TEXT), "--case", tmp_path / IN_A_PATH), name)
    if name not in ("purge", "init", "simulate"):
        is_clean(tracer(*name.split(), *filled(command, "resold"), *case), name)


def test_a_command_that_is_none_and_keys_that_are_none(hostile: Path, tracer: Tracer, tmp_path: Path) -> None:
    is_clean(tracer(TEXT), "command")
    is_clean(tracer("query", "parties", "-p", f"{TEXT}={TEXT}", "--case", hostile), "-p")
    is_clean(tracer("sql", f"SELECT '{TEXT}' AS \"{TEXT}\"", "--case", hostile), "sql")
    is_clean(tracer("sql", f"SELECT {TEXT}", "--case", hostile), "sql")
    manifest = tmp_path / f"{IN_A_PATH}.toml"
    for words in (
        f"[case]\nname = 'x'\n[[party]]\nid = {quoted(TEXT)}\n{quoted(TEXT)} = 1\n",
        f"[case]\nname = 'x'\n[{quoted(TEXT)}]\n{quoted(TEXT)} = {quoted(TEXT)}\n",
        f"[case]\nname = 'x'\n[[dataset]]\nid = 'a'\npath = {quoted(IN_A_PATH)}\nholder = {quoted(TEXT)}\n",
        f"[case]\nname = \x85{TEXT}\n",
    ):
        manifest.write_text(words, encoding="utf-8")
        said = tracer("run", manifest, "--case", tmp_path / "new")
        assert said.code != 0
        is_clean(said, words)
        lines = said.err.rstrip("\n").split("\n")
        assert all(line.startswith("Error: ") for line in lines), said.err


def test_a_dry_run_of_hostile_headings(hostile: Path, tracer: Tracer, folder: Path) -> None:
    for path in sorted((folder / "files").iterdir()):
        said = tracer("load", path, "--holder", "vendor-x", "--dry-run", "--case", hostile)
        is_clean(said, path.suffix)
        is_clean(tracer("load", path, "--holder", TEXT, "--case", hostile), path.suffix)


OURS = re.compile(r"\x1b\[(?:[\d;]*m|\d*[AKGJ]|\?25[lh])")
"""Colours and what draws a bar: rich writes no other."""


def test_a_terminal_gets_our_colours_and_nothing_else(hostile: Path, folder: Path) -> None:
    files = folder / "files"
    long = files / f"long {IN_A_PATH}.csv"
    for words in (
        ["findings"], ["show", "trader-x"], ["query", "parties"], ["why", "client", "copy"], ["query", TEXT],
        ["load", str(long), "--holder", TEXT],
    ):  # fmt: skip
        said = on_a_terminal([*words, "--case", str(hostile)])
        assert "\x1b[38;5;199m" not in said, words
        left = OURS.sub("", said.replace("\r\n", "\n").replace("\r", ""))
        assert not steering(left), (words, steering(left), left[:500])


def on_a_terminal(words: list[str]) -> str:
    """What a command writes to a terminal."""
    ours, theirs = pty.openpty()
    with subprocess.Popen(
        [sys.executable, "-m", "tracer", *words], stdout=theirs, stderr=theirs, stdin=subprocess.DEVNULL,
        env={**os.environ, "TERM": "xterm-256color", "COLUMNS": "100"},
    ):  # fmt: skip
        os.close(theirs)
        said = b""
        while True:
            try:
                piece = os.read(ours, 65536)
            except OSError:
                break
            if not piece:
                break
            said += piece
    os.close(ours)
    return said.decode()


def test_a_printer_writes_what_its_stream_can_and_never_fails() -> None:
    import io

    below = io.TextIOWrapper(io.BytesIO(), encoding="ascii")
    printer = Printer(below)
    printer.write("甲\x1b[2J\udcff")
    printer.flush()
    assert below.buffer.getvalue() == b"\\u7532\\u001b[2J\\udcff"
