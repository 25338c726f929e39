"""What a stranger's case, manifest, backup, parcel or key can do to who opens it: it should be nothing.

`python -m tests.bench.strangers [--jobs N] [--only WORD] [--every N]`; needs `strace` (Linux). Each attack makes a
stranger's folder `in` next to `out`, which is not the stranger's, and runs a command in a process of its own under
`strace`, and the same command on a case that nobody has touched. Bars: no path is opened that the untouched run does not
open, outside the attack's own folder; no socket to a network; each attack is refused in one line (exit 2, 3 or 4), or has
no effect (0, or 5 where `verify` and `doctor` find something); nothing takes 60 s; the bait outside, which links, paths
and statements lead to, is as it was.
"""

from __future__ import annotations

import io
import json
import os
import re
import shutil
import subprocess
import sys
import tarfile
import tempfile
import time
from collections import Counter
from collections.abc import Callable, Iterator, Sequence
from concurrent.futures import ThreadPoolExecutor
from dataclasses import dataclass
from functools import partial
from pathlib import Path
from typing import BinaryIO, ClassVar, cast

import tracer
from tests.bench import frame
from tests.bench.small_world import command, write_world
from tests.case.planted import PLANTED, READS, REPLACED, plant
from tracer.case.backup import CHECKSUMS, KEY_MEMBER, _head
from tracer.case.key import CaseKey
from tracer.case.vault import PREFIX, ChunkWriter
from tracer.dossier.vocabulary import words_named
from tracer.manifest.model import TABLES
from tracer.records import Kind

KEY = "ab" * 32
PASSPHRASE = "four words of a stranger"
COMMANDS: dict[str, tuple[str, ...]] = {
    "query": ("query", "datasets"), "derivations": ("query", "derivations"), "sql": ("sql", "SELECT * FROM views.datasets"),
    "why": ("why", "client", "mixed"), "graph": ("export", "graph", "--to", "json", "-o", "g.json"), "doctor": ("doctor",),
    "verify": ("verify",), "trace": ("trace",), "repair": ("doctor", "--repair"), "findings": ("findings",),
    "party": ("party", "add", "new", "--name", "N"), "rotate": ("key", "rotate", "--key-file", "case.key"),
    "purge": ("purge", "mixed", "--reason", "r", "--yes"), "extract": ("evidence", "extract", "ev", "ev.txt"),
}  # fmt: skip
ANSWER = (
    "blind", "answer", "offer", "-o", "answer", "--to", "p", "--yes", "--least", "100", "client", "--case", "case",
)  # fmt: skip
LINKS = ("/etc/hostname", "/dev/zero", "../out/bait", "../out")


@dataclass(frozen=True)
class Attack:
    """One attack."""

    kind: str
    name: str
    prepare: Callable[[Path], tuple[str, ...]]
    """Makes it in a fresh folder; returns the arguments of the command that meets it."""
    like: str
    refused: bool = False
    """Whether exit code 0 would be wrong."""


@dataclass(frozen=True)
class World:
    """A case and files that nobody has touched, to be copied."""

    folder: Path
    BAIT: ClassVar[bytes] = b"not the stranger's\n"

    def fresh(self) -> Path:
        """A folder with `in` (a case, lists, a manifest) and `out` (the bait)."""
        made = Path(tempfile.mkdtemp(prefix="attack-", dir=self.folder))
        shutil.copytree(self.folder / "model", made / "in", symlinks=True)
        (made / "out").mkdir()
        (made / "out" / "bait").write_bytes(self.BAIT)
        return made

    def untouched(self, like: str, folder: Path) -> tuple[str, ...]:
        """The command on what nobody has touched."""
        if like == "run":
            return ("run", "case.toml", "--case", "new")
        if like == "restore":
            return ("restore", "case.backup", "restored")
        if like == "answer":
            return ANSWER
        if like == "check":
            (folder / "in" / "page").write_text("{}")
            return ("register", "check", "page")
        return (*COMMANDS[like], "--case", "case")


