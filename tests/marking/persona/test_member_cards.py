"""Members of a chain of shops: card numbers in groups, by shop and in the order of joining, ages, appointments, codes
that repeat the card and the day, and whole names with the family name first.

Numbers are of the fiction range of New York.
"""

from __future__ import annotations

import random
from datetime import date, timedelta

import pytest

from tests.lists.loading import own_list
from tests.marking.made import FAMILY, GIVEN, made_rows
from tracer.lists.write.model import NewRow
from tracer.marking.persona.contacts import Identity
from tracer.marking.persona.program_ids import SCHEMES

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
        born = date(1940, 1, 1) + timedelta(rng.randrange(24_000))
        visit = COUNTED + timedelta(rng.randrange(1, 90))
        visits, spent = rng.randrange(1, 30), rng.randrange(500, 90_000) / 100
        rows.append(
            [
                " ".join(card[k : k + 4] for k in range(0, 16, 4)),
                f"{rng.choice(FAMILY)} {rng.choice(GIVEN)}".upper(),
                f"917-555-0{100 + at % 100}" if at % 3 else "",
                shop,
                f"{joined:%d.%m.%Y}",
                f"{born:%d.%m.%Y}",
                str(age_of(born)),
                f"{visit:%d.%m.%Y} {rng.randrange(9, 18):02d}:{15 * rng.randrange(4):02d}",
                f"M{card}{joined:%Y%m%d}",
                f"{spent:.2f}",
                str(visits),
                f"{spent / visits:.2f}",
            ]
        )
    return rows


@pytest.fixture(scope="module")
def drawn(tmp_path_factory: pytest.TempPathFactory) -> tuple[list[list[str]], list[NewRow]]:
    """The list, in an order of its own, and records for it."""
    rows = members(1_500)
    random.Random(4).shuffle(rows)
    case = own_list(tmp_path_factory.mktemp("members"), [HEAD, *map(",".join, rows)], region="US")
    wanted = [
        Identity(no, 19175550100 + no, f"917-555-01{no:02d}", None, f"{GIVEN[no % 12]} {FAMILY[no % 10]}")
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


def _day(cell: str) -> date:
    day, month, year = map(int, cell.split("."))
    return date(year, month, day)


def test_what_follows_from_other_cells_does(drawn: tuple[list[list[str]], list[NewRow]]) -> None:
    for row in drawn[1]:
        card, name, _, _, joined, born, age, visit, mandate, spent, visits, mean = map(str, row.cells[:12])
        assert int(age) == age_of(_day(born))
        assert mandate == f"M{card.replace(' ', '')}{_day(joined):%Y%m%d}"
        assert visit[-2:] in ("00", "15", "30", "45")
        assert abs(float(spent) / int(visits) - float(mean)) < 0.006
        family, given = name.split()
        assert family.title() in FAMILY, "first, as the list has it"
        assert given.title() in GIVEN
