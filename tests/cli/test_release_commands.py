"""`tracer release` as a group: copies for recipients of a file, and handovers that took place without the tool."""

from __future__ import annotations

from pathlib import Path

import pytest

from tests.cli.conftest import Tracer, phone


@pytest.fixture
def marked(tracer: Tracer, case: Path, tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Path:
    """The folder of a case whose list `client` can be marked: 40 canaries, parties v0 to v4."""
    monkeypatch.setenv("TRACER_CASE", str(case))
    monkeypatch.chdir(tmp_path)
    numbers = "".join(f"{phone(90_000 + i)}\n" for i in range(40))
    (tmp_path / "canaries.csv").write_text("phone\n" + numbers, encoding="utf-8")
    assert tracer("canary", "import", "canaries.csv", "--kind", "canary").code == 0
    for i in range(5):
        assert tracer("party", "add", f"v{i}").code == 0
    return tmp_path


def test_recipients_come_from_a_file_with_their_own_terms(marked: Path, tracer: Tracer) -> None:
    (marked / "to.csv").write_text(
        "接收方;到期日;用途\nv0;2099-12-31;回访\nv1;;\n".replace(";", ","), encoding="gb18030"
    )
    written = tracer(
        "release", "client", "--to", "v2", "--to-file", "to.csv", "-o", "out", "--unique", "2", "--ends", "2099-06-30",
        "--purpose", "dialling", "--accept-detectable", "-f", "json",
    )  # fmt: skip
    assert written.code == 0, written.err
    assert [row["recipient"] for row in written.json()] == ["v2", "v0", "v1"]
    held = tracer("query", "canaries", "-f", "json")
    assert held.code == 0
    rows = tracer("sql", "SELECT recipient, ends, purpose FROM views.releases ORDER BY 1", "-f", "json").json()
    assert [list(row.values()) for row in rows] == [
        ["v0", "2099-12-31", "回访"], ["v1", "2099-06-30", "dialling"], ["v2", "2099-06-30", "dialling"],
    ]  # fmt: skip
    assert tracer("verify").code == 0


def test_all_that_is_wrong_with_a_file_of_recipients_is_said_at_once(marked: Path, tracer: Tracer) -> None:
    (marked / "to.csv").write_text(
        "party,ends,use_basis\nv0,soon,customer\nv 1,,mine\nv0,,\n,2099-01-01,\n", encoding="utf-8"
    )
    said = tracer("release", "client", "--to-file", "to.csv", "-o", "out")
    assert said.code == 3
    for wrong in (
        "to.csv, row 2: invalid day 'soon' in ends;", "to.csv, row 3: invalid party id 'v 1';",
        "to.csv, row 3: invalid lawful basis 'mine'", "to.csv, row 4: v0 is already in row 2;",
        "to.csv, row 5: missing party;",
    ):  # fmt: skip
        assert wrong in said.err, said.err
    (marked / "to.txt").write_text("".join(f"firm-{i}\n" for i in range(2000)), encoding="utf-8")
    said = tracer("release", "client", "--to-file", "to.txt", "-o", "out")
    assert (said.code, said.err.count("Error")) == (3, 1)
    assert "2,000 unknown parties: firm-0, firm-1, " in said.err
    assert "and 1,990 more" in said.err
    assert not (marked / "out").exists()
    assert tracer("release", "client", "-o", "out").code == 2


def test_a_handover_that_took_place_is_recorded_once(marked: Path, tracer: Tracer) -> None:
    lines = (marked / "world" / "client.csv").read_text("utf-8").splitlines()
    copy = "\n".join([*lines[:900], f"甲九,{phone(90_000)}"]) + "\n"
    (marked / "copy.csv").write_text(copy, encoding="utf-8")
    call = ("release", "add", "client", "--to", "v0", "--date", "2026-02-01", "--ends", "2026-12-31")
    said = tracer(*call, "--path", "copy.csv")
    assert said.code == 0, said.err
    assert said.json() == {
        "release": "client@v0@2026-02-01", "dataset": "client", "recipient": "v0", "rows": 900, "canaries": 1,
        "withheld": 101,
    }  # fmt: skip
    again = tracer(*call)
    assert (again.code, "release 'client@v0@2026-02-01' already exists" in again.err) == (3, True)
    assert tracer(*call, "--id", "second").code == 0
    wrong = tracer(
        "release", "add", "clients", "--to", "v9", "--date", "2026-02-01", "--ends", "2026-01-01", "--use", "mine"
    )
    assert wrong.code == 3
    for what in ("unknown dataset 'clients'; did you mean 'client'?", "unknown party 'v9'", "before it begins"):
        assert what in wrong.err, wrong.err
    assert "invalid lawful basis 'mine'" in wrong.err
    (attributed,) = [
        row for row in tracer("attribute", "vendor", "-f", "json").json() if row["release"] == "client@v0@2026-02-01"
    ]
    assert attributed["canaries_planted"] == 1
    assert tracer("verify").code == 0