def make_world(folder: Path) -> World:
    """Made once; under a fixed key."""
    model = folder / "model"
    write_world(model)
    (model / "ev.txt").write_text("a receipt\n", encoding="utf-8")
    (model / "case.toml").write_text(
        '[case]\nname = "x"\n[[dataset]]\npath = "client.csv"\nholder = "p"\n[[dataset]]\npath = "mixed.csv"\nholder = "q"\n'
    )
    (model / "case.key").write_text(KEY + "\n")
    (model / "case.key").chmod(0o600)
    case = ["--case", str(model / "case")]
    os.environ |= {"TRACER_KEY": KEY, "TRACER_PASSPHRASE": PASSPHRASE, "XDG_DATA_HOME": str(folder / "data")}
    for step in (
        ["run", str(model / "case.toml"), *case], ["evidence", "add", "ev", str(model / "ev.txt"), *case],
        ["blind", "offer", "-o", str(model / "offer"), "--to", "p", "--yes", "--least", "100", *case],
        ["backup", str(model / "case.backup"), "--passphrase", *case],
    ):  # fmt: skip
        code, said = command(*step)
        assert code == 0, (step, said)
    return World(folder)


def attacks() -> Iterator[Attack]:
    """All of them."""
    yield from store_attacks()
    yield from folder_attacks()
    yield from manifest_attacks()
    yield from backup_attacks()
    yield from document_attacks()


def _planted(statements: Sequence[str], like: str, folder: Path) -> tuple[str, ...]:
    bait = str(folder / "out" / "bait")
    plant(folder / "in" / "case", [text.replace("/etc/hostname", bait) for text in statements])
    return (*COMMANDS[like], "--case", "case")


def store_attacks() -> Iterator[Attack]:
    """Statements in the store, and values in its rows."""
    likes = list(COMMANDS)
    for number, (name, statements) in enumerate(PLANTED.items()):
        like = likes[number % len(likes)]
        yield Attack("store", f"{name} ({like})", partial(_planted, statements, like), like)
    for number, (name, statements) in enumerate(REPLACED.items()):
        like = likes[number % 6]
        yield Attack("store", f"{name} ({like})", partial(_planted, statements, like), like)
    for number, read in enumerate(READS):
        if not read.startswith(("read_json", "read_parquet", "read_text('http", "read_text('s3", "read_csv('http")):
            for view in ("datasets", "derivations", "parties"):
                like = likes[number % 6]
                planted = [f"CREATE OR REPLACE VIEW views.{view} AS SELECT * FROM {read}"]
                yield Attack("store", f"views.{view} over {read} ({like})", partial(_planted, planted, like), like)
    rows = {
        "original outside": ("extract", ["UPDATE evidence SET sha256 = '../../../out/bait'", "UPDATE original SET sha256 = '../../../out/bait' WHERE name = 'ev.txt'"]),
        "original absolute": ("extract", ["UPDATE evidence SET sha256 = '/etc/passwd'", "INSERT INTO original VALUES ('/etc/passwd', 1, 'x', now()::TIMESTAMP)"]),
        "purge outside": ("purge", ["UPDATE dataset SET sha256 = '../../../out/bait'", "UPDATE original SET sha256 = '../../../out/bait' WHERE name = 'mixed.csv'"]),
        "paths outside": ("verify", ["UPDATE dataset SET path = '/etc/passwd'", "UPDATE evidence SET path = '/etc/passwd'"]),
        "copy outside": ("verify", ["INSERT INTO release (id, dataset, recipient, path, sha256, drawn, commitment, registered_at) VALUES ('r', 'client', 'p', '/etc/passwd', 'x', true, 'x', now()::TIMESTAMP)"]),
        "a list read from elsewhere": ("trace", ["UPDATE part SET raw_table = '(SELECT 1 AS row, content AS c0 FROM read_text(''/etc/hostname''))'"]),
        "a list named by a statement": ("query", ["UPDATE part SET raw_table = 'raw.d1_p1; DROP TABLE meta'"]),
        "an answer named by a statement": ("trace", ["INSERT INTO cluster_answer VALUES ('q', 'n', 'r', 'glob(''/etc/*'')', 'f', 1, now()::TIMESTAMP)"]),
        "secret that is none": ("query", ["UPDATE meta SET value = 'zz' WHERE name = 'root_secret'"]),
        "waiting entries that are none": ("party", ["INSERT OR REPLACE INTO meta VALUES ('pending_entries', '{\"a\": [')"]),
        "waiting entries nested": ("party", [f"INSERT OR REPLACE INTO meta VALUES ('pending_entries', '{'[' * 50_000}')"]),
        "tables missing": ("query", ["DROP TABLE judgement", "DROP TABLE register_stamp"]),
        "all tables missing": ("query", ["DROP TABLE meta"]),
    }  # fmt: skip
    for name, (like, statements) in rows.items():
        yield Attack("rows", f"{name} ({like})", partial(_planted, statements, like), like)


