"""The binary segment table `phone.dat`, as libraries that place Chinese mobile numbers publish it.

Layout, little-endian: 4 bytes version (digits), 4 bytes offset of the index; texts `province|city|post code|area code`,
each ended by a zero byte; the index up to the end of the file, 9 bytes an entry: segment (7 digits), offset of its
text, kind of operator. Every offset is checked: a foreign file is refused, not read as far as it goes.
"""

from __future__ import annotations

from pathlib import Path

import numpy as np
import pyarrow as pa

from tracer.errors import InputRefused
from tracer.regular import HELD, whole

_HEAD = 8
_ENTRY = np.dtype([("segment", "<i4"), ("offset", "<i4"), ("operator", "u1")])
_LONGEST = 400
"""Bytes of a text at most: four short names."""
OPERATORS = {
    1: ("中国移动", "network"), 2: ("中国联通", "network"), 3: ("中国电信", "network"), 4: ("中国电信", "virtual"),
    5: ("中国联通", "virtual"), 6: ("中国移动", "virtual"), 7: ("中国广电", "network"), 8: ("中国广电", "virtual"),
}  # fmt: skip
"""Kind of operator -> carrier, and whether the number is sold by a virtual operator on its network."""


def is_phone_dat(head: bytes, size: int) -> bool:
    """Whether a file of `size` bytes that begins with `head` has this layout, by its head."""
    if len(head) < _HEAD or not head[:4].isdigit():
        return False
    offset = int.from_bytes(head[4:8], "little", signed=True)
    return _HEAD < offset < size and (size - offset) % _ENTRY.itemsize == 0


def read_phone_dat(path: Path) -> pa.Table:
    """The table with columns prefix, province, city, carrier, kind (`network` or `virtual`).

    Raises:
        InputRefused: an entry that names no segment, no operator, or no text inside the file.
    """
    data = whole(path, HELD)
    start = int.from_bytes(data[4:8], "little", signed=True)
    index = np.frombuffer(data, dtype=_ENTRY, offset=start)
    bad = (
        (index["segment"] < 1_300_000) | (index["segment"] > 1_999_999) | ~np.isin(index["operator"], list(OPERATORS))
        | (index["offset"] < _HEAD) | (index["offset"] >= start)
    )  # fmt: skip
    if bad.any():
        first = int(np.argmax(bad))
        at = start + first * _ENTRY.itemsize
        raise InputRefused(
            f"{int(bad.sum())} of {index.size} entries name no segment, operator or text; the first at byte {at}",
            where=str(path), remedy="get the file again: it is damaged, or of another layout",
        )  # fmt: skip
    offsets, of = np.unique(index["offset"], return_inverse=True)
    places = [_place(data, int(offset), start, path) for offset in offsets]
    operators = [OPERATORS[int(code)] for code in index["operator"]]
    return pa.table(
        {
            "prefix": pa.array([str(segment) for segment in index["segment"]], pa.string()),
            "province": pa.array([places[i][0] for i in of], pa.string()),
            "city": pa.array([places[i][1] for i in of], pa.string()),
            "carrier": pa.array([carrier for carrier, _ in operators], pa.string()),
            "kind": pa.array([kind for _, kind in operators], pa.string()),
        }
    )


def _place(data: bytes, offset: int, end: int, path: Path) -> tuple[str, str]:
    """(province, city) of the text at `offset`."""
    stop = data.find(b"\x00", offset, min(end, offset + _LONGEST))
    try:
        parts = data[offset:stop].decode("utf-8").split("|") if stop >= 0 else []
    except UnicodeDecodeError:
        parts = []
    if len(parts) < 2:
        raise InputRefused(
            f"the text at byte {offset} is not a place (province|city|…)", where=str(path),
            remedy="get the file again: it is damaged, or of another layout",
        )  # fmt: skip
    return parts[0], parts[1]
