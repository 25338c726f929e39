"""One line of the journal: made, hashed, keyed, and checked by itself."""

from __future__ import annotations

import getpass
import hashlib
import hmac
import json
import os
from collections.abc import Mapping
from typing import Any

from tracer.clock import now
from tracer.documents import json_of
from tracer.version import __version__

GENESIS = "0" * 64
"""What the first line has in the place of the hash before it."""
_FOREIGN = "was not written by tracer"
_HALF = "is half there (a crash while it was written): `tracer doctor --repair` cuts it off"


def make_entry(
    command: str, inputs: Mapping[Any, str], result: str | None, detail: Mapping[str, object]
) -> dict[str, object]:
    """An entry of this moment by this user, before it is chained."""
    try:
        who = getpass.getuser()
    except (KeyError, OSError):
        who = f"uid {os.getuid()}" if hasattr(os, "getuid") else "unknown"
    return {
        "uid": os.urandom(8).hex(), "at": now().isoformat() + "Z", "who": who, "version": __version__,
        "command": command, "inputs": dict(inputs), "result": result, "detail": dict(detail),
    }  # fmt: skip


def chained_line(key: bytes, number: int, previous: str, entry: Mapping[str, object]) -> dict[str, object]:
    """The line that `entry` becomes behind the one whose hash is `previous`, with its code and its own hash."""
    line = {"no": number, **entry, "previous": previous}
    line["code"] = _code(line, key)
    return {**line, "hash": _hash(line)}


def wrong(line: Mapping[str, Any], raw: bytes, key: bytes, unkeyed: int) -> str:
    """What is wrong with a line by itself; empty: nothing. Up to number `unkeyed` a line may be without a code."""
    if not line:
        return "is damaged" if raw.endswith(b"\n") else _HALF
    if _hash(line) != line["hash"]:
        return "was changed"
    if dump(line) + b"\n" != raw:
        return "was rewritten"
    code = line.get("code")
    if code is None:
        return "" if line["no"] <= unkeyed else _FOREIGN
    return "" if hmac.compare_digest(str(code).encode(), _code(line, key).encode()) else _FOREIGN


def parsed(raw: bytes) -> dict[str, Any]:
    """The line, empty where it is none."""
    try:
        line = json_of(raw)
    except ValueError:
        return {}
    sound = isinstance(line, dict) and type(line.get("no")) is int and isinstance(line.get("hash"), str)
    return line if sound and raw.endswith(b"\n") else {}


def dump(line: Mapping[str, object]) -> bytes:
    """The bytes that a hash is over: keys sorted, nothing between."""
    return json.dumps(line, ensure_ascii=False, sort_keys=True, separators=(",", ":")).encode(
        "utf-8", "backslashreplace"
    )


def _hash(line: Mapping[str, Any]) -> str:
    return hashlib.sha256(dump({name: value for name, value in line.items() if name != "hash"})).hexdigest()


def _code(line: Mapping[str, Any], key: bytes) -> str:
    bare = {name: value for name, value in line.items() if name not in ("code", "hash")}
    return hmac.digest(key, dump(bare), "sha256").hex()
