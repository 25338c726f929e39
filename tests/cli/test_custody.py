"""Backup, restore, purge and doctor as their user meets them."""

from __future__ import annotations

import json
from pathlib import Path

from tests.cli.conftest import Said, Tracer, World
from tracer.case.case import open_case
from tracer.case.key import KeyStore
from tracer.case.layout import Layout, read_card


def edges(tracer: Tracer, case: Path) -> dict[tuple[str, str], dict[str, object]]:
    rows = tracer.rows("query", "derivations", "--case", case)
    return {(row["parent"], row["child"]): row for row in rows}


def purged(tracer: Tracer, case: Path, dataset: str, *more: str | Path) -> Said:
    return tracer("purge", dataset, "--yes", "--reason", "ordered by the court", "--case", case, *more)


def test_a_purge_takes_contents_and_leaves_findings(tracer: Tracer, traced: Path, world: World, tmp_path: Path) -> None:
    before, size = edges(tracer, traced), Layout(traced).store.stat().st_size
    rows = {row["dataset"]: row for row in tracer.rows("query", "datasets")}
    purged(tracer, traced, "vendor", "-o", tmp_path / "certificate.json").done()
    certificate = json.loads((tmp_path / "certificate.json").read_text(encoding="utf-8"))
    version = certificate["versions"][0]
    assert (version["rows"], version["identifiers"]) == (600, 600)
    assert certificate["removed"]["membership"] == 600
    assert certificate["removed"]["raw rows"] == 600
    assert certificate["originals_removed"] == [version["sha256"]]
    assert certificate["findings_not_recomputable"] > 0
    line = Layout(traced).journal.read_text(encoding="utf-8").splitlines()[certificate["journal"]["entry"] - 1]
    assert json.loads(line)["hash"] == certificate["journal"]["hash"]
    assert json.loads(line)["detail"]["reason"] == "ordered by the court"
    with open_case(traced) as case:
        number = case.con.execute("SELECT no FROM dataset WHERE id = 'vendor'").fetchall()[0][0]
        for table in ("membership", "duplicate", "contact_alias", "mask", "reject", "junk", "part", "dataset_column"):
            assert case.con.execute(f"SELECT count(*) FROM {table} WHERE dataset = {number}").fetchone() == (0,), table
        assert not case.con.execute(
            "SELECT table_name FROM duckdb_tables() WHERE schema_name = 'raw' AND table_name LIKE $like",
            {"like": f"d{number}!_%"},
        ).fetchall()
        assert version["sha256"] not in case.vault.files.names()
    assert Layout(traced).store.stat().st_size < size
    after = edges(tracer, traced)
    assert after.keys() == before.keys()
    for pair, row in before.items():
        assert after[pair]["probability"] == row["probability"]
        told = json.dumps(after[pair]["against"])
        assert ("The contents of vendor were removed on" in told) == ("other" not in pair), pair
    overlaps = tracer.rows("query", "overlaps")
    assert {(row["a"], row["b"]): row["recomputable"] for row in overlaps}["client", "trader"]
    assert not {(row["a"], row["b"]): row["recomputable"] for row in overlaps}["client", "vendor"]
    kept = {row["dataset"]: row for row in tracer.rows("query", "datasets")}
    assert kept["vendor"]["rows"] == rows["vendor"]["rows"]
    assert kept["vendor"]["purged_at"] is not None


def test_verify_after_a_purge_says_not_recomputable_and_passes(tracer: Tracer, traced: Path, world: World) -> None:
    assert purged(tracer, traced, "vendor").code == 0
    assert "not recomputable" in tracer("verify").done().out
    tracer("load", world.file("vendor"), "--holder", "vendor-c", "--id", "late").done()
    assert tracer("trace").code == 0
    after = edges(tracer, traced)
    assert after["client", "vendor"]["probability"] > 0.9  # type: ignore[operator] # JSON: a number
    assert any("late" in pair for pair in after), "a later list is traced with the others"
    assert tracer("verify").code == 0
    with open_case(traced) as case:
        case.con.execute("UPDATE derivation SET probability = 0.01 WHERE parent = 'client' AND child = 'vendor'")
    assert tracer("verify").code == 5


def test_every_list_can_be_purged_and_the_findings_stay(tracer: Tracer, traced: Path) -> None:
    before = edges(tracer, traced)
    for name in ("client", "trader", "vendor", "other"):
        purged(tracer, traced, name).done()
    assert edges(tracer, traced).keys() == before.keys()
    tracer("verify").done()
    assert list(Layout(traced).originals.iterdir()) == []


def test_a_purge_needs_a_dataset_no_mere_word_as_reason_and_happens_once(tracer: Tracer, case: Path) -> None:
    asked = tracer("purge", "vendor", "--reason", "ordered by the court")
    assert (asked.code, "add --yes" in asked.err) == (2, True)  # there is no terminal
    assert tracer("query", "rejects").code == 0
    assert tracer("purge", "vendor", "--yes", "--reason", "x").code == 2
    assert purged(tracer, case, "nobody").code == 3
    unexplained = tracer("purge", "vendor", "--yes")
    assert (unexplained.code, unexplained.json()["reason"]) == (0, "none was given")
    purged(tracer, case, "vendor").ends(3, "purged on")


