"""Receives the webhooks of a provider and keeps each call and message as a file, before the provider has its answer.

On this machine alone, unless another address is named: a proxy that speaks TLS passes requests on. What is too large,
too slow, too much at once or not signed is refused, and nothing of it is kept.

Twilio signs the address and the fields of a form (HMAC-SHA1, its documented scheme), or the address with a hash of a
JSON body in it. Plivo signs address, fields and a number used once (HMAC-SHA256, its third version). Vonage sends a
JSON Web Token (HS256, RFC 7515) with a hash of the body. Telnyx signs time and body (Ed25519). What is not signed, or
signed by somebody else, is refused; so is a token or a time that is older than five minutes.
"""

from __future__ import annotations

import base64
import binascii
import hashlib
import hmac
import json
import os
import re
import threading
import time
from collections.abc import Callable, Mapping, Sequence
from contextlib import suppress
from dataclasses import dataclass, field
from datetime import UTC, datetime
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer
from pathlib import Path
from socket import SHUT_RDWR, socket
from typing import Any
from urllib.parse import parse_qs, parse_qsl, urlsplit

from tracer.documents import NotADocument, json_of, toml_of
from tracer.errors import UsageError
from tracer.file_writing import keep_private
from tracer.input_files import secret_in

_OLDEST_S = 300
"""Seconds for which a token holds, so that one that was overheard is soon worth nothing."""
Fields = Mapping[str, str]


@dataclass(frozen=True)
class Posted:
    """One request as it came."""

    url: str
    headers: Mapping[str, str]
    body: bytes


@dataclass(frozen=True)
class Provider:
    """One provider, and the names of its fields: `providers.toml` explains them."""

    name: str
    is_signed: Callable[[Posted, str, float], bool]
    """(request, secret, seconds since 1970) → whether it is from the provider."""
    fields: Callable[[bytes], Fields]
    """The body → what it says."""
    message: Sequence[str]
    call: Sequence[str]
    caller: Sequence[str]
    called: Sequence[str]
    text: Sequence[str]
    answer: tuple[str, str]
    at: Sequence[str] = ()
    status: str = ""
    bare: bool = False

    def read(self, posted: Posted) -> Fields | None:
        """The call or message as headings of a plain table: at (may lack), caller, called, channel, text, id. None for
        reports of anything else, and of one's own."""
        fields = self.fields(posted.body)
        message, call, caller, called, text, at = (
            next((fields[name] for name in names if fields.get(name)), "")
            for names in (self.message, self.call, self.caller, self.called, self.text, self.at)
        )
        own = (fields.get("Direction") or fields.get("direction") or "").startswith("outbound")
        if not (message or call) or not called or own or fields.get(self.status, "received") != "received":
            return None
        if self.bare:
            caller, called = (f"+{one}" if re.fullmatch(r"\d{8,15}", one) else one for one in (caller, called))
        if re.fullmatch(r"\d{4}-\d\d-\d\d[ T]\d\d:\d\d:\d\d(\.\d+)?", at):
            at = f"{at.replace(' ', 'T')}Z"
        record = {"caller": caller or "anonymous", "called": called, "channel": "sms" if message else "call"}
        return ({"at": at} if at else {}) | record | {"text": text, "id": message or call}


def twilio_signed(posted: Posted, secret: str, _: float) -> bool:
    """Whether Twilio signed it with the account's token.

    >>> form = b"CallSid=CA1234567890ABCDE&Caller=%2B14158675309&Digits=1234&From=%2B14158675309&To=%2B18005551212"
    >>> signed = {"x-twilio-signature": "RSOYDt4T1cUTdK1PDd93/VVr8B8="}
    >>> twilio_signed(Posted("https://mycompany.com/myapp.php?foo=1&bar=2", signed, form), "12345", 0.0)
    True
    """
    said, fields = posted.headers.get("x-twilio-signature", ""), _form(posted.body)
    hashed = parse_qs(urlsplit(posted.url).query).get("bodySHA256")
    if hashed is not None:
        if not _same(hashlib.sha256(posted.body).hexdigest(), hashed[0]):
            return False
        fields = []
    text = posted.url + "".join(name + value for name, value in sorted(set(fields)))
    return _same(_keyed_digest(secret, text, "sha1"), said)


