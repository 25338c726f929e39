"""Messages by HTTP POST, as JSON, signed by the Standard Webhooks specification (standardwebhooks.com, 1.0.0).

`webhook-signature: v1,` and the base64 of HMAC-SHA256 over `id.timestamp.body`, so that a receiver can tell who sent
it, that it was not changed, and that it is not an old one sent again; by `webhook-id` it knows a message that it has.
"""

from __future__ import annotations

import base64
import binascii
import hashlib
import hmac
import json
import time
from collections.abc import Callable, Mapping
from dataclasses import dataclass, field
from email.message import Message as Headers
from http.client import HTTPException
from urllib.error import HTTPError
from urllib.parse import urlsplit
from urllib.request import HTTPRedirectHandler, Request, build_opener

from tracer.alarm.channels import CouldNotSend
from tracer.alarm.outbox import Message
from tracer.alarm.words import Writer
from tracer.errors import UsageError
from tracer.version import __version__

_PATIENCE_S = 15.0
_AGAIN = (408, 409, 425, 429)
"""Client errors that pass."""
_PREFIX = "whsec_"
_LEAST = 24
"""Bytes of a secret, by the specification; at most 64."""


class _NoRedirect(HTTPRedirectHandler):
    """A signed message goes to the address that was named, and to no other."""

    def redirect_request(self, *_: object, **__: object) -> None:
        """Redirects are not followed."""
        return


@dataclass(frozen=True)
class Webhook:
    """One receiver."""

    url: str
    secret: bytes = field(repr=False)
    clock: Callable[[], float] = time.time
    name: str = "url"

    def send(self, message: Message, writer: Writer) -> None:
        """Post it; any status from 200 to 299 is taken for an answer."""
        body = json.dumps(writer.body(message), ensure_ascii=False).encode()
        headers = signed(self.secret, writer.id_of(message), body, int(self.clock()))
        request = Request(  # noqa: S310 - http and https alone, see `checked_url`
            self.url, body, {**headers, "Content-Type": "application/json", "User-Agent": f"tracer/{__version__}"}
        )
        try:
            with build_opener(_NoRedirect).open(request, timeout=_PATIENCE_S) as answer:
                answer.read(1)
        except HTTPError as refused:
            with refused:
                for_good = 300 <= refused.code < 500 and refused.code not in _AGAIN
                raise CouldNotSend(
                    f"the receiver answered {refused.code}", for_good=for_good, wait=_wait(refused.headers)
                ) from None
        except (OSError, HTTPException, ValueError) as problem:
            raise CouldNotSend(f"the receiver did not answer ({type(problem).__name__})") from None


def signed(secret: bytes, identity: str, body: bytes, at: int) -> Mapping[str, str]:
    """The headers that sign a body; `at`: seconds since 1970.

    >>> secret = secret_of("whsec_MfKQ9r8GKYqrTwjUPD8ILPZIo2LaLaSw")
    >>> signed(secret, "msg_p5jXN8AQM9LWM0D4loKWxJek", b'{"test": 2432232314}', 1614265330)["webhook-signature"]
    'v1,g0hM9SsE+OTPJTGt/tmIKtSyZlE3uFJELVlNIOLJ1OE='
    """
    content = f"{identity}.{at}.".encode() + body
    signature = base64.b64encode(hmac.new(secret, content, hashlib.sha256).digest()).decode()
    return {"webhook-id": identity, "webhook-timestamp": str(at), "webhook-signature": f"v1,{signature}"}


def secret_of(text: str) -> bytes:
    """The bytes of a secret as receivers write it: `whsec_` and base64.

    Raises:
        UsageError: not base64, or shorter than 24 bytes.
    """
    try:
        secret = base64.b64decode(text.strip().removeprefix(_PREFIX), validate=True)
    except (binascii.Error, ValueError):
        secret = b""
    if len(secret) < _LEAST:
        raise UsageError(
            "the secret that signs messages is none", remedy="make one: echo whsec_$(openssl rand -base64 32)"
        )
    return secret


def checked_url(url: str) -> str:
    """The URL. Raises `UsageError` for all but http and https."""
    parts = urlsplit(url)
    if parts.scheme not in ("http", "https") or not parts.hostname:
        raise UsageError(f"invalid URL {url!r}", where="--notify-url", remedy="write it like https://hook.example/x")
    return url


def _wait(headers: Headers) -> float | None:
    text = headers.get("Retry-After") or ""
    return float(text) if text.isdigit() else None
