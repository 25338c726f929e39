"""Workbooks with a password, of every version: told as such, never as damaged."""

from __future__ import annotations

import struct
from pathlib import Path

import pytest

from tests.lists.read.reading import read
from tracer.errors import InputRefused

_OLE = b"\xd0\xcf\x11\xe0\xa1\xb1\x1a\xe1".ljust(1536, b"\0")


def _record(kind: int, data: bytes) -> bytes:
    return struct.pack("<HH", kind, len(data)) + data


_BOFS = {
    "biff2": _record(0x0009, struct.pack("<HH", 2, 0x10)),
    "biff3": _record(0x0209, struct.pack("<HHH", 0, 0x10, 0)),
    "biff4": _record(0x0409, struct.pack("<HHH", 0, 0x10, 0)),
    "biff5": _OLE + _record(0x0809, struct.pack("<HHHH", 0x0500, 5, 0, 0)),
    "biff5 without a container": _record(0x0809, struct.pack("<HHHH", 0x0500, 5, 0, 0)),
    "biff8": _OLE + _record(0x0809, struct.pack("<HHHHII", 0x0600, 5, 0, 0, 0, 0)),
}


@pytest.mark.parametrize("version", _BOFS)
@pytest.mark.parametrize("before", [b"", _record(0x0086, b"")])
def test_a_password(tmp_path: Path, version: str, before: bytes) -> None:
    path = tmp_path / "a.xls"
    path.write_bytes(_BOFS[version] + before + _record(0x002F, b"\0" * 4) + b"\x55" * 4_000)
    with pytest.raises(InputRefused, match="protected by a password"):
        read(path)


@pytest.mark.parametrize("version", _BOFS)
def test_no_password(tmp_path: Path, version: str) -> None:
    path = tmp_path / "a.xls"
    path.write_bytes(_BOFS[version] + _record(0x0042, b"\xe4\x04") + b"\x55" * 4_000)
    with pytest.raises(InputRefused, match=r"damaged|memory"):
        read(path)