def plivo_signed(posted: Posted, secret: str, _: float) -> bool:
    """Whether Plivo signed it with the token of the account or, by the second header, of its main account."""
    nonce = posted.headers.get("x-plivo-signature-v3-nonce", "")
    fields, parts = sorted(_form(posted.body)), urlsplit(posted.url)
    query = "&".join(f"{name}={value}" for name, value in sorted(parse_qsl(parts.query, keep_blank_values=True)))
    text = f"{parts.scheme}://{parts.netloc}{parts.path}"
    text += ("?" if query or fields else "") + query + ("." if query and fields else "")
    text += "".join(name + value for name, value in fields) + f".{nonce}"
    wanted = _keyed_digest(secret, text, "sha256")
    said = (posted.headers.get(f"x-plivo-signature-{kind}", "") for kind in ("v3", "ma-v3"))
    return nonce != "" and any(_same(wanted, one.strip()) for header in said for one in header.split(","))


def telnyx_signed(posted: Posted, secret: str, now: float) -> bool:
    """Whether Telnyx signed it lately; `secret` is the account's public key, which is none."""
    from cryptography.exceptions import InvalidSignature
    from cryptography.hazmat.primitives.asymmetric.ed25519 import Ed25519PublicKey

    at = posted.headers.get("telnyx-timestamp", "")
    if not re.fullmatch(r"[0-9]{1,12}", at) or abs(now - int(at)) > _OLDEST_S:
        return False
    try:
        key = Ed25519PublicKey.from_public_bytes(base64.b64decode(secret, validate=True))
        signature = base64.b64decode(posted.headers.get("telnyx-signature-ed25519", ""), validate=True)
        key.verify(signature, f"{at}|".encode() + posted.body)
    except (InvalidSignature, binascii.Error, ValueError):
        return False
    return True


def vonage_signed(posted: Posted, secret: str, now: float) -> bool:
    """Whether Vonage signed it with the account's signature secret, this body, and lately."""
    token = posted.headers.get("authorization", "").removeprefix("Bearer ").strip()
    claims = token_claims(token, secret.encode())
    if claims is None:
        return False
    issued, hashed = claims.get("iat"), claims.get("payload_hash")
    if not isinstance(issued, int | float) or abs(now - issued) > _OLDEST_S:
        return False
    # Without a body there is nothing to hash: what a GET says is not signed, and is not believed.
    return isinstance(hashed, str) and _same(hashlib.sha256(posted.body).hexdigest(), hashed.lower())


def token_claims(token: str, secret: bytes) -> Mapping[str, object] | None:
    """What a JSON Web Token says where it is signed by HS256 with this secret; None otherwise."""
    head, _, rest = token.partition(".")
    payload, _, signature = rest.partition(".")
    try:
        wanted = hmac.new(secret, f"{head}.{payload}".encode(), hashlib.sha256).digest()
        if json_of(_base64_bytes(head)).get("alg") != "HS256" or not hmac.compare_digest(
            wanted, _base64_bytes(signature)
        ):
            return None
        claims = json_of(_base64_bytes(payload))
    except (binascii.Error, ValueError, NotADocument, AttributeError):
        return None
    return claims if isinstance(claims, dict) else None


def _base64_bytes(text: str) -> bytes:
    return base64.b64decode(text + "=" * (-len(text) % 4), altchars=b"-_", validate=True)


def _keyed_digest(secret: str, text: str, digest: str) -> str:
    return base64.b64encode(hmac.new(secret.encode(), text.encode(), digest).digest()).decode()


def _same(one: str, other: str) -> bool:
    return hmac.compare_digest(one.encode(), other.encode(errors="replace"))


def _form(body: bytes) -> list[tuple[str, str]]:
    try:
        return parse_qsl(body.decode(), keep_blank_values=True, max_num_fields=500)
    except ValueError:
        return []


def _object(whole: object, *names: str) -> dict[str, Any]:
    """A JSON text's object, or the one that it holds under these names; empty where there is none."""
    try:
        found = json_of(whole) if isinstance(whole, bytes) else whole
    except NotADocument:
        return {}
    for name in names:
        found = found.get(name) if isinstance(found, dict) else None
    return found if isinstance(found, dict) else {}


def _texts(fields: Mapping[str, object]) -> dict[str, str]:
    return {key: str(value) for key, value in fields.items() if value is not None}


