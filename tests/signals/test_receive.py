"""Webhooks of providers: signed ones are kept before they are answered, all others are refused."""

from __future__ import annotations

import base64
import hashlib
import hmac
import json
import socket
import threading
from collections.abc import Iterator
from contextlib import closing
from dataclasses import dataclass, replace
from http.client import HTTPConnection
from pathlib import Path
from urllib.parse import urlencode

import pytest
from cryptography.hazmat.primitives.asymmetric.ed25519 import Ed25519PrivateKey

from tests.signals.register import CANARY, LOCAL, case_with_numbers, full_disk, signals, write
from tracer.signals import receive
from tracer.signals.load import load_signals
from tracer.signals.receive import PROVIDERS, BoundedServer, Posted, Receiver, token_claims, twilio_signed

NOW = 1_781_000_000.0
FORM = {"CallSid": "CA1", "From": "+8614100001234", "To": f"+86{CANARY}", "Direction": "inbound"}


def _twilio(url: str, form: dict[str, str], secret: str = "12345") -> dict[str, str]:  # noqa: S107 - of a test
    text = url + "".join(name + form[name] for name in sorted(form))
    return {"X-Twilio-Signature": base64.b64encode(hmac.new(secret.encode(), text.encode(), "sha1").digest()).decode()}


def _vonage(body: bytes, at: float = NOW, algorithm: str = "HS256") -> dict[str, str]:
    claims = {"iat": int(at), "payload_hash": hashlib.sha256(body).hexdigest(), "api_key": "k"}
    parts = [base64.urlsafe_b64encode(json.dumps(one).encode()).rstrip(b"=") for one in ({"alg": algorithm}, claims)]
    signature = hmac.new(b"12345", b".".join(parts), "sha256").digest()
    token = b".".join([*parts, base64.urlsafe_b64encode(signature).rstrip(b"=")])
    return {"Authorization": f"Bearer {token.decode()}"}


@dataclass
class Door:
    folder: Path
    port: int

    def post(self, body: bytes, headers: dict[str, str], path: str = "/in") -> int:
        with closing(HTTPConnection("127.0.0.1", self.port, timeout=20)) as line:
            line.request("POST", path, body, headers)
            return line.getresponse().status

    def kept(self) -> list[dict[str, str]]:
        return [json.loads(path.read_text(encoding="utf-8"))[0] for path in sorted(self.folder.iterdir())]


@pytest.fixture
def door(tmp_path: Path, request: pytest.FixtureRequest) -> Iterator[Door]:
    provider = PROVIDERS[getattr(request, "param", "twilio")]
    receiver = Receiver(provider, "12345", tmp_path, "https://hook.example", lambda _: None, lambda: NOW)
    with BoundedServer(("127.0.0.1", 0), receiver) as server:
        thread = threading.Thread(target=server.serve_forever, daemon=True)
        thread.start()
        yield Door(tmp_path, int(server.server_address[1]))
        server.shutdown()
        thread.join()


def test_twilios_own_example() -> None:
    """A vector of the tests of Twilio's libraries: fields that repeat."""
    body = b"Sid=CA123&SidAccount=AC123&Digits=5678&Digits=1234&Digits=1234"
    url = "https://mycompany.com/myapp.php?foo=1&bar=2"
    signed = {"x-twilio-signature": "IK+Dwps556ElfBT0I3Rgjkr1wJU="}
    assert twilio_signed(Posted(url, signed, body), "12345", 0.0)
    assert not twilio_signed(Posted(url, signed, body + b"&x=1"), "12345", 0.0)
    assert not twilio_signed(Posted(url, {}, body), "12345", 0.0)


