"""Does anything that a full run leaves behind hold a number or name in clear: case, spill, temporary files, exports?

Usage: `python -m tests.bench.by_products [PEOPLE]`, 10,000 by default. Lists in five formats are loaded, traced,
asked and exported by commands of their own, some of them killed and some refused; a query is made to spill. Then
every file is searched for every person's number (bare, +86, 86, as 64-bit integers), hashes of it without a key (MD5,
SHA-1, SHA-256, as text and as bytes), name and address in UTF-8, UTF-16, GB18030 and as JSON escapes. Marked copies
and what was revealed for a reason must hold them (or the search would prove nothing); the bar: nothing else does.
"""

from __future__ import annotations

import hashlib
import io
import json
import os
import random
import shutil
import signal
import subprocess
import sys
import tempfile
import threading
import time
import zipfile
from collections.abc import Iterator, Mapping, Sequence
from pathlib import Path

import numpy as np
import pyarrow as pa
import pyarrow.parquet as pq
from numpy.typing import NDArray

from tests.bench import frame
from tracer.case import store as budget
from tracer.case.case import open_case

_FAMILY = "欧阳上官司徒诸葛夏侯东方皇甫尉迟公孙慕容"
_SPILLED_ROWS, _FEW_SPILLED, _MANY = 1_500_000, 700_000, 1_000
"""Rows that are sorted under a bound on memory which they exceed: of this many people and more, and of fewer."""
_WINDOW = 8
"""Bytes by which a form is looked up; every form is at least so long."""


