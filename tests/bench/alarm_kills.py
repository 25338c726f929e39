"""Does the alarm survive kill -9 at any moment? `python -m tests.bench.alarm_kills [watch|fetch|receive …]`.

300 kills (`--kills N`), a third of each: `tracer watch` of a folder in which records, mail and a list of a copy lie;
`tracer signals fetch` of a mailbox of a real Dovecot, where mail goes on arriving; `tracer signals receive`, while a
provider posts calls until each is acknowledged. Each is started again after it was killed. The bar: at the end all is
there once, as where nothing was killed, and every report has gone out. A report that had gone out when the watch was
killed before noting it goes out again under the same id; how often is printed.
"""

from __future__ import annotations

import argparse
import base64
import hashlib
import hmac
import json
import os
import random
import shutil
import subprocess
import sys
import tempfile
import threading
import time
from collections import Counter
from collections.abc import Callable, Sequence
from http.client import HTTPConnection, HTTPException
from pathlib import Path
from typing import Any
from urllib.parse import urlencode

from tests.alarm.receivers import free_port
from tests.bench.kills import command, forked
from tests.bench.small_world import phone, write_world
from tests.signals.dovecot import PASSWORD, Server, dovecot, missing

PLANTED, CONTROLS, EACH = 24, 12, 8
ROUND = 6
"""Kills of a watch before it is left in peace."""
VERIFIED = 5
"""The case is verified after so many rounds."""
_SECRET = "12345"  # noqa: S105 - of a provider that is made up here


def make(root: Path) -> None:
    """A case with two marked copies of a client's list, before anything has arrived."""
    write_world(root / "world", 300)
    rows = [
        f"{phone(900_000 + n)},c{n}@trap.example,林晓,{'canary' if n < PLANTED else 'control'}"
        for n in range(PLANTED + CONTROLS)
    ]
    (root / "world" / "canaries.csv").write_text("phone,email,name,kind\n" + "\n".join(rows) + "\n", encoding="utf-8")
    (root / "out").mkdir()
    head, *people = (root / "world" / "client.csv").read_text(encoding="utf-8").splitlines()
    for copy in range(2):
        marks = [f"林晓,{phone(900_000 + n)},路{n}号" for n in range(copy * EACH, (copy + 1) * EACH)]
        text = "\n".join([head, *marks, *people[copy * 5 :], ""])
        (root / "out" / f"r{copy}.csv").write_text(text, encoding="utf-8")
    case = ["--case", str(root / "case")]
    for step in (
        ["init", str(root / "case")],
        ["party", "add", "v0", "--role", "contractor", *case],
        ["party", "add", "v1", "--role", "contractor", *case],
        ["load", str(root / "world" / "client.csv"), "--holder", "client", "--origin", "own", *case],
        ["canary", "import", str(root / "world" / "canaries.csv"), *case],
        *(
            [
                "release",
                "add",
                "client",
                "--id",
                f"r{copy}",
                "--to",
                f"v{copy}",
                "--date",
                "2026-05-01",
                "--path",
                str(root / "out" / f"r{copy}.csv"),
                *case,
            ]
            for copy in range(2)
        ),
    ):
        code, _ = command(step)
        assert code == 0, f"{step} ended with {code}"


def held(case: Path) -> dict[str, Any]:
    """What must be the same at the end."""
    from tracer.case.case import open_case

    with open_case(case, read_only=True) as opened:
        con = opened.con

        def rows(sql: str) -> list[Any]:
            return con.execute(sql).fetchall()

        return {
            "signals": rows('SELECT f.sha256, s.row, s.canary, s."at" FROM signal s JOIN signal_file f ON f.no = s.file'
                            " ORDER BY ALL"),
            "datasets": rows("SELECT id, sha256, rows FROM dataset ORDER BY ALL"),
            "reports": rows("SELECT thread, version, state FROM conclusion ORDER BY ALL"),
            "unsent": rows("SELECT conclusion, channel FROM delivery WHERE delivered_at IS NULL ORDER BY ALL"),
            "spilled": sorted(path.name for path in opened.spill.glob("*")) if opened.spill.is_dir() else [],
        }  # fmt: skip


def mail(to: int, n: int) -> str:
    """A message to an identity."""
    return (
        f"From: s{n}@spam{n}.example\nTo: c{to}@trap.example\nSubject: {n}\nMessage-ID: <m{n}@spam.example>\n"
        f"Date: Thu, 18 Jun 2026 {n // 60 % 24:02}:{n % 60:02}:00 +0000\n\n您好林晓{n},您的订单\n"
    )


