"""A watch among hostile inputs: [--inputs 1000] [--mails 10000] [--seed 1]. Needs Dovecot for its mailbox.

As many hostile files among good ones lie in a folder, as many hostile mails among good ones in a mailbox; then a
backlog of mails. Bars: every good one is read, every bad one is read, rejected or set aside with a reason, nothing is
restarted, no process over 4 GiB, and 10,000 mails take 60 s.
"""

from __future__ import annotations

import argparse
import os
import random
import resource
import sys
import tempfile
import time
from collections.abc import Sequence
from pathlib import Path

import tracer
from tests.lists.read.mutants import mutated, seeds
from tests.signals.dovecot import PASSWORD, Server, dovecot, missing
from tests.signals.hostile import MAILS, raw
from tracer.signals.fetch import mailbox_of

MAIL = "good@post.example"
MOST_SECONDS, MOST_BYTES = 60.0, 4 << 30
GOOD = (
    "Return-Path: <s@spam.example>\nReceived: from a by mx.post.example for <{to}>; Mon, 01 Jun 2026 10:00:00 +0000\n"
    "From: s@spam.example\nTo: {to}\nSubject: {subject}\nMessage-ID: <{subject}@spam.example>\n\nHallo,\nhier ist es.\n"
)
_WAYS = 6


def hostile_file(number: int, rng: random.Random) -> tuple[str, bytes]:
    """(name, bytes) of a mutant of a list, a log or a mail, or of nothing at all."""
    pool = seeds()
    way = number % _WAYS
    if way == 0:
        name = rng.choice(sorted(MAILS))
        return f"{number}-{name}.eml", raw(MAILS[name])
    if way == 1:
        return f"{number}-random.bin", rng.randbytes(rng.randrange(1, 50_000))
    name = rng.choice(sorted(pool))
    return f"{number}-{name}", mutated(pool[name], rng, list(pool.values()))


def hostile_mail(number: int, rng: random.Random) -> bytes:
    """A mail that ends readers which trust it, mutated now and then; some are no mail."""
    data = [raw(text) for text in MAILS.values()]
    one = data[number % len(data)]
    return one if number < len(data) else mutated(one, rng, data)


def bytes_of_children() -> int:
    """The most that a process under this one has held, bytes."""
    return resource.getrusage(resource.RUSAGE_CHILDREN).ru_maxrss << 10


def folder_of_both(folder: Path, inputs: int, rng: random.Random) -> None:
    """Hostile files, and as many good ones among them."""
    folder.mkdir()
    for number in range(inputs):
        name, data = hostile_file(number, rng)
        (folder / name.replace("/", "_")).write_bytes(data)
        (folder / f"{number}-good.eml").write_text(GOOD.format(to=MAIL, subject=f"file {number}"), encoding="utf-8")
    for path in folder.iterdir():
        os.utime(path, (time.time() - 60, time.time() - 60))


def mailbox_of_both(server: Server, inputs: int, rng: random.Random) -> None:
    """Hostile mails, and as many good ones among them."""
    for number in range(inputs):
        server.deliver(f"{2 * number}.m.x", hostile_mail(number, rng))
        server.deliver(f"{2 * number + 1}.m.x", GOOD.format(to=MAIL, subject=f"mail {number}"))


def main(arguments: Sequence[str] | None = None) -> int:
    """Print what came of them; 1 where a bar is missed."""
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("--inputs", type=int, default=1_000, help="hostile ones, and good ones, each way")
    parser.add_argument("--mails", type=int, default=10_000, help="of the backlog")
    parser.add_argument("--seed", type=int, default=1)
    given = parser.parse_args(arguments)
    if why := missing():
        print(why)
        return 1
    rng = random.Random(f"arrivals {given.seed}")
    with tempfile.TemporaryDirectory(prefix="tracer-arrivals-") as name, dovecot() as server:
        root = Path(name)
        os.environ |= {"HOME": name, "XDG_DATA_HOME": name, "SSL_CERT_FILE": str(server.cert)}
        (root / "canaries.csv").write_text(f"email,kind\n{MAIL},canary\n", encoding="utf-8")
        case = tracer.create(root / "case", region="DE")
        case.canaries.import_(root / "canaries.csv")
        box = mailbox_of(f"imaps://lin@127.0.0.1:{server.port}/INBOX", PASSWORD)
        folder_of_both(root / "in", given.inputs, rng)
        mailbox_of_both(server, given.inputs, rng)
        said: list[str] = []
        began = time.perf_counter()
        case.watch(root / "in", mailboxes=[box], once=True, traces=False, rest=0.0, tell=said.append)
        took = time.perf_counter() - began
        good = {what: _count(case, f"{what} %") for what in ("file", "mail")}
        aside = len(case.aside())
        for number in range(given.mails):
            text = GOOD.format(to=MAIL if number % 3 else f"x{number}@post.example", subject=f"late {number}")
            server.deliver(f"late{number}.m.x", text)
        began = time.perf_counter()
        case.watch(mailboxes=[box], once=True, traces=False, tell=said.append)
        backlog = time.perf_counter() - began
    most = bytes_of_children()
    print(f"{2 * given.inputs:,} files and {2 * given.inputs:,} mails in {took:.0f} s; {aside} set aside")
    print(f"good ones read: {good['file']:,} files, {good['mail']:,} mails of {given.inputs:,} each")
    print(f"{given.mails:,} mails by IMAP in {backlog:.1f} s; at most {most >> 20:,} MiB in one process")
    missed = min(good.values()) < given.inputs or most > MOST_BYTES or backlog > MOST_SECONDS
    print("bars:", "MISSED" if missed else "met")
    return int(missed)


def _count(case: tracer.Case, subject: str) -> int:
    """Good ones that were read, by their subject."""
    from tracer.case.case import open_case

    with open_case(case.folder, read_only=True) as opened:
        row = opened.con.execute(
            "SELECT count(DISTINCT subject) FROM signal WHERE subject LIKE $subject", {"subject": subject}
        ).fetchone()
    return 0 if row is None else int(row[0])


if __name__ == "__main__":
    sys.exit(main())