def _linked(path: str, target: str, like: str, folder: Path) -> tuple[str, ...]:
    place = folder / "in" / "case" / path
    shutil.rmtree(place) if place.is_dir() else place.unlink(missing_ok=True)
    if target == "pipe":
        os.mkfifo(place)
    else:
        place.symlink_to(folder / "in" / target if target.startswith("..") else target)
    return (*COMMANDS[like], "--case", "case")


def _card(content: str, folder: Path) -> tuple[str, ...]:
    (folder / "in" / "case" / "case.json").write_text(content)
    return ("query", "datasets", "--case", "case")


def _module(module: str, folder: Path) -> tuple[str, ...]:
    (folder / "in" / module).write_text(f"open({str(folder / 'out' / 'planted')!r}, 'w').write('x')\n")
    return ("run", "case.toml", "--case", "new")


def folder_attacks() -> Iterator[Attack]:
    """Links and special files in a case folder, and its card."""
    entries = ("case.json", "case.duckdb", "case.duckdb.wal", "case.seal", "journal.jsonl", "originals", "spill", "rotation.json",
               "originals.next", "case.duckdb.next", "case.duckdb.wal.checkpoint", "spill/x", "originals/" + "0" * 64)  # fmt: skip
    for number, entry in enumerate(entries):
        for other, target in enumerate((*LINKS, "pipe")):
            like = ("party", "query", "repair", "trace", "verify")[(number + other) % 5]
            refused = like != "repair"
            yield Attack(
                "folder", f"{entry} is {target} ({like})", partial(_linked, entry, target, like), like, refused
            )
    for content in ("", "[]", "[" * 100_000, "{}", '{"tracer_case": 1, "id": "../../../../out/bait", "key_check": "x"}', "x" * 10_000_000,
                    '{"tracer_case": 1, "id": "/etc/passwd", "key_check": "x"}', '{"tracer_case": 99, "id": "ab", "key_check": "x"}'):  # fmt: skip
        yield Attack("folder", f"card {content[:50]}", partial(_card, content), "query", refused=True)
    for module in ("pyarrow.py", "duckdb.py", "json.py", "tracer.py", "sitecustomize.py"):
        yield Attack("folder", f"module {module} in the current folder", partial(_module, module), "run")


def _manifest(text: str, folder: Path, *, special: str = "") -> tuple[str, ...]:
    if special:
        _linked("../special", special, "query", folder)
    (folder / "in" / "case.toml").write_text(text.replace("BAIT", str(folder / "out" / "bait")), encoding="utf-8")
    return ("run", "case.toml", "--case", "new")


def manifest_attacks() -> Iterator[Attack]:
    """Every key of every table that names a file, with every way out."""
    filler = {Kind.ID: '"x"', Kind.PARTY: '"p"', Kind.DATASET: '"client"', Kind.TEXT: '"text"', Kind.DATE: "2026-01-01"}
    ways = (("/etc/hostname", ""), ("../out/bait", ""), ("BAIT", ""), ("../out/*", ""), ("special", "../out/bait"), ("special", "/dev/zero"), ("special", "pipe"), ("special/bait", "../out"))  # fmt: skip
    for table, keys in TABLES.items():
        for key in (name for name, told in keys.items() if told.kind in (Kind.FILE, Kind.FILES)):
            needed = [
                f"{name} = {json.dumps(words_named(told.words)[0]) if told.words else filler[told.kind]}"
                for name, told in keys.items() if told.required and name != key
            ]  # fmt: skip
            for written, special in ways:
                head = f"[{table}]" if table == "case" else f"[[{table}]]"
                own = '[[dataset]]\npath = "client.csv"\nid = "client"\nholder = "p"\n' if table != "dataset" else ""
                text = "\n".join([head, *needed, f'{key} = "{written}"']) + "\n" + own
                name = f"{table}.{key} = {written} {special}"
                yield Attack("manifest", name, partial(_manifest, text, special=special), "run", refused=True)
    for text in ("[" * 100_000, "a = " + "[" * 50_000, 'a = "' + "x" * 1_000_000):
        yield Attack("manifest", f"text {text[:20]}", partial(_manifest, text), "run", refused=True)