class Kills:
    """Kills, and what was found afterwards."""

    def __init__(self, root: Path, kills: int, seed: int) -> None:
        self.root, self.kills, self.draw = root, kills, random.Random(f"alarm {seed}")
        self.faults: list[str] = []
        self.moments: Counter[str] = Counter()
        self.said: list[str] = []
        self.seconds, self.rounds = 0.0, 0
        self.case = root / "run" / "case"

    def begin(self) -> None:
        """The case as it was at first."""
        shutil.rmtree(self.root / "run", ignore_errors=True)
        (self.root / "run").mkdir()
        shutil.copytree(self.root / "case", self.case)

    def kill(self, arguments: Sequence[str], seconds: float) -> None:
        """Run a command and kill it at a moment of so many seconds."""
        code, _ = command([*arguments, "--case", str(self.case)], self.draw.uniform(0, seconds))
        self.moments["killed" if code < 0 else "was done before"] += 1
        if code not in (-9, 0):
            self.faults.append(f"{arguments[0]} ended with {code}")

    def finish(self, arguments: Sequence[str]) -> dict[str, Any]:
        """Run the command undisturbed; what the case holds then. `seconds`: what that took; verified now and then."""
        began = time.perf_counter()
        self.step(arguments)
        self.seconds = time.perf_counter() - began
        self.rounds += 1
        if self.rounds % VERIFIED == 0 or self.moments["killed"] >= self.kills:
            self.step(["verify"])
        found: dict[str, Any] = forked(lambda: held(self.case))[1]
        if found["spilled"]:
            self.faults.append(f"left behind: {', '.join(found['spilled'])}")
        return found

    def step(self, arguments: Sequence[str]) -> None:
        """A command that must end well."""
        code, _ = command([*arguments, "--case", str(self.case)])
        if code != 0:
            self.faults.append(f"{arguments[0]} ended with {code} after kills")

    def watch(self) -> None:
        """`tracer watch`: records, mail and a list; an outside command gets the reports."""
        inbox, log = self.root / "run" / "inbox", self.root / "run" / "log"

        def arrive() -> list[str]:
            self.begin()
            inbox.mkdir()
            calls = [f"2026-06-{1 + n % 27:02} 09:{n:02}:00,1411{n:07},{phone(900_000 + PLANTED + n % CONTROLS)}"
                     for n in range(40)]  # fmt: skip
            (inbox / "calls.csv").write_text("at,caller,called\n" + "\n".join(calls) + "\n", encoding="utf-8")
            for n, to in enumerate(range(EACH, 2 * EACH)):
                (inbox / f"m{n}.eml").write_text(mail(to, n), encoding="utf-8")
            shutil.copy(self.root / "out" / "r0.csv", inbox / "found.csv")
            hook = f"{sys.executable} -c \"import sys; open('{log}', 'a').write(sys.stdin.read())\""
            return ["watch", str(inbox), "--once", "--rest", "0", "--holder", "trader", "--notify-command", hook]

        again, arguments = 0, arrive()
        wanted = self.finish(arguments)
        seconds = self.seconds
        ids = sorted(json.loads(line)["id"] for line in log.read_text(encoding="utf-8").splitlines())
        assert len(ids) == len(wanted["reports"]) > 1, (ids, wanted["reports"])
        while self.moments["killed"] < self.kills:
            arrive()
            for _ in range(min(ROUND, self.kills - self.moments["killed"])):
                self.kill(arguments, seconds)
            got = self.finish(arguments)
            sent = [json.loads(line)["id"] for line in log.read_text(encoding="utf-8").splitlines()]
            again += len(sent) - len(set(sent))
            differing = [name for name in wanted if got[name] != wanted[name]]
            if differing or len(set(sent)) != len(ids):
                self.faults.append(f"watch: other than undisturbed: {', '.join(differing)}; {len(set(sent))} reports")
                self.faults += [f"  {got[name]} and not {wanted[name]}" for name in differing]
            self.kept()
        self.said.append(f"{again} reports sent again, under the same id")

    def fetch(self) -> None:
        """`tracer signals fetch`: mail that goes on arriving at a real server."""
        with dovecot() as server:
            os.environ["SSL_CERT_FILE"] = str(server.cert)
            self._fetch(server)

    def _fetch(self, server: Server) -> None:
        self.begin()
        secret = self.root / "run" / "password"
        secret.write_text(PASSWORD, encoding="utf-8")
        arguments = ["signals", "fetch", f"imap://lin@127.0.0.1:{server.port}/INBOX", "--password-file", str(secret)]
        n = 0

        def arrive(count: int) -> None:
            nonlocal n
            for _ in range(count):
                server.deliver(f"{n}.m.x", mail(n % PLANTED, n))
                n += 1

        arrive(5)
        self.finish(arguments)
        while self.moments["killed"] < self.kills:
            for _ in range(min(10, self.kills - self.moments["killed"])):
                arrive(self.draw.randrange(6))
                self.kill(arguments, self.seconds)
            found = len(self.finish(arguments)["signals"])
            if found != n:
                self.faults.append(f"fetch: {found} of {n} messages")
            self.kept()
        self.said.append(f"{n} messages")

    def receive(self) -> None:
        """`tracer signals receive`: a provider that posts each call until it is acknowledged."""
        self.begin()
        inbox, secret, port = self.root / "run" / "calls", self.root / "run" / "secret", free_port()
        inbox.mkdir()
        secret.write_text(_SECRET, encoding="utf-8")
        arguments = [
            "signals", "receive", str(inbox), "--provider", "twilio", "--url", "https://hook.example", "--port",
            str(port), "--secret-file", str(secret),
        ]  # fmt: skip
        provider = TwilioCalls(port)
        while self.moments["killed"] < self.kills:
            for _ in range(min(10, self.kills - self.moments["killed"])):
                provider.answered.clear()
                process = subprocess.Popen([sys.executable, "-m", "tracer", *arguments], stderr=subprocess.DEVNULL)
                provider.answered.wait(60)
                time.sleep(self.draw.uniform(0, 0.4))
                process.kill()
                code = process.wait()
                self.moments["killed" if code == -9 else f"ended with {code}"] += 1
            provider.stopped.set()
            files = [path for path in inbox.iterdir() if path.suffix == ".json"]
            records = [json.loads(path.read_text(encoding="utf-8"))[0]["id"] for path in files]
            lost = provider.acknowledged - set(records)
            if lost or len(records) != len(set(records)):
                self.faults.append(f"receive: {len(lost)} acknowledged calls lost, {len(records)} files")
            provider.stopped.clear()
            self.kept()
        provider.ended.set()
        acknowledged = len(provider.acknowledged)
        # What was kept when the answer was cut off is there as well, once.
        found = self.finish(["signals", "load", *(str(path) for path in sorted(inbox.glob("*.json")))])
        self.said.append(f"{acknowledged} calls acknowledged")
        if not acknowledged <= len(found["signals"]) <= provider.number:
            self.faults.append(f"receive: {len(found['signals'])} hits of {acknowledged} calls")

    def kept(self) -> None:
        """Say how far it is."""
        print(
            f"  {self.moments['killed']}: {dict(self.moments)}, {len(self.faults)} faults", file=sys.stderr, flush=True
        )


