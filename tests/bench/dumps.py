"""SQL dumps against the servers that wrote them: [--rows 3000] [--speed 400000].

Starts MariaDB and PostgreSQL in a temporary folder where they are installed (`apt-get install mariadb-server
postgresql`; nothing is installed here, and a server that is missing is named and left out), fills a table with what
dumps escape, has it dumped in each way, and compares what `tracer` reads with what the server gives back, cell by cell.
SQLite by its module. SQL Server, Oracle, phpMyAdmin, Navicat, HeidiSQL and DBeaver as they are documented to write.
Bars: every row of every variant equal; 400,000 rows a second of a plain dump; one of 4 MB in under 3 s and 500 MB.
"""

from __future__ import annotations

import argparse
import os
import shutil
import subprocess
import sys
import tempfile
import time
from collections.abc import Callable, Iterator, Sequence
from contextlib import contextmanager
from pathlib import Path

import duckdb

from tests.bench.dump_writers import COLUMNS, DDL, WRITERS, people
from tests.bench.dump_writers import Row as PersonRow
from tracer.lists.read.file import read_file
from tracer.lists.read.model import ReadOptions

MARIADB = {
    "mysqldump": [], "one row a statement": ["--skip-extended-insert"], "complete": ["--complete-insert"],
    "hex-blob": ["--hex-blob", "--complete-insert"], "skip-opt": ["--skip-opt"], "replace": ["--replace"],
    "insert-ignore": ["--insert-ignore"], "names unquoted": ["--skip-quote-names"],
    "data alone": ["--no-create-info", "-c"], "compact": ["--compact"], "ansi": ["--compatible=ansi"],
    "latin1": ["--default-character-set=latin1"],
    "with databases": ["--databases"],
}  # fmt: skip
POSTGRESQL = {
    "pg_dump": [], "inserts": ["--inserts"], "column-inserts": ["--column-inserts"],
    "rows-per-insert": ["--rows-per-insert=100"], "quoted": ["--quote-all-identifiers"], "data alone": ["--data-only"],
    "on-conflict": ["--inserts", "--on-conflict-do-nothing"], "create": ["--create", "--clean", "--if-exists"],
}  # fmt: skip


def read(path: Path) -> tuple[list[list[str]], tuple[str, ...]]:
    """The table with most rows, as it is read; NULL as an empty text; and the notes."""
    con = duckdb.connect()
    found = read_file(con, path, ReadOptions())
    part = max(found.parts, key=lambda one: one.rows)
    names = ", ".join(f"coalesce(c{i}, '')" for i in range(len(COLUMNS)))
    rows = con.execute(f"SELECT {names} FROM {part.raw_table} ORDER BY row").fetchall()
    return [list(row) for row in rows], found.notes


def judged(name: str, path: Path, expected: Sequence[Sequence[str]]) -> bool:
    """Whether a dump reads as it should; says what does not."""
    try:
        rows, notes = read(path)
    except Exception as error:  # noqa: BLE001 - any failure is a dump that is not read
        print(f"  {name:28} FAILED {error}")
        return False
    rows.sort(key=lambda row: row[0].zfill(9))  # a server gives them in what order it likes
    expected = sorted(expected, key=lambda row: row[0].zfill(9))
    wrong = [(a, b) for a, b in zip(rows, expected, strict=False) if a != list(b)]
    right = len(rows) == len(expected) and not wrong
    print(
        f"  {name:28} {len(rows):,} of {len(expected):,} rows, {len(wrong):,} differ{' ' if notes else ''}{notes or ''}"
    )
    for got, should in wrong[:2]:
        print("    ", [(c, a, b) for c, a, b in zip(COLUMNS, got, should, strict=True) if a != b])
    return right


@contextmanager
def mariadb(folder: Path) -> Iterator[list[str]]:
    """A MariaDB server of its own; the options by which clients reach it."""
    data, socket = folder / "mariadb", folder / "mariadb" / "server.sock"
    user = "mysql" if os.getuid() == 0 else os.environ.get("USER", "")
    subprocess.run(
        ["mariadb-install-db", "--no-defaults", f"--datadir={data}", f"--user={user}",
         "--auth-root-authentication-method=normal"],
        check=True, capture_output=True,
    )  # fmt: skip
    server = subprocess.Popen(
        ["mariadbd", "--no-defaults", f"--datadir={data}", f"--socket={socket}", "--skip-networking", f"--user={user}",
         f"--pid-file={data / 'server.pid'}"], stdout=subprocess.DEVNULL, stderr=subprocess.DEVNULL,
    )  # fmt: skip
    try:
        for _ in range(300):
            if socket.exists():
                break
            time.sleep(0.1)
        yield ["--no-defaults", f"--socket={socket}", "-uroot"]
    finally:
        server.terminate()
        server.wait()


