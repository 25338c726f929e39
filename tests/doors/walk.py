"""Every way in which a case says something: commands, queries, views, formats, languages, from the registries.

A command that is not known here is walked through by itself; where it needs an argument that nobody has given an
example of, the walk fails, so that it is not forgotten.
"""

from __future__ import annotations

import gzip
import io
import re
import zipfile
from collections.abc import Callable, Iterator, Mapping
from contextlib import redirect_stderr, redirect_stdout
from dataclasses import dataclass
from pathlib import Path

import click
import pyarrow.parquet as pq

from tests.doors.commands import leaves
from tracer.ask.named import load_queries
from tracer.case.case import open_case
from tracer.cli.main import run
from tracer.export.formats import NOUNS

CHANGES = {
    "demo", "init", "run", "load", "check", "trace", "judge", "release write", "release add", "release withdraw",
    "register request", "register reveal", "register stamp",
    "canary import", "canary remove", "signals load", "signals watch", "blind answer", "blind fingerprints",
    "blind finish", "blind key",
    "blind match", "blind offer", "cluster export", "cluster import", "cluster run", "party add", "party merge",
    "party unmerge",
    "evidence add", "evidence extract", "claim add", "relation add", "reply add", "key export", "key import",
    "key rotate", "backup", "restore", "purge", "simulate", "anchor request", "anchor stamp", "anchor check",
    "register check", "key show", "edition new", "edition check", "manifest new", "manifest check", "manpages",
    "completion",
    "canary make", "canary export", "probe plan", "probe load", "probe remove", "watch", "signals fetch",
    "signals receive", "aside read", "aside remove",
    *(f"dataset {what}" for what in ("edit", "rename", "remove", "restore")),
    *(f"{kind} {what}" for kind in ("party", "evidence", "claim", "relation", "reply") for what in ("edit", "remove")),
}  # fmt: skip
"""Commands that change a case, give originals or keys to their owner, or look at another file than a case."""
JOURNAL = {"anchor print", "export handover", "journal"}
"""What carries the journal, which names what was loaded."""
PACKED_HASHES = ("export report --to pdf",)
"""Doors whose packed bytes hold the hashes of all lists, which differ; the report's other formats say the same."""


@dataclass(frozen=True)
class Ends:
    """What commands can be asked about."""

    datasets: tuple[str, ...]
    releases: tuple[str, ...]
    parties: tuple[str, ...]
    draws: tuple[str, ...]
    views: tuple[str, ...]
    pairs: tuple[tuple[str, str], ...]


def ends_of(case: Path, *about: str) -> Ends:
    """What the case holds. Pairs are of each of `about` with all lists, and all derivations where there is none."""
    with open_case(case, read_only=True) as opened:

        def column(sql: str) -> tuple[str, ...]:
            return tuple(str(row[0]) for row in opened.con.execute(sql).fetchall())

        datasets = column("SELECT dataset FROM views.datasets ORDER BY 1")
        releases = column("SELECT release FROM views.releases ORDER BY 1")
        parties = column("SELECT party FROM views.parties ORDER BY 1")
        draws = column("SELECT DISTINCT draw FROM main.code_position ORDER BY 1")
        views = column(
            "SELECT view_name FROM duckdb_views() WHERE schema_name = 'views' AND NOT starts_with(view_name, '_')"
            " ORDER BY 1"
        )
        derived = opened.con.execute("SELECT parent, child FROM views.derivations ORDER BY ALL").fetchall()
    pairs = [(one, other) for one in about for other in datasets if one != other]
    pairs += [(about[0], other) for other in (*releases, *parties)] if about else derived
    return Ends(datasets, releases, parties, draws, views, tuple(pairs))


def said(*arguments: str | Path) -> tuple[int, bytes, str]:
    """Run a command: its exit code, stdout and stderr."""
    out = io.TextIOWrapper(io.BytesIO(), encoding="utf-8")
    err = io.TextIOWrapper(io.BytesIO(), encoding="utf-8")
    with redirect_stdout(out), redirect_stderr(err):
        code = run([str(argument) for argument in arguments])
    for stream in (out, err):
        stream.flush()
    return code, out.buffer.getvalue(), err.buffer.getvalue().decode()