class TwilioCalls:
    """A provider: signs each call, and posts it again until it is acknowledged."""

    def __init__(self, port: int) -> None:
        self.port, self.number = port, 0
        self.acknowledged: set[str] = set()
        self.stopped, self.ended, self.answered = threading.Event(), threading.Event(), threading.Event()
        self._lock = threading.Lock()
        for _ in range(3):
            threading.Thread(target=self._work, daemon=True).start()

    def _work(self) -> None:
        while not self.ended.is_set():
            with self._lock:
                self.number += 1
                n = self.number
            while not self.ended.is_set() and (self.stopped.is_set() or not self._posted(n)):
                time.sleep(0.01)
            time.sleep(0.1)

    def _posted(self, n: int) -> bool:
        form = {
            "CallSid": f"CA{n}", "From": f"+861411{n:07}", "To": f"+86{phone(900_000 + n % PLANTED)}",
            "Direction": "inbound",
        }  # fmt: skip
        text = "https://hook.example/in" + "".join(name + form[name] for name in sorted(form))
        signature = base64.b64encode(hmac.new(_SECRET.encode(), text.encode(), hashlib.sha1).digest()).decode()
        line = HTTPConnection("127.0.0.1", self.port, timeout=10)
        try:
            line.request("POST", "/in", urlencode(form).encode(), {"X-Twilio-Signature": signature})
            if line.getresponse().status != 200:
                return False
        except (OSError, HTTPException):
            return False
        finally:
            line.close()
        self.acknowledged.add(form["CallSid"])
        self.answered.set()
        return True


def main(arguments: Sequence[str] | None = None) -> int:
    """Run the parts; 1 where anything was lost or came twice."""
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("parts", nargs="*", choices=["watch", "fetch", "receive", []])
    parser.add_argument("--kills", type=int, default=300)
    parser.add_argument("--seed", type=int, default=1)
    given = parser.parse_args(arguments)
    parts = given.parts or ["watch", "fetch", "receive"]
    faults = 0
    with tempfile.TemporaryDirectory(prefix="alarm-kills-") as folder:
        os.environ |= {"TRACER_KEY": "5a" * 32, "TRACER_NOW": "2026-06-01T12:00:00", "HOME": folder}
        root = Path(folder)
        make(root)
        for part in parts:
            if part == "fetch" and missing():
                print(f"fetch: not measured, {missing()}")
                continue
            kills = Kills(root, given.kills // len(parts), given.seed)
            work: Callable[[], None] = getattr(kills, part)
            work()
            print(f"{part:8} {', '.join(f'{count} {what}' for what, count in sorted(kills.moments.items()))}")
            print("        ", *kills.said)
            for fault in kills.faults:
                print(f"FAULT  {fault}")
            faults += len(kills.faults)
    print("nothing lost, nothing twice" if not faults else f"{faults} faults")
    return int(faults > 0)


if __name__ == "__main__":
    sys.exit(main())