@contextmanager
def postgresql(folder: Path) -> Iterator[tuple[list[str], list[str]]]:
    """A PostgreSQL server of its own; what runs its programs, and the options by which they reach it."""
    programs = sorted(Path("/usr/lib/postgresql").glob("*/bin"))[-1]
    data = folder / "postgresql"
    run = (
        ["setpriv", "--reuid=postgres", "--regid=postgres", "--clear-groups", "--reset-env"] if os.getuid() == 0 else []
    )
    if run:
        data.mkdir()
        shutil.chown(data, "postgres", "postgres")
    subprocess.run(
        [*run, programs / "initdb", "-D", data, "-U", "bench", "-A", "trust", "-E", "UTF8", "--locale=C"],
        check=True, capture_output=True, cwd="/",
    )  # fmt: skip
    server = subprocess.Popen(
        [*run, programs / "postgres", "-D", data, "-k", data, "-c", "listen_addresses="],
        stdout=subprocess.DEVNULL, stderr=subprocess.DEVNULL, cwd="/",
    )  # fmt: skip
    try:
        for _ in range(300):
            if (data / ".s.PGSQL.5432").exists():
                break
            time.sleep(0.1)
        yield [*run], ["-h", str(data), "-U", "bench"]
    finally:
        server.terminate()
        server.wait()


def _unhexed(output: str) -> list[list[str]]:
    """Cells that a server gave as hexadecimal digits, so that nothing in them looks like a separator."""
    return [
        ["" if cell in ("NULL", "") else bytes.fromhex(cell).decode() for cell in line.split("\t")]
        for line in output.splitlines()
    ]


def of_mariadb(folder: Path, rows: Sequence[PersonRow]) -> list[bool]:
    """Every way of mysqldump."""
    done = []
    with mariadb(folder) as options:

        def client(program: str, *more: str, given: bytes | None = None) -> bytes:
            return subprocess.run([program, *options, *more], input=given, check=True, capture_output=True).stdout

        client("mariadb", "-e", "CREATE DATABASE crm CHARACTER SET utf8mb4")
        client("mariadb", "--default-character-set=utf8mb4", "crm", given=WRITERS["mysql"](rows).encode())
        cells = ", ".join(f"HEX(CAST({column} AS CHAR CHARACTER SET utf8mb4))" for column in COLUMNS)
        expected = _unhexed(client("mariadb", "-NB", "crm", "-e", f"SELECT {cells} FROM users ORDER BY id").decode())
        for name, more in MARIADB.items():
            path = folder / "mariadb.sql"
            if "latin1" in name:
                client("mariadb", "-e", "CREATE DATABASE old CHARACTER SET latin1", "crm")
                client(
                    "mariadb", "-e", f"SET sql_mode = ''; CREATE TABLE old.users ({DDL}) CHARACTER SET latin1;"
                    "INSERT INTO old.users SELECT * FROM crm.users", "crm",
                )  # fmt: skip
                those = _unhexed(
                    client("mariadb", "-NB", "old", "-e", f"SELECT {cells} FROM users ORDER BY id").decode()
                )
                path.write_bytes(client("mariadb-dump", *more, "old", "users"))
                done.append(judged(f"MariaDB, {name}", path, those))
                continue
            path.write_bytes(client("mariadb-dump", *more, "crm", *([] if "--databases" in more else ["users"])))
            done.append(judged(f"MariaDB, {name}", path, expected))
    return done


