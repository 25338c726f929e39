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
        port = free_port()
        settings = folder / "dovecot.conf"
        settings.write_text(_settings(folder, port, cert, key), encoding="utf-8")
        for path in (folder, *folder.rglob("*")):
            _give(path)
        process = _started(settings, folder / "stderr")
        _wait(port, process, folder)
        yield Server(port, folder, cert)
    finally:
        if process is not None:
            process.send_signal(signal.SIGTERM)
            process.wait(20)
        shutil.rmtree(folder, ignore_errors=True)


def _started(settings: Path, errors: Path) -> subprocess.Popen[bytes]:
    command = [str(PROGRAM), "-F", "-c", str(settings)]
    with errors.open("wb") as stderr:
        if os.getuid() != 0:
            return subprocess.Popen(command, stdout=subprocess.DEVNULL, stderr=stderr)
        group = pwd.getpwnam(_user()).pw_gid
        return subprocess.Popen(
            command, user=_user(), group=group, extra_groups=[], stdout=subprocess.DEVNULL, stderr=stderr
        )


def _user() -> str:
    return "nobody" if os.getuid() == 0 else pwd.getpwuid(os.getuid()).pw_name


def _give(path: Path) -> None:
    """Root gives the server's files to the user that it runs as."""
    if os.getuid() == 0:
        entry = pwd.getpwnam(_user())
        os.chown(path, entry.pw_uid, entry.pw_gid)


def _wait(port: int, process: subprocess.Popen[bytes], folder: Path) -> None:
    until = time.monotonic() + 30
    while time.monotonic() < until:
        if process.poll() is not None:
            break
        try:
            socket.create_connection(("127.0.0.1", port), 1).close()
        except OSError:
            time.sleep(0.05)
        else:
            return
    log = folder / "log"
    told = (folder / "stderr").read_text() + (log.read_text() if log.is_file() else "")
    raise RuntimeError(f"Dovecot did not start: {told}")


def _settings(folder: Path, port: int, cert: Path, key: Path) -> str:
    entry = pwd.getpwnam(_user())
    group = grp.getgrgid(entry.pw_gid).gr_name
    return f"""
dovecot_config_version = 2.4.1
dovecot_storage_version = 2.4.1
base_dir = {folder}/run
state_dir = {folder}/run
log_path = {folder}/log
listen = 127.0.0.1
protocols = imap
default_internal_user = {_user()}
default_internal_group = {group}
default_login_user = {_user()}
first_valid_uid = 1
first_valid_gid = 1
mail_driver = maildir
mail_path = {folder}/mail
ssl = required
ssl_server_cert_file = {cert}
ssl_server_key_file = {key}
passdb static {{
  password = {PASSWORD}
}}
userdb static {{
  fields {{
    uid = {entry.pw_uid}
    gid = {entry.pw_gid}
    home = {folder}/home
  }}
}}
service imap-login {{
  chroot =
  inet_listener imap {{
    port = 0
  }}
  inet_listener imaps {{
    port = {port}
    ssl = yes
  }}
}}
service anvil {{
  chroot =
}}
service imap {{
  chroot =
}}
"""