_ASKED: Mapping[str, Callable[[Ends], list[list[str]]]] = {
    "probe show": lambda _: [["no-such-sheet"]],
    "query": lambda _: [[], *([name] for name in (*load_queries(), "graph"))],
    "sql": lambda ends: [[f"SELECT * FROM views.{view} ORDER BY ALL"] for view in ends.views],
    "why": lambda ends: [list(pair) for pair in ends.pairs],
    "show": lambda ends: [[name] for name in (*ends.datasets, *ends.releases, *ends.parties)],
    "attribute": lambda ends: [[name] for name in ends.datasets] + [list(ends.datasets[:2])],
    "persons": lambda ends: [list(pair) for pair in ends.pairs if set(pair) <= set(ends.datasets)],
    "register print": lambda ends: [[draw] for draw in ends.draws],
    "export figure": lambda ends: [
        ["story"], ["sankey"], ["overlaps"], ["flow"], ["time"], ["lineage"],
        *(["timeline", name] for name in ends.releases[:2]),
        *(["waterfall", *pair] for pair in ends.pairs[:2] if set(pair) <= set(ends.datasets)),
    ],
    "help": lambda _: [[]],
}  # fmt: skip
"""What each command that must or may be told what to look at is asked."""
_ALL_FORMATS: tuple[list[str], ...] = ([], ["overlaps"], ["derivations"], ["canaries"], ["sankey"])
"""Queries and figures that leave in every format; a format prints rows alike, whatever query they are of, and is drawn
of the same shapes as SVG, whatever figure it is."""
_ONE_FORMAT = {"sql", "show", "attribute", "persons"}
"""Commands that print the same rows as queries do, for many questions: as JSON alone."""


def doors(ends: Ends) -> Iterator[list[str]]:
    """The arguments of every call, formats and languages too, in which the case says something."""
    for name, command in leaves().items():
        if name in CHANGES | JOURNAL:
            continue
        required = [one.name for one in command.params if one.required]
        assert name in _ASKED or not required, f"tests/doors does not know what to give `{name}` for {required}"
        for asked in _ASKED[name](ends) if name in _ASKED else [[]]:
            for more in _ways(name, asked, command):
                yield [*name.split(), *asked, *more]


def _ways(name: str, asked: list[str], command: click.Command) -> list[list[str]]:
    """Every format, each in every language."""
    choices = {
        one.name: list(one.type.choices) for one in command.params if isinstance(one.type, click.Choice) and one.name
    }
    if "to" in choices:
        assert set(choices["to"]) == set(NOUNS[name.rsplit(maxsplit=1)[-1]])
        langs = [["--lang", lang] for lang in choices.get("lang", [])] or [[]]
        targets = ["svg"] if name == "export figure" and asked not in _ALL_FORMATS else choices["to"]
        return [["--to", to, *lang] for to in targets for lang in langs]
    formats = choices.get("format_", [])
    if name in _ONE_FORMAT or (name == "query" and asked not in _ALL_FORMATS):
        formats = [one for one in formats if one == "json"]
    return [["-f", one] for one in formats] or [[]]


def walk(case: Path, ends: Ends, scratch: Path) -> Iterator[tuple[str, bytes]]:
    """What each door says: the call, and its exit code, output, files and narration."""
    for arguments in doors(ends):
        target: list[str | Path] = ["--case", case] if arguments[0] != "help" else []
        written = "--to" in arguments
        if written:
            scratch.mkdir()
            target += ["-o", scratch / "out"]
        code, out, err = said(*arguments, *target)
        texts = [str(code).encode(), out, err.encode()]
        if written:
            texts += [b"\n".join(_parts(path)) for path in sorted(scratch.iterdir())]
            for path in scratch.iterdir():
                path.unlink()
            scratch.rmdir()
        elif "parquet" in arguments:
            texts[1] = str(pq.read_table(io.BytesIO(out)).to_pylist()).encode() if code == 0 else out
        place = str(case.parent).encode()
        yield " ".join(arguments), b"\n".join(text.replace(place, b"PLACE") for text in texts)


def _parts(path: Path) -> Iterator[bytes]:
    """A file's contents, those of what is packed in it."""
    content = path.read_bytes()
    yield path.name.encode()
    if path.suffix == ".parquet" or content[:4] == b"PAR1":
        yield str(pq.read_table(path).to_pylist()).encode()
    elif content[:2] == b"PK":
        with zipfile.ZipFile(path) as archive:
            for name in archive.namelist():
                yield name.encode() + b"\n" + archive.read(name)
    elif content[:2] == b"\x1f\x8b":
        yield gzip.decompress(content)
    else:
        yield content


_TIMES = re.compile(rb"^(?:loading|tracing).* took .*\n?", re.MULTILINE)
_HEX = re.compile(rb"\b[0-9a-f]{32,64}\b")
_SHORT = re.compile(rb"\b[0-9a-f]{8,31}\b")


def without_hashes(text: bytes) -> bytes:
    """The same without hashes and what is made of them, which differ as the lists' files do, and without times."""
    text = _TIMES.sub(b"", text)
    return _SHORT.sub(b"#", _HEX.sub(b"##", text))
