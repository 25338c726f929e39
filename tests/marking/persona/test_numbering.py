"""Ids: their pattern, their checks, and free ones among them."""

from __future__ import annotations

import base64
import random
import uuid
from collections.abc import Callable
from datetime import date, datetime, timedelta
from itertools import product

import numpy as np
import pytest
from scipy.stats import ks_2samp

from tests.lists.loading import own_list
from tests.marking.own_list import NEW_FAMILY, NEW_GIVEN, made_rows
from tracer.lists.write.model import NewRow
from tracer.marking.persona.contacts import Identity
from tracer.marking.persona.draws import KeyedDraw
from tracer.marking.persona.ids import SCHEMES, free_numbers, random_codes, scheme_of, timed_codes


@pytest.mark.parametrize(
    ("scheme", "body", "check"),
    [
        ("luhn", "7992739871", "3"),  # the example of Luhn's patent family
        ("gs1", "400638133393", "1"),  # the EAN of many a textbook
        ("isbn", "030640615", "2"),  # ISBN 0-306-40615-2
        ("mod 11-2", "11010519491231002", "X"),  # the example of GB 11643
        ("mod 97-10", "794", "44"),  # the example of ISO/IEC 7064
        ("mod 11,10", "0794", "5"),  # the example of ISO/IEC 7064
    ],
)
def test_schemes_give_their_standards_examples(scheme: str, body: str, check: str) -> None:
    assert SCHEMES[scheme](body) == check


@pytest.mark.parametrize("scheme", list(SCHEMES))
def test_a_scheme_is_found_in_ids_that_keep_it_and_not_when_one_breaks_it(scheme: str) -> None:
    rng = np.random.default_rng(1)
    ids = [body + SCHEMES[scheme](body) for body in map(str, rng.integers(10**6, 10**7, 60))]
    found = scheme_of(ids)
    assert found is not None
    assert all(SCHEMES[found](tail[: len(tail) - (2 if "97" in found else 1)]) in tail for tail in ids)
    wrong = "0" if ids[0][-1] != "0" else "1"
    assert scheme_of([ids[0][:-1] + wrong, *ids[1:]]) is None
    assert scheme_of(ids[:20]) is None, "too few to tell"


def test_free_ids_stand_among_their_neighbours_like_others() -> None:
    rng = np.random.default_rng(2)
    numbers = np.flatnonzero(rng.random(30_000) < 0.6) + 1000
    free, after = free_numbers(numbers, np.arange(1, len(numbers) + 1), "x")
    free, after = free[:500], after[:500]
    assert not set(free.tolist()) & set(numbers.tolist())
    assert all(numbers[row - 1] < number < numbers[row] for number, row in zip(free, after, strict=True))
    left = free - numbers[after - 1]
    assert ks_2samp(left, np.diff(numbers)).pvalue > 0.01


def test_a_step_is_kept_and_a_list_without_gaps_goes_on_behind_its_end() -> None:
    numbers = np.arange(0, 5000, 5)
    free, after = free_numbers(numbers, np.arange(1, 1001), "x")
    assert free[:3].tolist() == [5000, 5005, 5010]
    assert set(after[:3].tolist()) == {1000}
    tens = np.array([0, 10, 30, 40, 60, 70])
    assert all(number % 10 == 0 for number in free_numbers(tens, np.arange(1, 7), "y")[0][:50])


HEAD = "Card,Customer Name,Phone,Shop,Joined,Birthday,Age,Next Visit,Mandate,Spent,Visits,Mean"
COUNTED = date(2026, 3, 1)
SHOPS = {"Elm Street": "9011", "Mill Lane": "9012", "Quarry": "9015"}


def age_of(born: date) -> int:
    return COUNTED.year - born.year - ((COUNTED.month, COUNTED.day) < (born.month, born.day))


def members(count: int) -> list[list[str]]:
    rng, rows, joined = random.Random(3), list[list[str]](), date(2019, 1, 2)
    serial = dict.fromkeys(SHOPS, 100_000)
    for at in range(count):
        joined += timedelta(rng.choice((0, 1, 1, 2, 4)))
        shop = rng.choice(sorted(SHOPS))
        serial[shop] += rng.randrange(1, 9)
        body = f"{SHOPS[shop]}001{serial[shop]:08d}"
        card = body + SCHEMES["luhn"](body)
        born, visit = date(1940, 1, 1) + timedelta(rng.randrange(24_000)), COUNTED + timedelta(rng.randrange(1, 90))
        visits, spent = rng.randrange(1, 30), rng.randrange(500, 90_000) / 100
        rows.append([
            " ".join(card[k : k + 4] for k in range(0, 16, 4)),
            f"{rng.choice(NEW_FAMILY)} {rng.choice(NEW_GIVEN)}".upper(), f"917-555-0{100 + at % 100}" if at % 3 else "",
            shop, f"{joined:%d.%m.%Y}", f"{born:%d.%m.%Y}", str(age_of(born)),
            f"{visit:%d.%m.%Y} {rng.randrange(9, 18):02d}:{15 * rng.randrange(4):02d}", f"M{card}{joined:%Y%m%d}",
            f"{spent:.2f}", str(visits), f"{spent / visits:.2f}",
        ])  # fmt: skip
    return rows


