"""Answers on the screen and in files: nobody's number in either, and no protected party in a file."""

from __future__ import annotations

import json
from datetime import date
from pathlib import Path

import pyarrow.parquet as pq
import pytest

from tests.cli.conftest import Made, Once, Tracer, phone
from tests.manifests import entry
from tracer.errors import ExitCode

NUMBER = phone(40)
LEARNED = "he sold it behind the station"
NAMES = ("informant", "Orla Quimby", "quimby", LEARNED, "paid in cash")
"""What names the protected party, and what it said."""
ASKED: tuple[tuple[str, ...], ...] = (
    ("query", "claims"), ("query", "parties"), ("query", "contradictions"), ("why", "informant", "copy"),
    ("why", "vendor", "client"), ("show", "informant"), ("show", "vendor"),
    ("sql", "SELECT text AS t, substr(text, 6, 40) AS u FROM views.replies"),
    ("sql", "SELECT quote AS q, party AS p FROM views.claims"), ("sql", "SELECT * FROM views.judgements"),
)  # fmt: skip


def spoken(made: Made) -> None:
    """A client's list, a vendor's copy, and a source that spoke of it. Everybody says numbers."""
    folder = made.folder
    rows = [f"甲{'乙丙丁戊己'[n % 5]},{phone(n)}\n" for n in range(120)]
    for name, some in (("client", rows), ("copy", rows[20:90]), ("told", rows[10:60])):
        (folder / f"{name}.csv").write_text("姓名,手机号\n" + "".join(some), encoding="utf-8")
    words = f"it was {NUMBER[:3]} {NUMBER[3:7]} {NUMBER[7:]}, or ann@mail.example.com"
    entries = (
        entry("party", id="informant", name="Orla Quimby", role="source", protected=True),
        entry("party", id="vendor", name="Vendor Trading Ltd", role="system_vendor"),
        entry("dataset", id="client", path="client.csv", holder="owner", origin="own"),
        entry("dataset", id="copy", path="copy.csv", holder="vendor", obtained=date(2026, 5, 1)),
        entry("dataset", id="told", path="told.csv", holder="informant", obtained=date(2026, 5, 2)),
        entry(
            "claim", party="informant", about="vendor", kind="first_hand", dataset="copy", quote=f"{LEARNED}, {words}"
        ),
        entry("claim", party="vendor", kind="other", value=NUMBER, quote=words),
        entry("reply", party="informant", answered=date(2026, 5, 3), text=f"paid in cash, {words}"),
        entry("reply", party="vendor", answered=date(2026, 5, 3), text=f"call {words}"),
    )
    (folder / "case.toml").write_text("".join(entries), encoding="utf-8")
    made.run("run", folder / "case.toml", "--case", folder / "case")
    made.run("judge", "client", "copy", "confirm", "--note", words, "--case", folder / "case")


@pytest.fixture
def case(tmp_path: Path, once: Once, own_surroundings: Path) -> Path:
    """The case in which everybody says numbers."""
    return once(spoken).copy(tmp_path / "case", own_surroundings)


def _tells_a_number(text: str) -> bool:
    return NUMBER[3:] in "".join(letter for letter in text if letter.isdigit()) or "ann@" in text


def test_no_number_that_somebody_entered_is_shown(case: Path, tracer: Tracer) -> None:
    for asked in (*ASKED, ("findings",)):
        said = tracer(*asked, "--case", case)
        assert (said.code, _tells_a_number(said.out + said.err)) == (0, False), asked
    assert LEARNED in tracer("query", "claims", "-f", "json", "--case", case).out
    assert "informant" in tracer("show", "informant", "-o", "-", "--case", case).out


def test_no_file_names_a_protected_party(case: Path, tracer: Tracer, tmp_path: Path) -> None:
    target = tmp_path / "answer"
    for asked in ASKED:
        for form in ([], ["-f", "json"], *([["-f", "csv"], ["-f", "parquet"]] if asked[0] in ("query", "sql") else ())):
            said = tracer(*asked, *form, "-o", target, "--case", case)
            assert said.code == 0, (asked, said.err)
            text = str(pq.read_table(target).to_pylist()) if "parquet" in form else target.read_text(encoding="utf-8")
            assert (_tells_a_number(text), [name for name in NAMES if name in text]) == (False, []), (asked, form)
            assert "pseudonyms" in said.err
            target.unlink()


def test_a_file_keeps_what_it_may(case: Path, tracer: Tracer, tmp_path: Path) -> None:
    target = tmp_path / "answer.json"
    assert tracer("query", "derivations", "-f", "json", "-o", target, "--case", case).code == 0
    shown = tracer("query", "derivations", "-f", "json", "--case", case).json()
    assert json.loads(target.read_text(encoding="utf-8")) == shown


def test_a_file_in_which_a_list_speaks_is_not_written(case: Path, tracer: Tracer, tmp_path: Path) -> None:
    target = tmp_path / "answer.csv"
    said = tracer("sql", f"SELECT {NUMBER} AS n", "-f", "csv", "-o", target, "--case", case)
    assert said.code == ExitCode.REFUSED
    assert "identifier of a list" in said.err
    assert NUMBER not in said.err
    assert not target.exists()