class Person:
    """Somebody invented, with a number in a segment that nobody has."""

    def __init__(self, number: int) -> None:
        at = number % (len(_FAMILY) // 2) * 2
        self.name = f"{_FAMILY[at : at + 2]}{chr(0x6000 + number // 97)}{chr(0x7000 + number % 997)}"
        self.phone = f"142{number * 7919 % 100_000_000:08d}"
        self.email = f"p{number * 31337 % 99_999_989:08d}@nobody.example"

    def forms(self) -> Iterator[bytes]:
        """What must stand nowhere."""
        for number in (self.phone, f"+86{self.phone}", f"86{self.phone}"):
            yield number.encode()
            yield number.encode("utf-16-le")
            yield number.encode("utf-16-be")
            for kind in ("md5", "sha1", "sha256"):
                digest = hashlib.new(kind, number.encode())
                yield digest.digest()
                yield digest.hexdigest().encode()
                yield digest.hexdigest().upper().encode()
        for order in ("little", "big"):
            yield int(f"86{self.phone}").to_bytes(8, order)
        for encoding in ("utf-8", "utf-16-le", "utf-16-be", "gb18030"):
            yield self.name.encode(encoding)
        yield json.dumps(self.name).strip('"').encode()
        yield self.email.encode()
        yield self.email.encode("utf-16-le")


class Search:
    """Finds many byte strings at once: by their first eight bytes, then whole."""

    def __init__(self, people: Sequence[Person]) -> None:
        self._forms: dict[int, list[bytes]] = {}
        for person in people:
            for form in person.forms():
                self._forms.setdefault(int.from_bytes(form[:_WINDOW], sys.byteorder), []).append(form)
        self._first = np.array(sorted(self._forms), dtype=np.uint64)

    def count(self, content: bytes) -> int:
        """How many places hold a form."""
        found = 0
        for start in range(0, max(len(content) - _WINDOW + 1, 0), 1 << 22):
            piece = np.frombuffer(content, np.uint8, min((1 << 22) + _WINDOW - 1, len(content) - start), start)
            sliding = np.lib.stride_tricks.sliding_window_view(piece, _WINDOW)
            windows: NDArray[np.uint64] = sliding.copy().view(np.uint64)[:, 0]
            place = np.searchsorted(self._first, windows).clip(max=len(self._first) - 1)
            for at in np.flatnonzero(self._first[place] == windows).tolist():
                forms = self._forms[int(windows[at])]
                found += any(content.startswith(form, start + at) for form in forms)
        return found


def contents(path: Path) -> Iterator[bytes]:
    """A file's bytes, and those of what is packed in it."""
    content = path.read_bytes()
    yield content
    if zipfile.is_zipfile(io.BytesIO(content)):
        with zipfile.ZipFile(io.BytesIO(content)) as archive:
            yield from (archive.read(name) for name in archive.namelist())


def write_lists(folder: Path, people: Sequence[Person]) -> None:
    """The people in five lists of five formats, each person in two or more of them."""
    folder.mkdir(parents=True)
    draw = random.Random("by-products")
    head = "姓名,手机号,邮箱\n"

    def rows(members: Sequence[Person]) -> str:
        return head + "".join(f"{one.name},{one.phone},{one.email}\n" for one in members)

    (folder / "client.csv").write_text(rows(people), encoding="utf-8")
    half = draw.sample(list(people), len(people) // 2)
    (folder / "half.csv").write_bytes(rows(half).encode("gb18030"))
    (folder / "wide.csv").write_bytes(rows(draw.sample(list(people), len(people) // 3)).encode("utf-16"))
    with zipfile.ZipFile(folder / "packed.zip", "w", zipfile.ZIP_DEFLATED) as archive:
        archive.writestr("inside.csv", rows(half[: len(half) // 2]))
    lines = "".join(json.dumps({"name": one.name, "phone": one.phone}) + "\n" for one in half)
    (folder / "lines.ndjson").write_text(lines, encoding="utf-8")
    table = {"姓名": [one.name for one in half], "手机号": [one.phone for one in half]}
    pq.write_table(pa.table(table), folder / "columns.parquet")
    broken = rows(people[:200]).replace("\n", ',"\n', 3)
    (folder / "broken.csv").write_text(broken + "\0\0" + people[0].phone, encoding="utf-8")
    (folder / "canaries.csv").write_text("phone\n" + "".join(f"1429{n:07d}\n" for n in range(20)), encoding="utf-8")


class Session:
    """Runs commands as a user would and keeps all that they say, and how they stand in the list of processes."""

    def __init__(self, root: Path) -> None:
        self.root, self.said = root, root / "by-products"
        self.temp = root / "temp"
        for folder in (self.said, self.temp, root / "home"):
            folder.mkdir(parents=True)
        self.environment = {**os.environ, "TMPDIR": str(self.temp), "HOME": str(root / "home")}
        self.environment |= {"XDG_DATA_HOME": str(root / "home" / "data")}
        self.number = 0

    def run(
        self, *arguments: str | Path, kill_after: float | None = None, more: Mapping[str, str] | None = None
    ) -> int:
        """Run a command; its output and its processes' command lines become files."""
        self.number += 1
        name = f"{self.number:02}-{'-'.join(str(one) for one in arguments[:2]).replace('/', '_')}"
        with (self.said / f"{name}.out").open("wb") as out, (self.said / f"{name}.err").open("wb") as err:
            child = subprocess.Popen(
                [sys.executable, "-m", "tracer", *map(str, arguments)], stdout=out, stderr=err,
                env={**self.environment, **(more or {})}, cwd=self.root,
            )  # fmt: skip
            began, seen = time.monotonic(), set[bytes]()
            while child.poll() is None:
                seen |= command_lines()
                if kill_after is not None and time.monotonic() - began > kill_after:
                    child.send_signal(signal.SIGKILL)
                time.sleep(0.05)
        # What the user typed is the user's; what tracer's own processes add to it is looked at.
        (self.said / f"{name}.processes").write_bytes(b"\n".join(sorted(seen)))
        return child.returncode


def command_lines() -> set[bytes]:
    """The command lines of all processes."""
    lines = set()
    for path in Path("/proc").glob("[0-9]*/cmdline"):
        try:
            lines.add(path.read_bytes())
        except OSError:
            continue
    return lines


def investigate(session: Session, people: Sequence[Person]) -> None:
    """The full run."""
    root, lists = session.root, session.root / "lists"
    case = ["--case", str(root / "case")]
    write_lists(lists, people)
    session.run("init", root / "case")
    session.run("load", lists / "client.csv", "--holder", "client", "--origin", "own", *case)
    for after in (0.6, 0.9, 1.2):
        session.run("load", lists / "half.csv", "--holder", "trader", *case, kill_after=after)
        shutil.copytree(root / "case", session.said / f"after a kill at {after}")
    for name in ("half.csv", "wide.csv", "packed.zip", "lines.ndjson", "columns.parquet", "broken.csv", "client.csv"):
        session.run("load", lists / name, "--holder", "trader", "--obtained", "2026-05-01", *case)
    for party in ("v0", "v1"):
        session.run("party", "add", party, "--role", "contractor", *case)
    session.run("canary", "import", lists / "canaries.csv", "--kind", "canary", *case)
    session.run("release", "client", "--to", "v0", "--to", "v1", "-o", root / "copies", "--unique", "3", *case)
    session.run("load", root / "copies" / "copy-01.csv", "--holder", "trader", "--id", "leak", *case)
    session.run("trace", *case)
    queries = ("datasets", "overlaps", "derivations", "attributions", "rejects", "junk", "canaries", "columns", "parts")
    for query in queries:
        session.run("query", query, *case)
    session.run("sql", "SELECT * FROM views.rejects", "-f", "json", *case)
    session.run("sql", "SELECT key FROM main.membership", *case)
    session.run("query", "derivations", "-p", "dataset=nobody-knows", *case)
    session.run("why", "client", "half", *case)
    session.run("attribute", "leak", *case)
    for noun, kind in (
        ("graph", "html"), ("graph", "json"), ("findings", "xlsx"), ("findings", "parquet"), ("report", "html"),
    ):  # fmt: skip
        session.run("export", noun, "--to", kind, "-o", session.said / f"{noun}.{kind}", *case)
    session.run("export", "handover", "-o", session.said / "handover", *case)
    reason = ["--originals", "--reveal", "--reason", "asked for by the court"]
    session.run("export", "handover", "-o", root / "revealed", *reason, *case)
    session.run("backup", session.said / "backup", *case)
    session.run("verify", *case)
    session.run("doctor", *case)
    session.run(more={"_TRACER_COMPLETE": "bash_complete", "COMP_WORDS": "tracer query ", "COMP_CWORD": "2"})
    spill(session, len(people))
    session.run("purge", "half", "--yes", "--reason", "ordered by the court", *case)


def spill(session: Session, people: int) -> None:
    """Make a query of the case's own connection spill, and keep what lies in the folder meanwhile."""
    kept, stop = session.said / "spilled", threading.Event()
    kept.mkdir()

    def watch(folder: Path) -> None:
        while not stop.wait(0.02):
            for path in folder.iterdir():
                try:
                    shutil.copy(path, kept / path.name)
                except OSError:
                    continue

    os.environ |= {
        "XDG_DATA_HOME": session.environment["XDG_DATA_HOME"],
        budget.MEMORY: "60M",
        budget.THREADS: "1",
    }
    budget.LEAST = 1 << 20
    with open_case(session.root / "case") as case:
        watcher = threading.Thread(target=watch, args=(case.spill,))
        watcher.start()
        table = case.con.execute("SELECT raw_table FROM part ORDER BY dataset LIMIT 1").fetchall()[0][0]
        case.con.execute(
            f"CREATE TEMP TABLE spilled AS SELECT r.*, n FROM {table} AS r, range($copies) AS t(n)"
            " ORDER BY md5(c1 || n)",
            {"copies": (_SPILLED_ROWS if people >= _MANY else _FEW_SPILLED) // people},
        )
        stop.set()
        watcher.join()


def main(count: int = 10_000) -> bool:
    """Print what was searched and found; 1 where something stands in clear."""
    people = [Person(number) for number in range(count)]
    with tempfile.TemporaryDirectory(prefix="tracer-by-products-") as folder:
        session = Session(Path(folder))
        investigate(session, people)
        search = Search(people)
        clear = _files(session.root, "copies", "revealed")
        meant = sum(search.count(part) for path in clear for part in contents(path))
        found, size, files = dict[str, int](), 0, 0
        for path in _files(session.root, "case", "by-products", "temp", "home"):
            hits = sum(search.count(part) for part in contents(path))
            size, files = size + path.stat().st_size, files + 1
            if hits:
                found[str(path.relative_to(session.root))] = hits
        spilled = sum(path.stat().st_size for path in (session.said / "spilled").iterdir())
    forms = sum(1 for _ in people[0].forms())
    print(f"{len(people):,} people, {forms} forms each; {files} files, {size:,} bytes searched")
    print(f"{spilled:,} bytes of them spilled by a query")
    print(f"{meant:,} places in marked copies and revealed originals, as meant")
    for name, hits in found.items():
        print(f"IN CLEAR {hits:,} places in {name}")
    print(f"{sum(found.values())} places in clear where nothing may stand")
    if not spilled or meant < len(people):
        print("NO MEASUREMENT: nothing spilled, or the search does not find what is there")
        return False
    return not found


def _files(root: Path, *folders: str) -> list[Path]:
    return [path for folder in folders for path in sorted((root / folder).rglob("*")) if path.is_file()]


if __name__ == "__main__":
    frame.run(main)