def _day(cell: str) -> date:
    return datetime.strptime(cell, "%d.%m.%Y").date()


@pytest.fixture(scope="module")
def drawn(tmp_path_factory: pytest.TempPathFactory) -> tuple[list[list[str]], list[NewRow]]:
    """The list, in an order of its own, and records for it."""
    rows = members(1_500)
    random.Random(4).shuffle(rows)
    case = own_list(tmp_path_factory.mktemp("members"), [HEAD, *map(",".join, rows)], region="US")
    wanted = [
        Identity(no, 19175550100 + no, f"917-555-01{no:02d}", None, f"{NEW_GIVEN[no % 12]} {NEW_FAMILY[no % 10]}")
        for no in range(40)
    ]
    _, made = made_rows(case, wanted, b"members")
    return rows, made


def test_card_numbers_are_new_valid_and_of_their_shop_and_day(drawn: tuple[list[list[str]], list[NewRow]]) -> None:
    rows, made = drawn
    by_shop = {shop: sorted((row[0], _day(row[4])) for row in rows if row[3] == shop) for shop in SHOPS}
    known = {row[0] for row in rows}
    assert len({row.cells[0] for row in made}) == len(made)
    for row in made:
        card, shop, joined = str(row.cells[0]), str(row.cells[3]), _day(str(row.cells[4]))
        bare = card.replace(" ", "")
        assert card not in known
        assert [len(part) for part in card.split(" ")] == [4] * 4
        assert SCHEMES["luhn"](bare[:-1]) == bare[-1]
        assert bare.startswith(SHOPS[shop])
        below = [day for other, day in by_shop[shop] if other < card][-1:]
        above = [day for other, day in by_shop[shop] if other > card][:1]
        assert all(day <= joined for day in below)
        assert all(joined <= day for day in above)


def test_what_follows_from_other_cells_does(drawn: tuple[list[list[str]], list[NewRow]]) -> None:
    for row in drawn[1]:
        card, name, _, _, joined, born, age, visit, mandate, spent, visits, mean = map(str, row.cells[:12])
        assert int(age) == age_of(_day(born))
        assert mandate == f"M{card.replace(' ', '')}{_day(joined):%Y%m%d}"
        assert visit[-2:] in ("00", "15", "30", "45")
        assert abs(float(spent) / int(visits) - float(mean)) < 0.006
        family, given = name.split()
        assert family.title() in NEW_FAMILY, "first, as the list has it"
        assert given.title() in NEW_GIVEN


_ROWS = 400
_CARDS = (0x000D3A5B9F21, 0x6045BD0A17CE)


def _version_1(moment: datetime, rng: random.Random) -> uuid.UUID:
    units = int((moment - datetime(1582, 10, 15)).total_seconds()) * 10_000_000 + rng.randrange(10_000_000)
    sequence = 0x80 | rng.randrange(64)
    high, middle, low = units >> 48 | 0x1000, units >> 32 & 0xFFFF, units & 0xFFFFFFFF
    return uuid.UUID(fields=(low, middle, high, sequence, rng.randrange(256), _CARDS[moment.year % 2]))


def _version_7(moment: datetime, rng: random.Random) -> uuid.UUID:
    units = int((moment - datetime(1970, 1, 1)).total_seconds()) * 1000 + rng.randrange(1000)
    return uuid.UUID(int=units << 80 | 7 << 76 | rng.getrandbits(12) << 64 | 2 << 62 | rng.getrandbits(62))


_KINDS: dict[str, Callable[[datetime, random.Random], str]] = {
    "version 1": lambda moment, rng: str(_version_1(moment, rng)),
    "sequential": lambda moment, rng: str(uuid.UUID(bytes=_version_1(moment, rng).bytes_le)),
    "version 7": lambda moment, rng: str(_version_7(moment, rng)).upper(),
}


@pytest.mark.parametrize(("kind", "dated"), [*product(_KINDS, (True, False))])
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
    assert random_codes([f"{rng.getrandbits(64):016x}" for _ in range(300)]) is not None
    assert random_codes([f"customer-{at:06d}" for at in range(300)]) is None
    sums = [base64.b64encode(rng.randbytes(64)).decode() for _ in range(300)]
    codes = random_codes(sums)
    assert codes is not None
    assert len(base64.b64decode(codes.new(KeyedDraw(b"k", "sums")), validate=True)) == 64