def test_doctor_finds_nothing_in_a_whole_case_and_changes_nothing(tracer: Tracer, traced: Path) -> None:
    before = {path: path.read_bytes() for path in traced.rglob("*") if path.is_file()}
    said = tracer("doctor")
    assert (said.code, said.out) == (0, "")
    assert {path: path.read_bytes() for path in traced.rglob("*") if path.is_file()} == before


def test_doctor_mends_what_a_crash_left(tracer: Tracer, traced: Path) -> None:
    layout = Layout(traced)
    with layout.journal.open("ab") as file:
        file.write(b'{"at":"2026-05-01T00:00:00Z","comm')
    (layout.originals / ".1-ab.part").write_bytes(b"half")
    (layout.originals / ("ab" * 32)).write_bytes(b"never committed")
    (layout.spill / "x.clear").write_bytes(b"half")
    (traced / "case.duckdb.next").write_bytes(b"half")
    key = KeyStore(read_card(layout).case_id).user_file
    key.chmod(0o640)
    tracer("doctor").ends(5, "others may read")
    assert tracer("verify").code == 4
    key.chmod(0o600)
    said = tracer("doctor").ends(5)
    for word in ("half there", "3 unfinished files", "never was committed"):
        assert word in said.out, said.out
    tracer("verify").ends(5, "half there")
    assert layout.journal.read_bytes().endswith(b"comm")  # told, and left as it is
    key.chmod(0o644)
    mended = tracer("doctor", "--repair").done()
    assert mended.out.count("repaired\t") == 4
    assert key.stat().st_mode & 0o777 == 0o600
    assert tracer("doctor").code == 0
    assert tracer("verify").code == 0


def test_doctor_names_what_it_cannot_mend(tracer: Tracer, traced: Path) -> None:
    layout = Layout(traced)
    victim = sorted(layout.originals.iterdir())[0]
    content = victim.read_bytes()
    victim.unlink()
    tracer("doctor", "--repair").ends(5, f"{victim.name} is missing")
    victim.write_bytes(content)
    lines = layout.journal.read_bytes().splitlines(keepends=True)
    layout.journal.write_bytes(b"".join([*lines[:2], *lines[3:]]))
    tracer("doctor", "--repair").ends(5, "does not follow")
    layout.journal.write_bytes(b"".join(lines))
    layout.store.write_bytes(b"\0" * 20_000)
    tracer("doctor", "--repair").ends(5, "damaged")


def test_doctor_seals_again_only_what_can_all_be_read(tracer: Tracer, traced: Path) -> None:
    layout = Layout(traced)
    layout.seal.unlink()
    assert tracer("verify").code == 5
    tracer("doctor", "--repair").done()
    assert tracer("verify").code == 0
    entries = [json.loads(line) for line in layout.journal.read_text(encoding="utf-8").splitlines()]
    assert "store" in next(entry for entry in entries if entry["command"] == "doctor repair")["detail"]["found"]


def test_backup_and_restore_say_what_they_did(tracer: Tracer, traced: Path, tmp_path: Path) -> None:
    phrase = tmp_path / "phrase"
    phrase.write_text("nine grey herons at dusk\n")
    tracer("backup", tmp_path / "b", "--passphrase-file", phrase).done()
    assert tracer("backup", tmp_path / "b").code == 3
    assert tracer("restore", tmp_path / "b", tmp_path / "again").code == 2
    tracer("restore", tmp_path / "b", tmp_path / "again", "--passphrase-file", phrase).done()
    assert edges(tracer, tmp_path / "again") == edges(tracer, traced)
    assert tracer("verify", "--case", tmp_path / "again").code == 0
    phrase.write_text("another phrase altogether")
    assert tracer("restore", tmp_path / "b", tmp_path / "more", "--passphrase-file", phrase).code == 4
    assert not (tmp_path / "more").exists()


def test_what_was_purged_is_not_loaded_again_and_what_keeps_its_file_is_named(
    tracer: Tracer, case: Path, world: World
) -> None:
    tracer("evidence", "add", "found", world.file("other"))
    tracer("load", world.file("other"), "--holder", "trader", "--id", "twin")
    said = purged(tracer, case, "other")
    assert "stays in the case, as the file of dataset twin and evidence found" in " ".join(said.err.split())
    held = [tracer.rows("status")[0]["lists"]]
    assert "Warning" not in purged(tracer, case, "vendor").err
    assert [*held, tracer.rows("status")[0]["lists"]] == [4, 3]
    for more in ((), ("--id", "vendor")):
        tracer("load", world.file("vendor"), "--holder", "trader", *more).ends(3, "were purged on", "another --id")
    assert tracer("load", world.file("vendor"), "--holder", "trader", "--id", "later").code == 0
    twice = tracer("load", world.file("client"), world.file("client"), "--holder", "trader")
    assert "the file was given twice" in twice.err


def test_a_taken_id_is_reported_of_the_file_given(tracer: Tracer, case: Path, world: World, tmp_path: Path) -> None:
    other = tmp_path / "vendor.csv"
    other.write_bytes(world.file("client").read_bytes())
    said = tracer("load", other, "--holder", "trader")
    assert f"{other}: dataset vendor already exists, loaded from " in said.err
