"""Receives the webhooks of a provider and keeps each call and message as a file, before the provider has its answer.

On this machine alone, unless another address is named: a proxy that speaks TLS passes requests on. What is too large,
too slow, too much at once or not signed is refused, and nothing of it is kept.
"""

from __future__ import annotations

import hashlib
import json
import os
import threading
import time
from collections.abc import Callable
from dataclasses import dataclass, field
from datetime import UTC, datetime
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer
from pathlib import Path
from socket import socket
from typing import Any

from tracer.errors import UsageError
from tracer.regular import secret_in
from tracer.signals.providers import PROVIDERS, Posted, Provider, Reported
from tracer.whole_file import keep_private

_LARGEST = 256 << 10
"""Bytes of a request's body."""
_PATIENCE_S = 10.0
_AT_ONCE = 16
"""Requests at a time; those that come on top are cut off, and their provider tries again."""


@dataclass(frozen=True)
class Receiver:
    """What is received, and where it is kept."""

    provider: Provider
    secret: str = field(repr=False)
    folder: Path
    """Gets a JSON file for each call and message; `tracer watch` loads them."""
    base: str
    """How the provider calls this receiver, without path: it signs the address that it calls."""
    say: Callable[[str], None]
    clock: Callable[[], float] = time.time

    def take(self, path: str, headers: dict[str, str], body: bytes) -> int:
        """The status of the answer; 200 where what came is kept, or was kept before."""
        posted = Posted(self.base.rstrip("/") + path, headers, body)
        if not self.provider.is_signed(posted, self.secret, self.clock()):
            self.say("refused: not signed by the provider (check the secret, and the address in --url)")
            return 403
        reported = self.provider.read(posted)
        if reported is not None:
            self._keep(reported)
        return 200

    def _keep(self, reported: Reported) -> None:
        """Write it whole or not at all; what is reported again has its file already."""
        name = f"{self.provider.name}-{hashlib.sha256(reported.identity.encode()).hexdigest()[:32]}.json"
        target = self.folder / name
        if target.exists():
            return
        at = datetime.fromtimestamp(self.clock(), UTC)
        record = {"at": f"{at:%Y-%m-%dT%H:%M:%SZ}", **reported.record, "id": reported.identity}
        draft = self.folder / f".{name}.{threading.get_ident()}.part"
        with draft.open("w", encoding="utf-8") as file:
            file.write(json.dumps([record]) + "\n")
            file.flush()
            os.fsync(file.fileno())
        draft.replace(target)
        folder = os.open(self.folder, os.O_RDONLY)
        try:
            os.fsync(folder)
        finally:
            os.close(folder)
        self.say(f"kept {name}")


class BoundedServer(ThreadingHTTPServer):
    """A server with so many requests at a time."""

    daemon_threads = True

    def __init__(self, address: tuple[str, int], receiver: Receiver) -> None:
        keep_private()
        self.receiver, self._free = receiver, threading.BoundedSemaphore(_AT_ONCE)
        super().__init__(address, _Request)

    def process_request(self, request: Any, client_address: Any) -> None:
        """Handle it in a thread of its own, where one is free."""
        if not self._free.acquire(blocking=False):
            self.shutdown_request(request)
            return
        super().process_request(request, client_address)

    def process_request_thread(self, request: Any, client_address: Any) -> None:
        """Handle it, and free the thread."""
        try:
            super().process_request_thread(request, client_address)
        finally:
            self._free.release()

    def handle_error(self, request: socket | tuple[bytes, socket], client_address: Any) -> None:  # noqa: ARG002 - its signature
        """A connection that broke is the other side's affair."""
        self.receiver.say("a request was not answered")


def receiving(
    folder: Path, provider: str, base: str, say: Callable[[str], None], *, secret_file: Path | None, at: tuple[str, int]
) -> BoundedServer:
    """A server that listens at `at` for a provider (a key of `PROVIDERS`).

    Its secret, where no file has it, is TRACER_PROVIDER_SECRET.

    Raises:
        UsageError: no such folder or provider, or no secret.
    """
    if not folder.is_dir():
        raise UsageError("no such folder", where=str(folder), remedy="make it, or name the one that is watched")
    if provider not in PROVIDERS:
        raise UsageError(f"unknown provider {provider!r}", remedy=f"one of: {', '.join(PROVIDERS)}")
    given = secret_in(secret_file) if secret_file is not None else os.environ.get("TRACER_PROVIDER_SECRET", "")
    if not given.strip():
        raise UsageError("no secret was given", remedy="give --secret-file or set TRACER_PROVIDER_SECRET")
    return BoundedServer(at, Receiver(PROVIDERS[provider], given.strip(), folder, base, say))


class _Request(BaseHTTPRequestHandler):
    """One connection, one request."""

    server: BoundedServer
    timeout = _PATIENCE_S
    server_version, sys_version = "tracer", ""

    def handle(self) -> None:
        """Answer within ten seconds altogether, however slowly it comes."""
        end = threading.Timer(_PATIENCE_S, self.connection.close)
        end.daemon = True
        end.start()
        try:
            super().handle()
        finally:
            end.cancel()

    def do_POST(self) -> None:
        """Keep what the provider reports."""
        length = self.headers.get("Content-Length", "")
        if not length.isdigit():
            self._answer(411)
        elif int(length) > _LARGEST:
            self._answer(413)
        else:
            body = self.rfile.read(int(length))
            headers = {name.lower(): value for name, value in self.headers.items()}
            whole = len(body) == int(length)
            try:
                status = self.server.receiver.take(self.path, headers, body) if whole else 400
            except OSError as problem:
                self.server.receiver.say(f"not kept: {problem.strerror}")
                status = 503
            self._answer(status)

    def _answer(self, status: int) -> None:
        kind, body = self.server.receiver.provider.answer if status == 200 else ("text/plain", b"")
        self.send_response(status)
        self.send_header("Content-Type", kind)
        self.send_header("Content-Length", str(len(body)))
        self.send_header("Connection", "close")
        self.end_headers()
        self.wfile.write(body)

    def log_message(self, *_: object) -> None:
        """Nothing of a request is logged: addresses and numbers are in it."""
