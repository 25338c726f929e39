"""What a stranger's case, manifest, backup, parcel or key can do to who opens it: it should be nothing.

Usage: `python -m tests.bench.strangers [--jobs N] [--only WORD]`; needs `strace` (Linux). Every attack runs a command
in a process of its own under `strace`, beside the same command on a case that nobody has touched. Bars: no path is
opened that the untouched run does not open, outside the attack's own folder; no socket to a network; each attack is
refused in one line (exit 2, 3 or 4), or has no effect (0, or 5 where `verify` and `doctor` tell); nothing takes 60 s;
the bait outside, which links, paths and statements lead to, is as it was.
"""

from __future__ import annotations

import argparse
import os
import re
import shutil
import subprocess
import sys
import tempfile
import time
from collections import Counter
from collections.abc import Iterator
from concurrent.futures import ThreadPoolExecutor
from dataclasses import dataclass
from pathlib import Path

import tracer
from tests.bench.strangers_attacks import KEY, PASSPHRASE, Attack, World, attacks, make_world

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
    if (folder / "out" / "bait").read_bytes() != World.BAIT or [path.name for path in (folder / "out").iterdir()] != [
        "bait"
    ]:
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


def main() -> int:
    """Run all attacks and print what came of them; exit code 1 where one did anything."""
    asked = argparse.ArgumentParser(description=__doc__)
    asked.add_argument("--jobs", type=int, default=2)
    asked.add_argument("--only", default="")
    asked.add_argument("--every", type=int, default=1, help="take each n-th attack only")
    given = asked.parse_args()
    with tempfile.TemporaryDirectory(prefix="strangers-") as place:
        world = make_world(Path(place))
        chosen = [attack for attack in attacks() if given.only in f"{attack.kind} {attack.name}"][:: given.every]
        usual = {}
        for like in sorted({attack.like for attack in chosen}):
            folder, home = world.fresh(), Path(tempfile.mkdtemp(prefix="home-", dir=place))
            usual[like] = watched(world.untouched(like, folder), folder / "in", home)
        with ThreadPoolExecutor(given.jobs) as pool:
            results = list(pool.map(lambda attack: run_one(world, attack, usual), chosen))
    bad = [found for _, found, _ in results if found]
    codes = Counter((attack.kind, seen.code) for attack, _, seen in results)
    for (kind, code), count in sorted(codes.items()):
        print(f"{kind:10} exit {code}: {count}")
    slowest = max((seen.seconds for _, _, seen in results), default=0.0)
    print(f"{len(results)} attacks, {len(bad)} with an effect; the slowest took {slowest:.1f} s under strace")
    return 1 if bad else 0


if __name__ == "__main__":
    sys.exit(main())