def of_postgresql(folder: Path, rows: Sequence[PersonRow]) -> list[bool]:
    """Every way of pg_dump, and COPY in CSV."""
    done = []
    with postgresql(folder) as (run, options):

        def client(program: str, *more: str, given: bytes | None = None) -> bytes:
            command = [*run, program, *options, *more]
            return subprocess.run(command, input=given, check=True, capture_output=True, cwd="/").stdout

        client("createdb", "crm")
        client("psql", "-q", "-d", "crm", given=WRITERS["ansi"](rows).encode())
        cells = ", ".join(f"encode(convert_to({column}::text, 'UTF8'), 'hex')" for column in COLUMNS)
        asked = ["psql", "-d", "crm", "-At", "-F", "\t", "-c", f"SELECT {cells} FROM users ORDER BY id"]
        expected = _unhexed(client(*asked).decode())
        path = folder / "postgresql.sql"
        for name, more in POSTGRESQL.items():
            path.write_bytes(client("pg_dump", *more, "crm"))
            done.append(judged(f"PostgreSQL, {name}", path, expected))
        for words in (
            "CSV",
            "CSV HEADER",
            "(FORMAT csv, DELIMITER ';', NULL '-', QUOTE '~')",
            "(DELIMITER '|', NULL '')",
        ):
            out = client("psql", "-d", "crm", "-c", f"COPY (SELECT * FROM users ORDER BY id) TO STDOUT WITH {words}")
            path.write_bytes(f"COPY users ({', '.join(COLUMNS)}) FROM stdin WITH {words};\n".encode() + out + b"\\.\n")
            done.append(judged(f"PostgreSQL, COPY {words[:24]}", path, expected))
        path.write_bytes(client("pg_dumpall"))
        done.append(judged("PostgreSQL, pg_dumpall", path, expected))
    return done


def of_writers(folder: Path, rows: Sequence[PersonRow]) -> list[bool]:
    """Dumps of programs that are not here, as documented; SQLite's by its own module."""
    expected = [["" if cell is None else str(cell) for cell in row] for row in rows]
    done = []
    for name, write in WRITERS.items():
        path = folder / f"{name.replace(' ', '-')}.sql"
        encoding = "utf-16" if name == "SQL Server" else "utf-8"
        path.write_bytes(write(rows).encode(encoding))
        done.append(judged(name, path, expected))
    return done


def speed(folder: Path, rows: int) -> list[bool]:
    """Rows a second of a plain dump of each kind; time and memory of one of 4 MB in a process of its own."""
    done = []
    for name in ("mysql", "copy", "ansi"):
        path = folder / "speed.sql"
        path.write_text(WRITERS[name](people(rows)), encoding="utf-8")
        read_file(duckdb.connect(), _small(folder), ReadOptions())  # what is imported and looked up once
        begun = time.perf_counter()
        read_file(duckdb.connect(), path, ReadOptions())
        rate = rows / (time.perf_counter() - begun)
        print(f"  {name:28} {rate:,.0f} rows/s of {path.stat().st_size >> 20:,} MiB")
        done.append(rate >= 400_000)
    path.write_bytes(WRITERS["mysql"](people(50_000)).encode()[: 4 << 20])
    begun = time.perf_counter()
    code = f"import sys; sys.argv = ['x', {str(path)!r}]; from tests.bench.dumps import lone; lone()"
    run = subprocess.run([sys.executable, "-c", code], check=True, capture_output=True, text=True)
    took, peak = time.perf_counter() - begun, int(run.stdout)
    print(f"  a dump of 4 MB, cut off      {took:.1f} s with start-up, {peak:,} MiB")
    return [*done, took < 3, peak < 500]


def lone() -> None:
    """Read one dump and print what memory it took, in MiB; `getrusage` would give the parent's where that had more."""
    read_file(duckdb.connect(), Path(sys.argv[1]), ReadOptions())
    status = Path("/proc/self/status").read_text(encoding="ascii")
    print(int(status.split("VmHWM:")[1].split()[0]) >> 10)


def _small(folder: Path) -> Path:
    path = folder / "small.sql"
    path.write_text(WRITERS["mysql"](people(20)), encoding="utf-8")
    return path


def main() -> int:
    """Run all; 1 where a bar is missed."""
    parser = argparse.ArgumentParser(description=(__doc__ or "").splitlines()[0])
    parser.add_argument("--rows", type=int, default=3_000)
    parser.add_argument("--speed", type=int, default=400_000, help="rows; 0: not measured")
    asked = parser.parse_args()
    rows = people(asked.rows)
    done: list[bool] = []
    servers: dict[str, Callable[[Path, Sequence[PersonRow]], list[bool]]] = {
        "mariadbd": of_mariadb,
        "postgres": of_postgresql,
    }
    with tempfile.TemporaryDirectory() as name:
        folder = Path(name)
        folder.chmod(0o755)
        for program, compared in servers.items():
            if shutil.which(program) is None:
                print(f"  {program} is not installed: its dumps are not compared")
            else:
                done += compared(folder, rows)
        done += of_writers(folder, rows)
        print(f"{sum(done)} of {len(done)} variants are read right")
        fast = speed(folder, asked.speed) if asked.speed else []
    return 0 if all(done) and all(fast) else 1


if __name__ == "__main__":
    sys.exit(main())