def _backup(name: str, content: bytes, folder: Path, **facts: object) -> tuple[str, ...]:
    """A backup under the passphrase whose archive holds the parts of the case, and one member more or another one in
    the place of a part. facts: what the archive says of that member."""
    case = folder / "in" / "case"
    parts = {part: (case / part).read_bytes() for part in ("case.json", "case.duckdb", "journal.jsonl")}
    id_, key = json.loads(parts["case.json"])["id"], CaseKey(bytes.fromhex(KEY), "x")
    head, aead = _head(id_, key, PASSPHRASE, with_key=True)
    prefix = os.urandom(PREFIX)
    with (folder / "in" / "case.backup").open("wb") as file:
        file.write(head + prefix)
        sealed = ChunkWriter(file, aead, prefix, head)
        with tarfile.open(fileobj=cast(BinaryIO, sealed), mode="w|", format=tarfile.PAX_FORMAT) as archive:
            for each, bytes_ in {**parts, name: content}.items():
                member = tarfile.TarInfo(each)
                member.size = len(bytes_)
                for fact, value in facts.items() if each == name else ():
                    setattr(member, fact, value)
                archive.addfile(member, io.BytesIO(bytes_) if member.isreg() else None)
        sealed.close()
    return ("restore", "case.backup", "restored")


def backup_attacks() -> Iterator[Attack]:
    """Archives that lead out, that link, that lie about lengths, that never end."""
    for name in ("../out/planted", "../../out/planted", "/tmp/planted-by-a-backup", "originals/../../x", "spill/x", "case.seal",  # noqa: S108 - never made
                 "originals/" + "0" * 63, "originals/" + "G" * 64, "case.duckdb\n", "rotation.json", "sub/case.json", ".", ""):  # fmt: skip
        yield Attack("backup", f"member {name!r}", partial(_backup, name, b"x"), "restore", refused=True)
    original, sizes = "originals/" + "0" * 64, {"size": str(1 << 50)}
    sparse = {f"GNU.sparse.{key}": value for key, value in (
        ("major", "1"), ("minor", "0"), ("realsize", str(1 << 50)), ("name", "originals/" + "1" * 64),
    )}  # fmt: skip
    kinds = [getattr(tarfile, f"{kind}TYPE") for kind in ("SYM", "LNK", "CHR", "FIFO", "DIR")] + [
        tarfile.GNUTYPE_SPARSE
    ]
    members = {
        f"{name[:12]} of type {kind!r}": partial(_backup, name, b"", type=kind, linkname="../out/bait")
        for kind in kinds for name in ("journal.jsonl", original)
    }  # fmt: skip
    members["sparse bomb"] = partial(_backup, original, b"1\n0\n0\n".ljust(512, b"\0"), pax_headers=sparse)
    members["length that is a lie"] = partial(_backup, original, b"x" * 600, pax_headers=sizes)
    for content in (b"[" * 100_000, b"{}", b"[]", b"\xff\xfe", b'{"case.json": 1}', b"0" * 5_000_000):
        members[f"checksums {content[:10]!r}"] = partial(_backup, CHECKSUMS, content)
    for content in (b"\xff" * 32, b"zz", b"", b"a" * 10_000_000):
        members[f"key {content[:10]!r}"] = partial(_backup, KEY_MEMBER, content)
    for name, member in members.items():
        yield Attack("backup", name, member, "restore", refused=True)