def test_plivos_signatures_are_those_of_its_own_library() -> None:
    """Made by `get_signature_v3` of Plivo's library for Python, with a query and without."""
    call = b"To=8614200000001&From=14152222222&Direction=inbound&CallUUID=97ceeb52-58b6-11e1-86da-77300b68f8bb"
    text = b"From=14152222222&To=8614200000001&Text=hi+there&Type=sms&MessageUUID=u1"
    plivo = PROVIDERS["plivo"]
    for url, body, header, signature in (
        ("https://hook.example/in?b=2&a=1", call, "v3", "v1tok4NjgxOlZPQ8ZxufCCggkKsJ67OpRNwDBflcyf4="),
        ("https://hook.example/in", text, "ma-v3", "other,ygvjCN2crQ31FMLzQ3RvxwHGnh3Xlj6Iy8SAwpyZ3v4="),
    ):
        nonce = {"x-plivo-signature-v3-nonce": "05429567804466091622"}
        signed = {f"x-plivo-signature-{header}": signature, **nonce}
        tried = [
            (signed, body, "geheim"),
            (signed, body + b"&x=1", "geheim"),
            (signed, body, "x"),
            (nonce, body, "geheim"),
        ]
        taken = [plivo.is_signed(Posted(url, headers, sent), secret, NOW) for headers, sent, secret in tried]
        assert taken == [True, False, False, False]
    found = [one for body in (call, text) if (one := plivo.read(Posted("", {}, body)))]
    assert [(one["id"], one["called"], one["channel"], one["text"]) for one in found] == [
        ("97ceeb52-58b6-11e1-86da-77300b68f8bb", "+8614200000001", "call", ""),
        ("u1", "+8614200000001", "sms", "hi there"),
    ]


def test_telnyx_signs_time_and_body() -> None:
    key = Ed25519PrivateKey.generate()
    public = base64.b64encode(key.public_key().public_bytes_raw()).decode()
    end = {"phone_number": f"+86{CANARY}"}
    sms = {"id": "m1", "direction": "inbound", "from": {"phone_number": "+13125550142"}, "to": [end], "text": "hi"}
    call = {"call_session_id": "s1", "direction": "incoming", "from": "+13125550142", "to": f"+86{CANARY}"}
    bodies = [
        json.dumps({"data": {"event_type": kind, "occurred_at": "2026-06-09T10:13:20Z", "payload": payload}}).encode()
        for kind, payload in (("message.received", sms), ("call.initiated", call), ("call.hangup", call))
    ]
    telnyx, at = PROVIDERS["telnyx"], str(int(NOW))
    signature = base64.b64encode(key.sign(f"{at}|".encode() + bodies[0])).decode()
    signed = {"telnyx-timestamp": at, "telnyx-signature-ed25519": signature}
    tried = [
        (signed, bodies[0], public, NOW), (signed, bodies[1], public, NOW), (signed, bodies[0], public, NOW + 3_600),
        (signed | {"telnyx-timestamp": "x"}, bodies[0], public, NOW), (signed, bodies[0], "no key", NOW),
    ]  # fmt: skip
    taken = [telnyx.is_signed(Posted("", headers, body), secret, when) for headers, body, secret, when in tried]
    assert taken == [True, False, False, False, False]
    found = [telnyx.read(Posted("", {}, body)) for body in (*bodies, b"[]", b'{"data": []}')]
    assert [one and (one["id"], one["called"], one["channel"]) for one in found] == [
        ("m1", f"+86{CANARY}", "sms"), ("s1", f"+86{CANARY}", "call"), None, None, None,
    ]  # fmt: skip


def test_the_token_of_the_standard_is_read_and_no_other() -> None:
    """RFC 7515, A.1."""
    key = base64.urlsafe_b64decode(
        "AyM1SysPpbyDfgZld3umj1qzKObwVMkoqQ-EstJQLr_T-1qS0gZH75aKtMN3Yj0iPS4hcgUuTwjAzZr1Z9CAow=="
    )
    example = (
        "eyJ0eXAiOiJKV1QiLA0KICJhbGciOiJIUzI1NiJ9.eyJpc3MiOiJqb2UiLA0KICJleHAiOjEzMDA4MTkzODAsDQogImh0dHA6Ly9leGFtcGxl"
        "LmNvbS9pc19yb290Ijp0cnVlfQ.dBjftJeZ4CVP-mB92K27uhbUJU1p1r_wW1gFWFOEjXk"
    )
    assert (token_claims(example, key) or {})["iss"] == "joe"
    assert [token_claims(other, key) for other in (example[:-1] + "A", "e30.e30.", "")] == [None] * 3


def test_a_signed_call_is_kept_once_and_loads_as_a_record(door: Door) -> None:
    url, body = "https://hook.example/in?a=1", urlencode(FORM).encode()
    for _ in range(2):
        assert door.post(body, _twilio(url, FORM), "/in?a=1") == 200
    assert door.kept() == [
        {"at": "2026-06-09T10:13:20Z", "caller": FORM["From"], "called": FORM["To"], "channel": "call", "text": "",
         "id": "CA1"}
    ]  # fmt: skip
    case = case_with_numbers()
    (path,) = door.folder.iterdir()
    assert load_signals(case, path).signals == 1
    assert [row[3] for row in signals(case)] == ["call"]
    message = {**FORM, "MessageSid": "SM1", "Body": "您好", "SmsStatus": "received"}
    assert door.post(urlencode(message).encode(), _twilio("https://hook.example/in", message)) == 200
    assert sorted(one["channel"] for one in door.kept()) == ["call", "sms"]