def _telnyx(body: bytes) -> dict[str, str]:
    """What Telnyx says of a call or message that comes in, without the objects that hold it; empty for other events."""
    event, payload = _object(body, "data"), _object(body, "data", "payload")
    kind, caller, called = event.get("event_type"), payload.get("from"), payload.get("to")
    if kind == "message.received":
        first = called[0] if isinstance(called, list) and called else None
        caller, called = _object(caller).get("phone_number"), _object(first).get("phone_number")
        found = {"message": payload.get("id"), "text": payload.get("text")}
    elif (kind, payload.get("direction")) == ("call.initiated", "incoming"):
        found = {"call": payload.get("call_session_id")}
    else:
        return {}
    found |= {"from": caller, "to": called, "at": event.get("occurred_at")}
    return {key: str(value) for key, value in found.items() if value}


_READERS: Mapping[str, tuple[Callable[[Posted, str, float], bool], Callable[[bytes], Fields]]] = {
    "twilio": (twilio_signed, lambda body: dict(_form(body)) or _texts(_object(body))),
    "plivo": (plivo_signed, lambda body: dict(_form(body))),
    "telnyx": (telnyx_signed, _telnyx),
    "vonage": (vonage_signed, lambda body: _texts(_object(body))),
}
_FIELDS = toml_of((Path(__file__).parent / "providers.toml").read_text(encoding="utf-8"))
PROVIDERS = {name: Provider(name, *_READERS[name], **names) for name, names in _FIELDS.items()}
"""By name."""
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
        """The status of the answer; 200 where what came is kept, or was kept before. What cannot be read is kept as it
        came: a watch sets it aside."""
        posted = Posted(self.base.rstrip("/") + path, headers, body)
        if not self.provider.is_signed(posted, self.secret, self.clock()):
            self.say("refused: not signed by the provider (check the secret, and the address in --url)")
            return 403
        try:
            reported = self.provider.read(posted)
        except Exception as problem:  # noqa: BLE001 - it is signed and may be a call: kept as it came
            self.say(f"a report cannot be read ({type(problem).__name__})")
            self._keep(hashlib.sha256(body).hexdigest(), body, "unread")
            return 200
        if reported is not None:
            at = datetime.fromtimestamp(self.clock(), UTC)
            record = {"at": f"{at:%Y-%m-%dT%H:%M:%SZ}", **reported}
            self._keep(reported["id"], (json.dumps([record]) + "\n").encode(), "json")
        return 200

    def _keep(self, identity: str, data: bytes, ending: str) -> None:
        """Write it whole or not at all; what is reported again has its file already."""
        name = f"{self.provider.name}-{hashlib.sha256(identity.encode()).hexdigest()[:32]}.{ending}"
        target = self.folder / name
        if target.exists():
            return
        draft = self.folder / f".{name}.{threading.get_ident()}.part"
        with draft.open("wb") as file:
            file.write(data)
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


def receiving_server(
    folder: Path, provider: str, base: str, say: Callable[[str], None], *, secret_file: Path | None, at: tuple[str, int]
) -> BoundedServer:
    """A server that listens at `at` for a provider (a key of `PROVIDERS`).

    Its secret, where no file has it, is TRACER_PROVIDER_SECRET.

    Raises `UsageError`: no such folder or provider, or no secret."""
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
        end = threading.Timer(_PATIENCE_S, self._cut_off)
        end.daemon = True
        end.start()
        try:
            super().handle()
        finally:
            end.cancel()

    def _cut_off(self) -> None:
        with suppress(OSError):  # it may be over; to close it would not wake the thread that reads from it
            self.connection.shutdown(SHUT_RDWR)

    def do_POST(self) -> None:
        """Keep what the provider reports, and then answer."""
        receiver, length = self.server.receiver, self.headers.get("Content-Length", "")
        status = 411 if not length.isdigit() else 413 if int(length) > _LARGEST else 400
        if status == 400:
            body = self.rfile.read(int(length))
            headers = {name.lower(): value for name, value in self.headers.items()}
            try:
                status = receiver.take(self.path, headers, body) if len(body) == int(length) else 400
            except OSError as problem:
                receiver.say(f"not kept: {problem.strerror}")
                status = 503
        kind, said = receiver.provider.answer if status == 200 else ("text/plain", "")
        self.send_response(status)
        for name, value in (("Content-Type", kind), ("Content-Length", str(len(said))), ("Connection", "close")):
            self.send_header(name, value)
        self.end_headers()
        self.wfile.write(said.encode())

    def log_message(self, *_: object) -> None:
        """Nothing of a request is logged: addresses and numbers are in it."""