def _file(name: str, content: bytes | str, argv: tuple[str, ...], folder: Path) -> tuple[str, ...]:
    place = folder / "in" / name
    place.unlink(missing_ok=True)
    if content == "pipe":
        os.mkfifo(place)
    elif isinstance(content, str):
        place.symlink_to(content)
    else:
        place.write_bytes(content)
        place.chmod(0o600)
    return argv


def document_attacks() -> Iterator[Attack]:
    """Parcels, pages of a register, stamps, keys: whatever is handed over as a file."""
    good = {"format": "tracer-blind-1", "kind": "offer", "exchange": "0" * 16, "own": 1, "answered": 0, "ordered": False,
            "sizes": [1], "shared": None}  # fmt: skip
    heads = [json.dumps({**good, **change}).encode() + b"\n" for change in (
        {"own": 1 << 39}, {"own": -1}, {"exchange": "../../out"}, {"kind": "../x"}, {"sizes": [1 << 62]}, {"own": True}, {"format": None},
    )]  # fmt: skip
    contents: tuple[bytes | str, ...] = (
        *heads, b"", b"[" * 100_000 + b"\n", b"{}\n", os.urandom(4096), b"\0" * 1_000_000, "pipe", "/dev/zero",
        "/dev/stdin",
    )  # fmt: skip
    doors = (
        ("parcel", "offer", ANSWER, "answer"),
        ("page", "page", ("register", "check", "page"), "check"),
        ("stamp", "stamp", ("anchor", "stamp", "stamp", "--case", "case"), "party"),
        ("key", "bad.key", ("query", "datasets", "--case", "case", "--key-file", "bad.key"), "query"),
        ("backup", "case.backup", ("restore", "case.backup", "restored"), "restore"),
    )  # fmt: skip
    for kind, name, argv, like in doors:
        for content in contents:
            yield Attack(kind, f"holds {content[:60]!r}", partial(_file, name, content, argv), like, refused=True)


_SECONDS = 60
_CALL = re.compile(r"^(?:\[pid +\d+\] |\d+ +)?(?P<call>\w+)\((?P<rest>.*)", re.DOTALL)
_TEXT = re.compile(r'"((?:[^"\\]|\\.)*)"')
_NET = re.compile(r"AF_INET6?|AF_NETLINK|AF_PACKET")
_PASSING = re.compile(r"\d+|[0-9a-f]{8,}")
"""Parts of names that differ from run to run."""
_EVERYWHERE = (
    "/proc/", "/sys/", "/usr/", "/lib", "/dev/null", "/dev/urandom", sys.prefix, sys.base_prefix,
    str(Path(tracer.__file__).parent),
)  # fmt: skip
"""Where Python, its packages and `tracer` itself lie."""


@dataclass(frozen=True)
class Seen:
    """What a command did."""

    code: int
    told: str
    paths: frozenset[str]
    net: tuple[str, ...]
    seconds: float


def watched(argv: tuple[str, ...], cwd: Path, home: Path) -> Seen:
    """Run `tracer` with these arguments, and tell what it opened."""
    log = home / f"strace-{os.urandom(4).hex()}"
    environment = {
        "PATH": os.environ["PATH"], "HOME": str(home), "XDG_DATA_HOME": str(home / "data"), "TRACER_KEY": KEY,
        "TRACER_PASSPHRASE": PASSPHRASE, "PYTHONPATH": str(Path(__file__).parents[2]), "PYTHONDONTWRITEBYTECODE": "1",
        "TMPDIR": str(home),
    }  # fmt: skip
    if "--key-file" in argv:
        del environment["TRACER_KEY"]
    calls = (
        "open,openat,creat,unlink,unlinkat,rename,renameat,renameat2,link,linkat,symlink,truncate,execve,socket,connect"
    )
    begun = time.monotonic()
    try:
        done = subprocess.run(
            ["strace", "-f", "-qq", "--seccomp-bpf", "-s", "300", "-e", f"trace={calls}", "-o", str(log),
             sys.executable, "-P", "-m", "tracer", *argv],
            cwd=cwd, env=environment, capture_output=True, timeout=_SECONDS, check=False, stdin=subprocess.DEVNULL,
        )  # fmt: skip
        code, told = done.returncode, done.stderr.decode("utf-8", "replace")
    except subprocess.TimeoutExpired:
        code, told = -1, f"still at work after {_SECONDS} s"
    paths, net = set[str](), list[str]()
    for line in log.read_text("utf-8", "replace").splitlines():
        found = _CALL.match(line)
        if found is None:
            continue
        if found["call"] in ("socket", "connect"):
            net += [line] if _NET.search(line) else []
        elif "ENOENT" not in line:
            paths |= {os.path.normpath(cwd / text) for text in _TEXT.findall(found["rest"])[:2]}
    log.unlink()
    return Seen(code, told, frozenset(paths), tuple(net), time.monotonic() - begun)