def test_what_is_not_signed_is_refused_and_not_kept(door: Door) -> None:
    url, body = "https://hook.example/in", urlencode(FORM).encode()
    signed = _twilio(url, FORM)
    assert door.post(body, {}) == door.post(body, _twilio(url, FORM, "other")) == 403
    assert door.post(body + b"&x=1", signed) == door.post(body, signed, "/elsewhere") == 403
    outbound = {**FORM, "Direction": "outbound-api"}
    assert door.post(urlencode(outbound).encode(), _twilio(url, outbound)) == 200
    assert door.kept() == []


@pytest.mark.parametrize("door", ["vonage"], indirect=True)
def test_a_token_is_for_this_body_and_for_now_and_half_a_sign_in_a_text_is_kept(door: Door) -> None:
    sms = {"message_uuid": "u1", "from": "8614100001234", "to": f"86{CANARY}", "text": "hi \ud83d"}
    body = json.dumps(sms).encode()
    assert door.post(body, _vonage(body)) == 200
    for signed in (_vonage(b"other"), _vonage(body, NOW - 3_600), _vonage(body, algorithm="none")):
        assert door.post(body, signed) == 403
    assert [(one["called"], one["channel"]) for one in door.kept()] == [(f"+86{CANARY}", "sms")]
    (file,) = door.folder.glob("*.json")
    case = case_with_numbers()
    assert load_signals(case, file).signals == 1
    assert signals(case)[0][7] == "hi ?"


def test_a_time_of_a_provider_without_a_zone_is_utc(tmp_path: Path) -> None:
    """Vonage's SMS API gives `message-timestamp` in UTC, and the case's numbers are Chinese."""
    sms = {"messageId": "u1", "msisdn": "8614100001234", "to": f"86{CANARY}", "message-timestamp": LOCAL}
    read = PROVIDERS["vonage"].read(Posted("", {}, json.dumps(sms | {"text": "hi"}).encode()))
    case = case_with_numbers()
    assert load_signals(case, write(tmp_path, "vonage.json", json.dumps([read]))).signals == 1
    assert str(signals(case)[0][1]) == LOCAL


def test_what_is_too_large_or_too_slow_is_cut_off(door: Door, monkeypatch: pytest.MonkeyPatch) -> None:
    assert door.post(b"x" * (receive._LARGEST + 1), {}) == 413
    monkeypatch.setattr(receive, "_PATIENCE_S", 0.5)
    with socket.create_connection(("127.0.0.1", door.port), 20) as line:
        line.sendall(b"POST /in HTTP/1.1\r\nContent-Length: 10\r\n\r\nx")
        answer = line.recv(1_000)
    assert b"200" not in answer
    assert door.kept() == []


def test_a_full_disk_is_not_answered_with_yes(door: Door, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr("tracer.signals.receive.os.fsync", full_disk)
    assert door.post(urlencode(FORM).encode(), _twilio("https://hook.example/in", FORM)) == 503
    assert [path for path in door.folder.iterdir() if path.suffix == ".json"] == []


def test_a_report_that_cannot_be_read_is_kept_as_it_came(tmp_path: Path) -> None:
    errors = [UnicodeError, ValueError, RecursionError, MemoryError, OSError, OverflowError]

    def raises(body: bytes) -> dict[str, str]:
        raise errors[body.count(b"&x=")]("of a reader")

    twilio = replace(PROVIDERS["twilio"], fields=raises, is_signed=lambda *_: True)
    receiver = Receiver(twilio, "12345", tmp_path, "https://hook.example", lambda _: None, lambda: NOW)
    bodies = [urlencode(FORM).encode() + b"&x=" * n for n in range(len(errors))]
    assert [receiver.take("/in", {}, body) for body in bodies] == [200] * len(errors)
    assert {path.suffix for path in tmp_path.iterdir()} == {".unread"}
    assert sorted(path.read_bytes() for path in tmp_path.iterdir()) == sorted(bodies)
