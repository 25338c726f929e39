"""The eight lists are nobody's, the same each time, and have what their owners' lists have."""

from __future__ import annotations

import re
from pathlib import Path

import pytest

from tests.bench.eight import cells_of
from tests.bench.zoo.makers.market_case import COUNTRIES, free
from tests.marking.makers import MAKERS
from tracer.identify.phone import phone_key
from tracer.simulate.segments import UNALLOCATED

ROWS = 300
RESERVED = ("example", "test", "invalid")


def unallocated(region: str) -> tuple[str, ...]:
    """Beginnings of numbers that no operator has, with the code of the country."""
    if region == "CN":
        return tuple(f"86{prefix}" for prefix in UNALLOCATED)
    if region == "US":
        return tuple(f"1{area}55501" for area in range(200, 1000))  # 555-01XX is for fiction, wherever
    return tuple(f"{COUNTRIES[region]['code']}{prefix}" for prefix in free(region))


@pytest.mark.parametrize("name", MAKERS)
def test_a_list_is_nobodys_and_the_same_each_time(name: str, tmp_path: Path) -> None:
    folders = [tmp_path / word for word in ("once", "again", "other")]
    for folder in folders:
        folder.mkdir()
    made, again, other = (
        MAKERS[name](folder, ROWS, seed) for folder, seed in zip(folders, (1, 1, 2), strict=True)
    )  # fmt: skip
    rows = cells_of(made, made.list)
    assert rows == cells_of(again, again.list)
    assert rows != cells_of(other, other.list)
    assert len(rows) == ROWS + 1
    assert made.canaries.read_bytes() == again.canaries.read_bytes()
    own = [line.split(",") for line in made.canaries.read_text(encoding="utf-8").splitlines()[1:]]
    assert len(own) >= 80
    cells = [cell for row in rows for cell in row] + [cell for row in own for cell in row]
    mails = [cell for cell in cells if re.fullmatch(r"[^@ ]+@[^@ ]+", cell)]
    assert {mail.rsplit(".", 1)[1] for mail in mails} <= set(RESERVED)
    heading = next(at for at, head in enumerate(rows[0]) if re.match("tel|tél|phone|mobile|手机", head.lower()))
    numbers = [row[heading] for row in rows[1:] if row[heading]] + [row[1] for row in own if row[1]]
    keys = [str(phone_key(number, made.region)) for number in numbers]
    assert keys, "no number was read"
    assert [key for key in keys if not key.startswith(unallocated(made.region))] == []
    given = {str(phone_key(row[1], made.region)) for row in own if row[1]}
    assert not given & {str(phone_key(row[heading], made.region)) for row in rows[1:] if row[heading]}