def outside(seen: Seen, usual: Seen, inside: tuple[Path, ...]) -> list[str]:
    """What was opened that the untouched run does not open, and that is not the attack's own."""
    known = {_PASSING.sub("#", path) for path in usual.paths}
    return sorted(
        path
        for path in seen.paths
        if not any(Path(path).is_relative_to(folder) for folder in inside)
        and not path.startswith(_EVERYWHERE) and _PASSING.sub("#", path) not in known
    )  # fmt: skip


def faults(attack: Attack, seen: Seen, usual: Seen, folder: Path, home: Path) -> Iterator[str]:
    """What is wrong with what happened."""
    strays = outside(seen, usual, (folder / "in", home, Path(tempfile.gettempdir()) / "tracer-"))
    if strays:
        yield f"opened {', '.join(strays[:4])}"
    if seen.net:
        yield f"network: {seen.net[0][:120]}"
    allowed = (0, 2, 3, 4, 5)
    if seen.code not in allowed or "Traceback" in seen.told:
        yield f"exit {seen.code}: {seen.told[-300:]}"
    elif seen.code in (2, 3, 4) and not any(line.startswith("Error: ") for line in seen.told.splitlines()):
        yield f"refused without a word: {seen.told[-200:]}"
    elif attack.refused and seen.code == 0:
        yield "was taken in"
    there = {path.name: path.read_bytes() for path in (folder / "out").iterdir()}
    if there != {"bait": World.BAIT}:
        yield "the bait outside was changed"


def run_one(world: World, attack: Attack, usual: dict[str, Seen]) -> tuple[Attack, list[str], Seen]:
    """One attack in a folder of its own: `in` is the stranger's, `out` is not."""
    folder = world.fresh()
    home = Path(tempfile.mkdtemp(prefix="home-", dir=world.folder))
    argv = attack.prepare(folder)
    seen = watched(argv, folder / "in", home)
    found = list(faults(attack, seen, usual[attack.like], folder, home))
    if found:
        print(f"{attack.kind}: {attack.name}: {'; '.join(found)}", flush=True)
    shutil.rmtree(folder, ignore_errors=True)
    shutil.rmtree(home, ignore_errors=True)
    return attack, found, seen


def main(*, jobs: int = 2, only: str = "", every: int = 1) -> bool:
    """Run all attacks and print what came of them; exit code 1 where one did anything."""
    with tempfile.TemporaryDirectory(prefix="strangers-") as place:
        world = make_world(Path(place))
        chosen = [attack for attack in attacks() if only in f"{attack.kind} {attack.name}"][::every]
        usual = {}
        for like in sorted({attack.like for attack in chosen}):
            folder, home = world.fresh(), Path(tempfile.mkdtemp(prefix="home-", dir=place))
            usual[like] = watched(world.untouched(like, folder), folder / "in", home)
        with ThreadPoolExecutor(jobs) as pool:
            results = list(pool.map(lambda attack: run_one(world, attack, usual), chosen))
    bad = [found for _, found, _ in results if found]
    codes = Counter((attack.kind, seen.code) for attack, _, seen in results)
    for (kind, code), count in sorted(codes.items()):
        print(f"{kind:10} exit {code}: {count}")
    slowest = max((seen.seconds for _, _, seen in results), default=0.0)
    print(f"{len(results)} attacks, {len(bad)} with an effect; the slowest took {slowest:.1f} s under strace")
    return not bad


if __name__ == "__main__":
    frame.run(main)
