"""A real IMAP server, Dovecot, on this machine alone, with a mailbox of its own in a folder that goes with it."""

from __future__ import annotations

import grp
import os
import pwd
import shutil
import signal
import socket
import subprocess
import tempfile
import time
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass
from pathlib import Path
from string import Template
from typing import Any

from tests.alarm.receivers import certificate, free_port

PASSWORD = "geheim"  # noqa: S105 - of a server that lives for a test
PROGRAM = shutil.which("dovecot") or shutil.which("dovecot", path="/usr/sbin")


def missing() -> str:
    """Why no server can be started here; empty where one can."""
    if PROGRAM is None:
        return "no Dovecot here (Debian: dovecot-imapd)"
    version = subprocess.run([PROGRAM, "--version"], capture_output=True, text=True, check=False).stdout
    return "" if version.startswith("2.4") else f"Dovecot {version.strip()}, and the settings here are those of 2.4"


@dataclass(frozen=True)
class Server:
    port: int
    folder: Path
    cert: Path

    def deliver(self, name: str, message: str | bytes) -> None:
        """Put a message into the inbox as a mail server does: written aside, then moved."""
        new = self.folder / "mail" / "new"
        aside = self.folder / "mail" / "tmp" / name
        aside.write_bytes(message.encode() if isinstance(message, str) else message)
        _give(aside)
        aside.rename(new / name)

    def renumber(self) -> None:
        """Forget the numbers of the messages, as a server that was restored from a backup does."""
        for path in (self.folder / "mail").glob("dovecot*"):
            path.unlink()


@contextmanager
def dovecot() -> Iterator[Server]:
    # Where its own user may look, whatever a test has for temporary files.
    folder = Path(tempfile.mkdtemp(prefix="dovecot-", dir="/tmp"))
    process: subprocess.Popen[bytes] | None = None
    try:
        cert, key = certificate(folder)
        for part in ("mail/new", "mail/cur", "mail/tmp", "run", "home"):
            (folder / part).mkdir(parents=True)
        port, runs_as = free_port(), _owner()
        settings = Template(Path(__file__).with_name("dovecot.conf").read_text(encoding="utf-8")).substitute(
            folder=folder, user=runs_as.pw_name, group=grp.getgrgid(runs_as.pw_gid).gr_name, cert=cert, key=key,
            password=PASSWORD, uid=runs_as.pw_uid, gid=runs_as.pw_gid, port=port,
        )  # fmt: skip
        (folder / "dovecot.conf").write_text(settings, encoding="utf-8")
        for path in (folder, *folder.rglob("*")):
            _give(path)
        other: dict[str, Any] = (
            {} if os.getuid() else {"user": runs_as.pw_name, "group": runs_as.pw_gid, "extra_groups": []}
        )
        with (folder / "stderr").open("wb") as stderr:
            process = subprocess.Popen(
                [str(PROGRAM), "-F", "-c", str(folder / "dovecot.conf")],
                stdout=subprocess.DEVNULL,
                stderr=stderr,
                **other,
            )
        _wait(port, process, folder)
        yield Server(port, folder, cert)
    finally:
        if process is not None:
            process.send_signal(signal.SIGTERM)
            process.wait(20)
        shutil.rmtree(folder, ignore_errors=True)


def _owner() -> pwd.struct_passwd:
    """Whom the server runs as: root may not be it."""
    return pwd.getpwuid(os.getuid()) if os.getuid() else pwd.getpwnam("nobody")


def _give(path: Path) -> None:
    """Root gives the server's files to the user that it runs as."""
    if os.getuid() == 0:
        os.chown(path, _owner().pw_uid, _owner().pw_gid)


def _wait(port: int, process: subprocess.Popen[bytes], folder: Path) -> None:
    until = time.monotonic() + 30
    while time.monotonic() < until and process.poll() is None:
        try:
            socket.create_connection(("127.0.0.1", port), 1).close()
        except OSError:
            time.sleep(0.05)
        else:
            return
    told = [path.read_text() for name in ("stderr", "log") if (path := folder / name).is_file()]
    raise RuntimeError(f"Dovecot did not start: {''.join(told)}")
