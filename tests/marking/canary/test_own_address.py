"""A postal address of one's own goes into copies whole; identities are shown to their owner for a reason."""

from __future__ import annotations

import csv
import json
from pathlib import Path

import pytest

from tests.bench.small_world import command
from tests.marking.makers import MAKERS

OWN = ("Postfachweg 7", "15810", "Lindenau")


@pytest.fixture
def handed_out(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> tuple[Path, str]:
    """A case with a release of a list that is mailed, and what its plan said; each canary has one postal address."""
    monkeypatch.setenv("TRACER_KEY", "ab" * 32)
    made = MAKERS["insurer"](tmp_path, 400, 3)
    with made.canaries.open(encoding="utf-8", newline="") as file:
        rows = list(csv.DictReader(file))
    with made.canaries.open("w", encoding="utf-8", newline="") as file:
        written = csv.DictWriter(file, [*rows[0], "address", "postcode", "city"])
        written.writeheader()
        written.writerows(row | dict(zip(("address", "postcode", "city"), OWN, strict=True)) for row in rows)
    case = ["--case", str(tmp_path / "case")]
    release = [
        "release",
        "list",
        "--to",
        "printer",
        "--unique",
        "4",
        "--ends",
        "2099-01-01",
        "-o",
        str(tmp_path / "out"),
    ]
    said = ""
    for step in (
        ["init", str(tmp_path / "case"), "--region", made.region],
        ["load", str(made.list), "--holder", "own", "--origin", "own", "--id", "list", *case],
        ["canary", "import", str(made.canaries), *case],
        ["party", "add", "printer", *case],
        [*release, "--plan", *case],
        [*release, "--accept-detectable", *case],
    ):
        code, told = command(*step)
        assert code == 0, told
        said = told if "--plan" in step else said
    return tmp_path, said


def test_a_postal_address_of_ones_own_goes_into_the_copy_whole(handed_out: tuple[Path, str]) -> None:
    folder, said = handed_out
    (copy,) = (folder / "out").iterdir()
    with copy.open(encoding="cp1252", newline="") as file:
        rows = [row for row in csv.DictReader(file, delimiter=";") if row["Straße"] == OWN[0]]
    assert [(row["PLZ"], row["Ort"]) for row in rows] == [OWN[1:]] * 4
    assert "letters to planted records will not reach you" in " ".join(said.split())


def test_identities_are_shown_to_their_owner_for_a_reason(handed_out: tuple[Path, str]) -> None:
    case = ["--case", str(handed_out[0] / "case")]
    each = ["canary", "list", "--each", "-f", "json"]
    code, masked = command(*each, *case)
    assert code == 0
    assert OWN[0] not in masked
    for lacking in ([*each, "--reveal"], ["canary", "list", "--reveal", "--reason", "the provider asks"]):
        code, said = command(*lacking, *case)
        assert code == 2
        assert "identities in clear need a reason" in said
    code, said = command(*each, "--reveal", "--reason", "the provider asks which are ours", *case)
    assert code == 0
    rows = json.JSONDecoder().raw_decode(said)[0]
    assert {row["address"] for row in rows} == {OWN[0]}
    assert all("*" not in row["phone"] for row in rows if row["phone"])
    code, journal = command("journal", "-f", "json", *case)
    assert "the provider asks which are ours" in journal
