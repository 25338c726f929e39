"""The everyday hand work of a case: list, change, rename, remove, undo, and what is waiting."""

from __future__ import annotations

from pathlib import Path
from typing import Any

import pytest

from tests.cli.conftest import Made, Once, Tracer, Use, World, write_lists


def kept(made: Made) -> None:
    """Two lists, a party that nothing names, and something said."""
    lists, folder = write_lists(made.folder / "world"), made.folder / "case"
    made.run("init", folder)
    for name, holder in (("client", "client"), ("vendor", "vendor")):
        made.run("load", lists.file(name), "--holder", holder, "--id", name, "--case", folder)
    made.run("party", "add", "spare", "--name", "Spare", "--alias", "Sp", "--case", folder)


@pytest.fixture
def case(once: Once, world: World, own_surroundings: Path, use: Use) -> Path:
    """The case that is kept, next to the lists."""
    return use(once(kept).copy(world.folder / "kept", own_surroundings))


def test_what_was_put_in_is_listed_changed_and_taken_back(tracer: Tracer, case: Path) -> None:
    def done(*words: str) -> dict[str, Any]:
        said = tracer(*words).done()
        return dict(said.json())

    def listed(kind: str) -> list[dict[str, Any]]:
        return list(tracer.rows(kind, "list"))

    changed = done("party", "edit", "spare", "--name", "Spare AG", "--alias", "S", "--role", "data_trader")
    assert changed["changed"] == ["aliases", "name", "role"]
    (spare,) = [row for row in listed("party") if row["party"] == "spare"]
    assert (spare["name"], spare["role"], spare["aliases"]) == ("Spare AG", "data_trader", ["S", "Sp"])
    done("party", "edit", "spare", "--clear", "role", "--clear", "aliases")
    (spare,) = [row for row in listed("party") if row["party"] == "spare"]
    assert (spare["role"], spare["aliases"]) == (None, [])

    done("claim", "add", "--party", "vendor", "--kind", "random", "--dataset", "vendor")
    done("claim", "edit", "claim-1", "--kind", "size", "--value", "20", "--said", "2026-03-01")
    (claim,) = listed("claim")
    assert (claim["kind"], claim["value"], claim["said"], claim["dataset"]) == ("size", "20", "2026-03-01", "vendor")
    done("claim", "remove", "claim-1")
    assert listed("claim") == []

    done("relation", "add", "sold_to", "vendor", "spare")
    done("relation", "edit", "1", "--date", "2026-04-05", "--basis", "alleged")
    assert [(row["relation"], row["date"], row["basis"]) for row in listed("relation")] == [
        (1, "2026-04-05", "alleged")
    ]
    done("relation", "remove", "1")

    for day in ("2026-05-01", "2026-06-01"):
        done("reply", "add", "vendor", "--asked", day)
    assert "asked 2 times" in tracer("reply", "edit", "vendor", "--text", "no").err
    done("reply", "edit", "vendor", "--asked", "2026-06-01", "--answered", "2026-06-09", "--text", "no")
    assert [row["state"] for row in listed("reply")] == ["asked", "answered"]
    done("reply", "remove", "vendor", "--asked", "2026-05-01")
    assert [row["asked"] for row in listed("reply")] == ["2026-06-01"]


REFUSED = {
    "party edit spar --name x": "did you mean 'spare'", "party edit spare --clear nmae": "did you mean 'name'",
    "party edit spare --role vender": "invalid party role", "party remove vendor": "named by 1 dataset (vendor)",
    "claim remove claim-9": "no claim 'claim-9'", "relation edit 7 --basis alleged": "no relation '7'",
    "reply remove vendor": "was not asked", "dataset rename vendor client": "already",
    "dataset edit vendor --clear holder": "cannot be empty", "dataset restore vendor": "was not removed",
    "dataset remove vender": "did you mean 'vendor'",
    "load other.csv --holder spare --sheet foo --dry-run": "it has no sheets or tables, and so no 'foo'",
}  # fmt: skip


