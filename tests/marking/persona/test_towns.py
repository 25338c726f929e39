"""Personas of a town: names, postcodes and area codes that go together, amounts and moments that are no other row's."""

from __future__ import annotations

import random
from collections import Counter
from pathlib import Path

from tests.lists.loading import own_list
from tests.marking.hand_lists import ROWS, identities, load_table, material
from tests.marking.made import made_rows
from tracer.marking.persona.contacts import Identity
from tracer.marking.persona.written_numbers import area_of, grouping

_TOWNS = {
    "Leeds": ("0113 496 0", "LS", ("Ashworth", "Sutcliffe", "Quenby")),
    "London": ("020 7946 0", "NW", ("Thistleby", "Marchbrook", "Vellmar")),
    "Cardiff": ("029 2018 0", "CF", ("Prydderch", "Gwynneth", "Ostrik")),
}
_HEADINGS = "First Name,Last Name,Town,Postcode,Phone,Total Spent,Last Change"


def town_rows(count: int) -> list[list[str]]:
    """People whose family names, postcodes and area codes are those of their towns."""
    rng, rows = random.Random(8), []
    left = {town: iter(rng.sample(range(1000), 1000)) for town in _TOWNS}
    for _ in range(count):
        town = rng.choice(sorted(_TOWNS))
        area, post, names = _TOWNS[town]
        rows.append(
            [
                rng.choice(("Ana", "Luca", "Petra", "Iris", "Omar")),
                rng.choice(names),
                town,
                f"{post}{rng.randrange(1, 9)} {rng.randrange(1, 9)}{rng.choice('ABDE')}{rng.choice('JLNP')}",
                f"{area}{next(left[town]):03d}",
                rng.choice((f"{rng.randrange(1000, 90000) / 100:.2f}", "0.00")),
                f"2025-{rng.randrange(1, 13):02d}-{rng.randrange(10, 29)}"
                f" 1{rng.randrange(10)}:{rng.randrange(10, 60)}:07",
            ]
        )
    return rows


def test_a_persona_is_of_the_town_that_its_name_and_number_are_of(tmp_path: Path) -> None:
    rows = town_rows(900)
    case = own_list(tmp_path, [_HEADINGS, *map(",".join, rows)], region="GB")
    towns = {"Ashworth": "Leeds", "Thistleby": "London", "Ostrik": "Cardiff"}
    wanted = [
        Identity(no, int(f"{head}{no + 2000}"), None, None, f"Ana {name}")
        for no, head, name in zip(range(60), ("44113496", "44207946", "44292018") * 20, [*towns] * 20, strict=True)
    ]
    _, made = made_rows(case, wanted, b"towns")
    listed = {row[5] for row in rows} - {"0.00"}
    moments, again = {row[6] for row in rows}, 0
    for row in made:
        _, name, town, post, phone, spent, changed = (str(cell) for cell in row.cells)
        assert towns[name] == town
        assert post.startswith(_TOWNS[town][1])
        assert phone.startswith(_TOWNS[town][0][:8]), (phone, town)
        assert spent not in listed
        again += changed in moments
    assert again <= 2, "as many as rows of the list share theirs"
    shares = Counter(row.cells[5] == "0.00" for row in made)
    assert 0.3 < shares[True] / len(made) < 0.7


def test_area_codes_are_as_long_as_their_country_makes_them() -> None:
    assert [area_of(key) for key in ("12125550142", "442079460123", "441134960123", "5511909662533")] == [
        "1212",
        "4420",
        "44113",
        "5511",
    ]
    assert grouping("442079460123") != grouping("441134960123")
    assert area_of("8614200138000") == ""


def test_a_number_of_a_block_of_unknown_place_goes_with_the_town_that_the_lists_others_have(tmp_path: Path) -> None:
    m = material(64)
    table = [[m.people[i], str(m.numbers[i]), m.firms[i] if i % 3 else "", m.city(i)] for i in range(ROWS)]
    case = load_table(tmp_path, [["姓名", "手机号", "公司", "城市"], *table], "utf-8")
    case.con.execute("DELETE FROM segment")
    rows = made_rows(case, identities(m, mails=False), b"blocks")[1]
    town_of = {str(m.numbers[i])[:7]: m.city(i) for i in range(ROWS)}
    assert [row.cells[3] for row in rows] == [town_of[str(row.cells[1])[:7]] for row in rows]
    blank = sum(row.cells[2] is None for row in rows) / len(rows)
    assert abs(blank - 1 / 3) < 0.12, "a third, as in the list"
