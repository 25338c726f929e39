"""By no door does a case tell whether a person stands in a list, count a few people, or name one.

Pairs of cases differ in people alone: somebody's lists of invented numbers share none with the lists of the case, or 1
to 19 people. What comes out of the two must be the same, apart from hashes of the lists themselves and the journal.
"""

from __future__ import annotations

import os
import re
import shutil
from dataclasses import dataclass
from pathlib import Path

import pytest

from tests.doors import probes, walk
from tracer.case.case import open_case
from tracer.identify.keys import EMAIL_BASE
from tracer.trace import findings_digest

pytestmark = pytest.mark.slow("every command, query, view, format and language, twice")

PAIRS = [("us", 19, 40), ("market", 1, 20), ("sample", 7, 30)]
"""World, people shared, rows of each probe. `DOORS=all` walks through all of them; each takes minutes."""
WALKED = PAIRS if os.environ.get("DOORS") == "all" else PAIRS[:1]


@dataclass(frozen=True)
class Pair:
    """Two cases, and all that each says."""

    none: Path
    some: Path
    said: dict[str, dict[str, bytes]]
    """Folder of the case -> door -> what it said."""


def _walked(world: str, sharing: int, rows: int, home: Path) -> Pair:
    """Make the world once, load the probes with and without the people, and walk through all doors of both."""
    whole = probes.make(world, home)
    numbers = probes.pick(whole, sharing, rows)
    said = {}
    for name, shared in (("none", 0), ("some", sharing)):
        place = home / name
        place.mkdir()
        case = Path(shutil.copytree(whole, place / "case"))
        manifest = probes.write_probe(place / "probe", numbers, shared, rows)
        code, out, err = walk.said("run", manifest, "--case", case)
        assert code == 0, err
        ends = walk.ends_of(case, *probes.ABOUT)
        heard = {"run": (out + err.encode()).replace(str(place).encode(), b"PLACE")}
        said[name] = heard | dict(walk.walk(case, ends, place / "scratch"))
    return Pair(home / "none" / "case", home / "some" / "case", said)


@pytest.mark.parametrize(("world", "sharing", "rows"), WALKED, ids=[name for name, _, _ in WALKED])
def test_every_door(world: str, sharing: int, rows: int, tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    """One test, so that the doors are walked through once."""
    monkeypatch.setenv("TRACER_NOW", probes.NOW)
    monkeypatch.setenv("HOME", str(tmp_path))
    monkeypatch.setenv("XDG_DATA_HOME", str(tmp_path / "data"))
    pair = _walked(world, sharing, rows, tmp_path)
    assert pair.said["none"].keys() == pair.said["some"].keys()
    assert len(pair.said["some"]) > 150
    assert {check.__name__: found for check in CHECKS if (found := check(pair))} == {}


def _tells_sharing_a_few_people_from_sharing_none(pair: Pair) -> list[str]:
    none, some = pair.said["none"], pair.said["some"]
    return [
        door for door in none
        if not door.startswith(walk.PACKED_HASHES)
        and walk.without_hashes(none[door]) != walk.without_hashes(some[door])
    ]  # fmt: skip


def _keeps_other_findings(pair: Pair) -> list[str]:
    with open_case(pair.none, read_only=True) as one, open_case(pair.some, read_only=True) as other:
        return [] if findings_digest(one.con) == findings_digest(other.con) else ["findings"]


def _crashes(pair: Pair) -> list[str]:
    return [door for door, text in pair.said["some"].items() if b"Traceback" in text or text.startswith(b"1\n")]


_FEW = re.compile(
    r"(?<![\w.,:<#/-])1?[0-9] (?:[a-z-]+ ){0,2}(?:rows|contacts|cells|people) "
    r"(?!of the list|were made|that \S+ (?:added|had deleted))"
    r"|(?<![\w.,<])(?<!新增的 )(?<!删除的 )1?[0-9] ?(?:个联系人|个单元格|个普通联系人)"
)
"""A small count of people in a sentence. Canaries, copies, lists and calls are nobody; what a list says of itself is a
number always."""


def _counts_a_few_people_across_lists(pair: Pair) -> list[str]:
    return sorted(
        f"{door}: {match.group()}"
        for door, text in pair.said["some"].items()
        for match in _FEW.finditer(text.decode("utf-8", "ignore"))
        if door.split()[0] in {"query", "why", "attribute", "findings", "show", "export", "sql"}
    )


_RATIO = re.compile(r'"(?:repeats|cells lost|errors|exactly two lists|rows explained)", "value": "([^"]*)"')


def _weighs_a_small_count(pair: Pair) -> list[str]:
    values = [value for text in pair.said["some"].values() for value in _RATIO.findall(text.decode("utf-8", "ignore"))]
    return [value for value in values for part in re.split(r"[: ]", value) if part.isdigit() and int(part) < 20]


def _gives_a_number_of_a_list(pair: Pair) -> list[str]:
    with open_case(pair.some, read_only=True) as case:
        keys = case.con.execute("SELECT DISTINCT key FROM membership WHERE key < $m", {"m": EMAIL_BASE}).fetchall()
    digits = {str(key) for (key,) in keys} | {str(key)[2:] for (key,) in keys} | {str(key)[1:] for (key,) in keys}
    return [
        door
        for door, text in pair.said["some"].items()
        if digits & set(re.findall(r"(?<![0-9a-f])[0-9]{10,13}(?![0-9a-f])", text.decode("utf-8", "ignore")))
    ]


CHECKS = (
    _tells_sharing_a_few_people_from_sharing_none, _keeps_other_findings, _crashes, _counts_a_few_people_across_lists,
    _weighs_a_small_count, _gives_a_number_of_a_list,
)  # fmt: skip
"""Each: a pair -> the doors at fault."""