def test_what_cannot_be_done_changes_nothing(tracer: Tracer, case: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.chdir(case.parent)
    before = tracer("sql", "SELECT * FROM parties", "-f", "csv").out
    for words, said in REFUSED.items():
        done = tracer(*words.split())
        assert (done.code != 0, said in done.err) == (True, True), (words, done.err)
    assert tracer("dataset", "rename", "vendor", "a b").code != 0
    assert tracer("sql", "SELECT * FROM parties", "-f", "csv").out == before


def test_evidence_that_is_cited_stays_and_what_is_not_goes_with_its_file(tracer: Tracer, case: Path) -> None:
    file = case.parent / "receipt.txt"
    file.write_text("paid", encoding="utf-8")
    assert tracer("evidence", "add", "ev1", file, "--kind", "receipt").code == 0
    assert tracer("party", "edit", "spare", "--evidence", "ev1").code == 0
    assert "cited by 1 party (spare)" in tracer("evidence", "remove", "ev1").err
    assert tracer("party", "edit", "spare", "--clear", "evidence").code == 0
    assert tracer("evidence", "edit", "ev1", "--by", "B").code == 0
    assert tracer("evidence", "edit", "ev1", "--clear", "by").json()["outcome"] == "changed"
    assert tracer.rows("evidence", "list")[0]["by_whom"] is None
    gone = tracer("evidence", "remove", "ev1").json()
    assert gone["original_removed"]
    assert not [path for path in case.rglob("*") if gone["original_removed"] in path.name]
    assert tracer("verify").code == 0


def test_a_dataset_is_renamed_removed_and_put_back(tracer: Tracer, case: Path) -> None:
    def derived() -> list[tuple[str, str]]:
        assert tracer("trace").code == 0
        rows = tracer.rows("query", "overlaps")
        return [(row["a"], row["b"]) for row in rows]

    assert derived() == [("client", "vendor")]
    assert tracer("dataset", "rename", "vendor", "offer").json() == {"dataset": "offer", "was": "vendor"}
    assert derived() == [("client", "offer")]
    assert tracer("dataset", "remove", "offer").code == 0
    assert derived() == []
    states = {row["dataset"]: row["state"] for row in tracer.rows("dataset", "list")}
    assert states == {"client": "here", "offer": "removed"}
    assert "removed before" in tracer("dataset", "remove", "offer").err
    assert tracer("dataset", "restore", "offer").code == 0
    assert derived() == [("client", "offer")]
    assert tracer("verify").code == 0


def test_the_status_says_what_changed_and_what_waits(tracer: Tracer, case: Path) -> None:
    def status() -> dict[str, Any]:
        (row,) = tracer.rows("status")
        return dict(row)

    assert status()["traced"] is None
    tracer("trace")
    assert status()["changed"] == []
    tracer("dataset", "edit", "vendor", "--obtained", "2026-05-02")
    tracer("reply", "add", "vendor", "--asked", "2026-01-01", "--deadline", "2026-01-09")
    now = status()
    assert now["changed"] == ["lists"]
    waiting = "\n".join(str(line) for line in now["waiting"])
    assert "vendor gave no answer by the deadline" in waiting
    assert "client without a day" in waiting
    screen = tracer("status").out
    assert "Lists    2 with" in screen
    assert max(map(len, screen.splitlines())) <= 160


def test_the_journal_and_the_timeline_are_read(tracer: Tracer, case: Path) -> None:
    rows = tracer.rows("journal")
    assert [row["command"] for row in rows][-3:] == ["load", "load", "party add"]
    assert [row["command"] for row in tracer.rows("journal", "--command", "load")] == ["load", "load"]
    tracer("dataset", "edit", "vendor", "--obtained", "2026-05-02")
    tracer("reply", "add", "vendor", "--asked", "2026-06-01")
    rows = tracer.rows("query", "timeline", "-p", "party=vendor")
    assert [(row["day"], row["event"]) for row in rows] == [("2026-05-02", "list obtained"), ("2026-06-01", "asked")]


def test_a_protected_party_cannot_be_taken_out_of_the_journal(tracer: Tracer, case: Path) -> None:
    tracer("party", "add", "insider-seven", "--name", "Rosa Lund", "--protected")
    said = tracer("party", "remove", "insider-seven")
    assert said.code != 0
    assert "protected" in said.err


def test_a_party_that_only_a_slip_makes_is_said_to_be_new(tracer: Tracer, case: Path) -> None:
    for words in (
        ("dataset", "edit", "vendor", "--holder", "newcomer"),
        ("claim", "add", "--party", "sparesy", "--kind", "other", "--quote", "we sell none"),
        ("relation", "add", "sold_to", "typo2", "spare"),
        ("reply", "add", "typo3"),
        ("load", case.parent / "other.csv", "--holder", "tyop", "--dry-run"),
        ("load", case.parent / "other.csv", "--holder", "tyop"),
    ):
        said = tracer(*words)
        assert (said.code, said.err.count("is new, without name and role")) == (0, 1), said.err
        if "sparesy" in words:
            assert "party sparesy is new, without name and role; did you mean 'spare'?" in said.err
    assert "is new" not in tracer("party", "add", "spaer-2").err


def test_days_of_a_dataset_keep_their_order(tracer: Tracer, case: Path) -> None:
    days = ("--obtained", "2026-01-01", "--created", "2026-05-01")
    other = case.parent / "other.csv"
    for words in (("dataset", "edit", "vendor"), ("load", other, "--holder", "x", "--dry-run")):
        tracer(*words, *days).ends(3, "obtained (2026-01-01) lies before created (2026-05-01)")
    assert tracer("dataset", "edit", "vendor", "--created", "2026-02-01").code == 0
    assert tracer("dataset", "edit", "vendor", "--obtained", "2026-01-31").code == 3
    tracer("dataset", "edit", "vendor", "--exported", "2026-01-31").ends(
        3, "exported (2026-01-31) lies before created (2026-02-01)"
    )


def test_how_a_list_goes_on_is_given_when_it_is_loaded_and_edited(tracer: Tracer, case: Path) -> None:
    facts = ("--exported", "2026-03-01", "--living", "--origin", "register")
    other = case.parent / "other.csv"
    assert tracer("load", other, "--holder", "x", "--id", "again", *facts).code == 0

    def kept() -> list[object]:
        rows = tracer.rows("dataset", "list")
        return [[row["exported"], row["living"], row["origin"]] for row in rows if row["dataset"] == "again"]

    assert kept() == [["2026-03-01", True, "register"]]
    said = tracer("dataset", "edit", "again", "--no-living", "--clear", "exported")
    assert said.json()["changed"] == ["exported", "living"]
    assert kept() == [[None, False, "register"]]
