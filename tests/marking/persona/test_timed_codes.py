"""Ids that say when they were made: examples of their standards, and new ones for columns of them."""

from __future__ import annotations

import base64
import random
import uuid
from collections.abc import Callable
from datetime import datetime, timedelta

import pytest

from tracer.marking.persona.draws import KeyedDraw
from tracer.marking.persona.program_ids import random_codes, timed_codes

_ROWS = 400
_CARDS = (0x000D3A5B9F21, 0x6045BD0A17CE)


def _version_1(moment: datetime, rng: random.Random) -> uuid.UUID:
    units = int((moment - datetime(1582, 10, 15)).total_seconds()) * 10_000_000 + rng.randrange(10_000_000)
    sequence = 0x8000 | rng.randrange(1 << 14)
    return uuid.UUID(
        int=(units & 0xFFFFFFFF) << 96
        | (units >> 32 & 0xFFFF) << 80
        | (0x1000 | units >> 48) << 64
        | sequence << 48
        | _CARDS[moment.year % 2]
    )


def _version_7(moment: datetime, rng: random.Random) -> uuid.UUID:
    units = int((moment - datetime(1970, 1, 1)).total_seconds()) * 1000 + rng.randrange(1000)
    return uuid.UUID(int=units << 80 | 7 << 76 | rng.getrandbits(12) << 64 | 2 << 62 | rng.getrandbits(62))


_KINDS: dict[str, Callable[[datetime, random.Random], str]] = {
    "version 1": lambda moment, rng: str(_version_1(moment, rng)),
    "sequential": lambda moment, rng: str(uuid.UUID(bytes=_version_1(moment, rng).bytes_le)),
    "version 7": lambda moment, rng: str(_version_7(moment, rng)).upper(),
}


@pytest.mark.parametrize("kind", _KINDS)
@pytest.mark.parametrize("dated", [True, False])
def test_a_new_id_is_of_its_rows_moment_and_between_its_neighbours(kind: str, dated: bool) -> None:
    rng = random.Random(7)
    begun = [datetime(2023, 1, 1) + timedelta(hours=5 * at, seconds=rng.randrange(9000)) for at in range(_ROWS)]
    ids = [_KINDS[kind](moment, rng) for moment in begun]
    rows = {at + 1: (ids[at], begun[at].strftime("%Y-%m-%d %H:%M:%S")) for at in range(_ROWS)}
    codes = timed_codes(rows, 0, [1] if dated else [])
    assert codes is not None
    assert (codes.moments, codes.follows) == (1 if dated else None, 1)
    draw, made = KeyedDraw(b"k", "ids"), []
    for at in range(10, 300):
        between = (begun[at] + timedelta(minutes=3)).strftime("%Y-%m-%d %H:%M:%S")
        new = codes.new(ids[at], between if dated else None, (ids[at], ids[at + 1]), draw)
        known = _KINDS[kind](begun[at] + timedelta(minutes=3), rng)
        low, own, high, right = ((codes.form.read(cell) or (0,))[0] for cell in (ids[at], new, ids[at + 1], known))
        assert 0 < low < own < high
        assert not dated or abs(own - right) < codes.form.per_second
        assert new.isupper() == (kind == "version 7")
        assert uuid.UUID(new).variant == uuid.RFC_4122 or kind == "sequential"
        if kind != "version 7":
            assert int(new[-12:], 16) in _CARDS
        made.append(new)
    assert len({*made, *ids}) == len(made) + _ROWS


@pytest.mark.parametrize(
    ("example", "moment"),
    [
        ("C232AB00-9414-11EC-B3C8-9F6BDECED846", "2022-02-22 19:22:22"),
        ("1EC9414C-232A-6B00-B3C8-9F6BDECED846", "2022-02-22 19:22:22"),
        ("017F22E2-79B0-7CC3-98C4-DC0C0C07398F", "2022-02-22 19:22:22"),
        ("01ARZ3NDEKTSV4RRFFQ69G5FAV", "2016-07-30 23:54:10"),
    ],
)
def test_examples_of_the_standards_have_their_moment(example: str, moment: str) -> None:
    """RFC 9562, appendix A; the ULID specification's example."""
    codes = timed_codes(dict.fromkeys(range(60), (example, moment)), 0, [1])
    assert codes is not None
    assert (codes.moments, codes.offset) == (1, 0)
    read = codes.form.read(example)
    assert read is not None
    assert codes.form.write(*read) == example.lower()


def test_random_ids_say_no_moment_and_long_checksums_are_drawn() -> None:
    rng = random.Random(2)
    rows = {row: (str(uuid.UUID(int=rng.getrandbits(128), version=4)),) for row in range(200)}
    assert timed_codes(rows, 0, []) is None
    sums = [base64.b64encode(rng.randbytes(64)).decode() for _ in range(300)]
    codes = random_codes(sums)
    assert codes is not None
    assert len(base64.b64decode(codes.new(KeyedDraw(b"k", "sums")), validate=True)) == 64
