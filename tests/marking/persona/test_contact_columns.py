"""Second numbers and addresses: personas have them as often as rows do, from identities that lend them."""

from __future__ import annotations

import random
from collections import Counter
from pathlib import Path

from tests.lists.loading import own_list
from tests.marking.own_list import made_rows
from tracer.marking.persona.contacts import Identity, Lenders
from tracer.marking.persona.draws import KeyedDraw
from tracer.marking.persona.written import kind_of

_BOARDS = {f"Harbour {k} Ltd": f"020 7946 09{k:02d}" for k in range(12)}


def contact_rows(count: int) -> list[str]:
    """Contacts of firms with switchboards: 60 % have a mobile as well as a direct line, a tenth an address alone."""
    rng, rows = random.Random(4), ["Name,Company,Switchboard,Direct Phone,Mobile Phone,Email"]
    fixed, mobile = iter(rng.sample(range(1000), 1000)), iter(rng.sample(range(1000), 1000))
    for at in range(count):
        firm, bare = rng.choice(sorted(_BOARDS)), rng.random() < 0.1
        name = f"{rng.choice(('Ana', 'Luca', 'Petra', 'Iris'))} {rng.choice(('Vellmar', 'Ostrik', 'Harrand'))}{at % 7}"
        direct = f"0113 496 0{next(fixed):03d}"
        second = f"07700 900{next(mobile):03d}" if rng.random() < 0.6 else ""
        numbers = ",," if bare else f"{_BOARDS[firm]},{direct},{second}"
        rows.append(f"{name},{firm},{numbers},p{at}@mail.example")
    return rows


def test_second_numbers_are_lent_as_often_as_rows_have_them(tmp_path: Path) -> None:
    case = own_list(tmp_path, contact_rows(700), region="GB")
    own = [Identity(no, 441144960000 + no, f"0114 496 0{no:03d}", f"c{no}@mail.example") for no in range(100)]
    spare = [Identity(no, 447700901000 + no, f"07700 901{no % 1000:03d}") for no in range(100, 200)]
    source, made = made_rows(case, own, b"second", spare)
    assert source.roles[1] == ("name", "organisation", "phone", "phone", "phone", "email")
    patterns = Counter(tuple(cell is not None for cell in row.cells[2:5]) for row in made)
    assert abs(patterns[True, True, True] - 54) < 12
    assert abs(patterns[False, False, False] - 10) < 8
    for row in made:
        _, firm, board, direct, mobile, _ = row.cells
        assert board is None or board == _BOARDS[str(firm)]
        assert direct is None or direct.startswith("0114 496 0")
        assert mobile is None or mobile.startswith("07700 901")


def test_an_address_is_lent_to_its_own_name_alone_and_once() -> None:
    def identity(no: int, name: str | None, mail: str | None) -> Identity:
        return Identity(no, 441144960000 + no, f"0114 496 0{no:03d}", mail, name)

    spare = [identity(8, "Ana Ostrik", "a@x.example"), identity(9, "Iris Harrand", "i@x.example")]
    lenders = Lenders(spare, KeyedDraw(b"secret", "test"))
    one = identity(1, "Iris Harrand", "iris@x.example")
    lent = lenders.lend(one, "fixed", (("fixed",), 2))
    assert lent is not None
    assert [(each.no, each.phone) for each in lent] == [(9, None)]
    assert lenders.lend(one, "fixed", (("fixed",), 2)) is None
    assert lenders.lend(identity(2, None, None), "fixed", (("fixed", "fixed"), 0)) is not None


def test_the_kind_of_a_number_is_known_where_its_plan_says_it() -> None:
    keys = ("447700900123", "441134960123", "12125550142", "8614200138000", "4930231250")
    assert [kind_of(key) for key in keys] == ["mobile", "fixed", "", "mobile", "fixed"]
