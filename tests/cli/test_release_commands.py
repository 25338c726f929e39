"""`tracer release` as a group: copies for recipients of a file, and handovers that took place without the tool."""

from __future__ import annotations

import json
import os
from pathlib import Path

import pytest
from rich.cells import cell_len

from tests.cli.conftest import Made, Tracer, Use, World, phone
from tests.marking.own_list import copy_of


@pytest.fixture(scope="module")
def made_marked(made_loaded: Made, tmp_path_factory: pytest.TempPathFactory) -> Made:
    """The four lists, of which `client` can be marked: 40 canaries, parties v0 to v4."""
    made = Made(tmp_path_factory.mktemp("marked"))
    made_loaded.copy(made.folder / "case", made.folder / "home")
    canaries = made.folder / "canaries.csv"
    canaries.write_text("phone\n" + "".join(f"{phone(90_000 + i)}\n" for i in range(40)), encoding="utf-8")
    made.run("canary", "import", canaries, "--kind", "canary", "--case", made.folder / "case")
    for i in range(5):
        made.run("party", "add", f"v{i}", "--case", made.folder / "case")
    return made


@pytest.fixture
def marked(
    made_marked: Made, world: World, tmp_path: Path, own_surroundings: Path, use: Use, monkeypatch: pytest.MonkeyPatch
) -> Path:
    """The folder of such a case, next to the lists."""
    use(made_marked.copy(tmp_path / "case", own_surroundings))
    monkeypatch.chdir(tmp_path)
    return tmp_path


def test_recipients_come_from_a_file_with_their_own_terms(marked: Path, tracer: Tracer) -> None:
    (marked / "to.csv").write_text(
        "接收方;到期日;用途\nv0;2099-12-31;回访\nv1;;\n".replace(";", ","), encoding="gb18030"
    )
    written = tracer(
        "release", "client", "--to", "v2", "--to-file", "to.csv", "-o", "out", "--unique", "2", "--ends", "2099-06-30",
        "--purpose", "dialling", "--accept-detectable", "-f", "json",
    ).done()  # fmt: skip
    assert [row["recipient"] for row in written.json()] == ["v2", "v0", "v1"]
    tracer("query", "canaries", "-f", "json").done()
    rows = tracer.rows("sql", "SELECT recipient, ends, purpose FROM views.releases ORDER BY 1")
    assert [list(row.values()) for row in rows] == [
        ["v0", "2099-12-31", "回访"], ["v1", "2099-06-30", "dialling"], ["v2", "2099-06-30", "dialling"],
    ]  # fmt: skip
    assert tracer("verify").code == 0


def test_all_that_is_wrong_with_a_file_of_recipients_is_said_at_once(marked: Path, tracer: Tracer) -> None:
    (marked / "to.csv").write_text(
        "party,ends,use_basis\nv0,soon,customer\nv 1,,mine\nv0,,\n,2099-01-01,\n", encoding="utf-8"
    )
    tracer("release", "client", "--to-file", "to.csv", "-o", "out").ends(
        3, "to.csv, row 2: invalid day 'soon' in ends;", "to.csv, row 3: no id of a party (x *);",
        "to.csv, row 3: invalid lawful basis 'mine'", "to.csv, row 4: v0 is already in row 2;",
        "to.csv, row 5: missing party;",
    )  # fmt: skip
    (marked / "to.txt").write_text("".join(f"firm-{i}\n" for i in range(2000)), encoding="utf-8")
    said = tracer("release", "client", "--to-file", "to.txt", "-o", "out")
    assert said.ends(3, "2,000 unknown parties: firm-0, firm-1, ", "and 1,990 more").err.count("Error") == 1
    assert not (marked / "out").exists()
    assert tracer("release", "client", "-o", "out").code == 2


def test_a_handover_that_took_place_is_recorded_once(marked: Path, tracer: Tracer) -> None:
    lines = (marked / "world" / "client.csv").read_text("utf-8").splitlines()
    copy = "\n".join([*lines[:900], f"甲九,{phone(90_000)}"]) + "\n"
    (marked / "copy.csv").write_text(copy, encoding="utf-8")
    call = ("release", "add", "client", "--to", "v0", "--date", "2026-02-01", "--ends", "2026-12-31")
    said = tracer(*call, "--path", "copy.csv").done()
    assert said.json() == {
        "release": "client@v0@2026-02-01", "dataset": "client", "recipient": "v0", "rows": 900, "canaries": 1,
        "withheld": 101,
    }  # fmt: skip
    tracer(*call).ends(3, "release 'client@v0@2026-02-01' already exists")
    assert tracer(*call, "--id", "second").code == 0
    tracer(*"release add clients --to v9 --date 2026-02-01 --ends 2026-01-01 --use mine".split()).ends(
        3, "unknown dataset 'clients'; did you mean 'client'?", "unknown party 'v9'", "before it begins",
        "invalid lawful basis 'mine'",
    )  # fmt: skip
    planted = {row["release"]: row["canaries_planted"] for row in tracer.rows("attribute", "vendor")}
    assert planted["client@v0@2026-02-01"] == 1
    assert tracer("verify").code == 0


def _identities(tracer: Tracer) -> int:
    return sum(row["usable"] for row in tracer.rows("canary", "list"))


def test_a_copy_is_withdrawn_and_its_identities_are_used_again(marked: Path, tracer: Tracer) -> None:
    def release(folder: str, *to: str) -> dict[str, str]:
        named = [word for one in to for word in ("--to", one)]
        said = tracer("release", "client", *named, "-o", folder, "--unique", "4", "--pool", "4", "--withhold", "0.01",
                      "--accept-detectable", "-f", "json").done()  # fmt: skip
        return {row["recipient"]: row["release"] for row in said.json()}

    copies = release("out", "v0", "v1", "v2")
    assert _identities(tracer) == 40 - 3 * 4 - 4
    drawn = {row["draw"] for row in tracer.rows("register", "list")}
    written = [
        json.loads(line) for line in Path(os.environ["TRACER_CASE"], "journal.jsonl").read_text("utf-8").splitlines()
    ]
    assert {entry["detail"]["draw"] for entry in written if "draw" in entry["detail"]} == drawn
    handed = tracer("export", "handover", "-o", "handed")
    assert '"withheld":' in Path("handed/journal.jsonl").read_text("utf-8"), "so many rows of a copy"
    assert ", 0 of them withheld" in handed.err
    said = tracer("release", "withdraw", copies["v1"], "--reason", "the contract was not signed", "-f", "json").done()
    (row,) = said.json()
    assert (row["release"], row["freed"], row["is_there"]) == (copies["v1"], 4, True)
    assert f"Delete the copy, which must not be handed out any more: {row['path']}" in said.err
    assert Path(row["path"]).is_file(), "it is never deleted unasked"
    assert _identities(tracer) == 40 - 2 * 4 - 4, "shared canaries stay: which copy lacks them is part of the code"
    tracer("verify").ends(0, f"{copies['v1']} was withdrawn, and its copy is still there")
    (register,) = tracer.rows("register", "list")
    assert (register["releases"], register["withdrawn"], register["canaries"] >= 12) == (3, 1, True)
    assert "withdrawn on " in tracer("register", "print", register["draw"]).out
    assert [row["release"] for row in tracer.rows("query", "releases")] == [copies["v0"], copies["v2"]]
    lines = copy_of(marked / "out", "v1").read_text("utf-8").splitlines()
    (marked / "leak.csv").write_text("\n".join(lines) + "\n", encoding="utf-8")
    # Undone, it is a candidate as before: the leak names it, and then it cannot be withdrawn any more.
    assert tracer("release", "withdraw", copies["v1"], "--undo").code == 0
    assert tracer("verify").code == 0
    assert tracer("load", "leak.csv", "--holder", "v3", "--obtained", "2099-01-01", "--id", "leak").code == 0
    accused = [row["release"] for row in tracer.rows("attribute", "leak") if row["accused"]]
    assert accused == [copies["v1"]]
    tracer("release", "withdraw", copies["v1"], "client@v9@2026-01-01").ends(
        3, "unknown release 'client@v9@2026-01-01'"
    )
    tracer("release", "withdraw", copies["v1"], copies["v0"]).ends(
        3, f"of {copies['v1']} are in leak; somebody has the copy"
    )
    # The others, of which nothing was heard; a new draw may use their identities, but never their draw's id or codes.
    assert tracer("release", "withdraw", copies["v0"], copies["v2"], "--yes").code == 0
    assert "is withdrawn already" in tracer("release", "withdraw", copies["v0"]).err
    fresh = release("out2", "v0", "v4")
    assert fresh["v0"] == f"{copies['v0']}#2"
    draws = tracer("sql", "SELECT count(DISTINCT draw) AS n FROM main.code_position", "-f", "json")
    assert draws.code != 0, "base tables are not shown"
    assert tracer("verify").code == 0
    assert len(tracer.rows("register", "list")) == 2


def test_which_identities_are_not_used_is_said_before_any_work_is_done(marked: Path, tracer: Tracer) -> None:
    (marked / "more.csv").write_text(f"phone\n{phone(3)}\n{phone(5)}\n", encoding="utf-8")
    tracer("canary", "import", "more.csv").done()
    refused = tracer("release", "client", "--to", "v0", "--to", "v1", "-o", "out", "--unique", "12").ends(
        3, "nothing was written, and no identity was used"
    )
    told, _, _ = refused.err.partition("Error")
    assert (
        "identities that are not used: 2 are in client already, and in no copy (no. 41, 42)"
        " 40 identities can be used in client, 24 of them are needed"
    ) in " ".join(told.split()), refused.err


def test_a_list_that_went_on_is_released_again(marked: Path, tracer: Tracer, monkeypatch: pytest.MonkeyPatch) -> None:
    head, *people = (marked / "world" / "client.csv").read_text("utf-8").splitlines()
    new = [f"新人,{phone(80_000 + 7 * at)}" + "," * (head.count(",") - 1) for at in range(len(people) // 5)]
    (marked / "july.csv").write_text("\n".join([head, *people[10:], *new]) + "\n", encoding="utf-8")
    release = ("-o", "out", "--unique", "4", "--accept-detectable")
    parties = ("--to", "v0", "--to", "v1", "--to", "v2")
    tracer("release", "client", *parties[:4], *release).done()
    old = copy_of(marked / "out", "v1")
    monkeypatch.setenv("TRACER_NOW", "2099-07-01T10:00:00")
    load = ("load", "july.csv", "--holder", "client", "--origin", "own", "--obtained", "2099-06-30")
    refused = tracer(*load, "--id", "client")
    said = " ".join(refused.err.split())
    assert (refused.code, "and 2 copies of it are on record; load what the list is now with another --id" in said) == (
        3, True
    )  # fmt: skip
    tracer(*load, "--id", "client-july").done()
    again = " ".join(tracer("release", "client-july", *parties, *release).done().err.split())
    assert "with an earlier copy of these rows: v0, v1; who compares the two finds planted records" in again
    leaks = {"spring": old, "summer": copy_of(marked / "out", "v0")}
    for leak, copy in leaks.items():
        (marked / f"{leak}.csv").write_bytes(copy.read_bytes())
        tracer("load", f"{leak}.csv", "--holder", "trader", "--id", leak, "--obtained", "2099-08-01").done()
    found = {leak: [row["release"] for row in tracer.rows("attribute", leak) if row["accused"]] for leak in leaks}
    first = next(row["release"] for row in tracer.rows("query", "releases") if row["file"] == old.name)
    assert first.startswith("client@v1@")
    assert found == {"spring": [first], "summer": ["client-july@v0@2099-07-01"]}
    replaced = " ".join(tracer(*load, "--id", "client", "--replace").done().err.split())
    assert "2 copies of it are on record, made of version 1 and compared with version 2 from now on" in replaced


def test_a_leak_names_the_recipients_of_its_regions(
    marked: Path, tracer: Tracer, monkeypatch: pytest.MonkeyPatch
) -> None:
    head, *people = (marked / "world" / "client.csv").read_text("utf-8").splitlines()
    copies = {}
    for region, recipient, rows in (("north", "v0", people[:500]), ("south", "v1", people[500:800]),
                                    ("west", "v2", people[800:])):  # fmt: skip
        (marked / f"{region}.csv").write_text("\n".join([head, *rows]) + "\n", encoding="utf-8")
        tracer("load", f"{region}.csv", "--holder", "client", "--origin", "own").done()
        tracer("release", region, "--to", recipient, "-o", "out", "--unique", "4", "--accept-detectable").done()
        copies[region] = copy_of(marked / "out", recipient).read_text("utf-8").splitlines()
    monkeypatch.setenv("TRACER_NOW", "2099-08-01T10:00:00")
    leaks = {"one": copies["south"], "two": [head, *copies["south"][1::2], *copies["west"][1:]]}
    for leak, lines in leaks.items():
        (marked / f"{leak}.csv").write_text("\n".join(lines) + "\n", encoding="utf-8")
        tracer("load", f"{leak}.csv", "--holder", "trader", "--obtained", "2099-08-01").done()
    found = {leak: {row["recipient"] for row in tracer.rows("attribute", leak) if row["accused"]} for leak in leaks}
    assert found == {"one": {"v1"}, "two": {"v1", "v2"}}


def test_what_shows_that_somebody_has_a_copy_keeps_it_on_record(marked: Path, tracer: Tracer) -> None:
    written = tracer.rows("release", "client", "--to", "v0", "--to", "v1", "-o", "out", "--unique", "3",
                     "--accept-detectable")  # fmt: skip
    first, second = (row["release"] for row in written)
    source = set((marked / "world" / "client.csv").read_text("utf-8").splitlines())
    lines = copy_of(marked / "out", "v0").read_text("utf-8").splitlines()
    number = next(line for line in lines if line not in source).split(",")[1]
    (marked / "calls.csv").write_text(
        f"at,caller,called,channel\n2099-05-01 10:00:00,02566660000,{number},call\n", encoding="utf-8"
    )
    assert tracer("signals", "load", "calls.csv", "--as", "csv").code == 0
    tracer("release", "withdraw", first).ends(3, f"of {first} was reached since (1 records)")
    assert (
        tracer("register", "reveal", second, "--recipient-only", "--reason", "for the court", "-o", "l.json").code == 0
    )
    tracer("release", "withdraw", second).ends(3, "leaves of its register were opened")
    assert tracer.rows("query", "releases")[0]["release"] == first
    assert tracer("verify").code == 0


def test_a_withdrawal_is_undone_only_while_no_other_copy_has_its_canaries(marked: Path, tracer: Tracer) -> None:
    call = ("-o", "out", "--unique", "15", "--accept-detectable", "-f", "json")
    (first,) = tracer("release", "client", "--to", "v0", *call).json()
    assert tracer("release", "withdraw", first["release"]).code == 0
    (second,) = tracer("release", "client", "--to", "v1", *call).json()
    assert tracer("release", "withdraw", first["release"], "--undo").code == 0, "unused identities are taken first"
    assert tracer("release", "withdraw", first["release"]).code == 0
    (third,) = tracer("release", "client", "--to", "v2", *call).json()
    tracer("release", "withdraw", first["release"], "--undo").ends(3, f"are in {third['release']} by now")
    assert tracer("release", "withdraw", third["release"], "--yes").code == 0
    assert tracer("release", "withdraw", first["release"], "--undo").code == 0
    assert tracer("verify").code == 0
    recorded = tracer("release", "add", "client", "--to", "v2", "--date", third["release"].split("@")[2])
    assert recorded.json()["release"] == f"{third['release']}#2", "a committed id is never used again"
    assert second["release"] in tracer("query", "releases").out


def test_a_plan_backwards_fits_the_screen(marked: Path, tracer: Tracer, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("COLUMNS", "80")
    asked = ("release", "--plan", "--recipients", "4", "--leak", "0.5", "--catch", "0.8")
    english, chinese = tracer(*asked), tracer(*asked, "--lang", "zh")
    for said, words in (
        (english, ("One copy, 50% of it", "40 unused identities are at hand: 10 for each copy.")),
        (chinese, ("单份副本，泄露其中 50%", "现有 40 个未用身份")),
    ):
        assert said.code == 0, said.err
        assert all(word in said.out for word in words), said.out
        assert max(map(cell_len, said.out.splitlines())) <= 80
    rows = tracer.rows(*asked, "client")
    assert [row["marks"] for row in rows] == ["own", "own_bare", "pool", "withheld"]
    assert (rows[0]["option"], rows[0]["identities"], rows[0]["possible"]) == ("--unique 3", 12, True)
    for wrong in (("--plan", "--leak", "0.1"), ("--leak", "0.1", "--catch", "0.9"), ("-o", "out")):
        assert tracer("release", *wrong).code == 2


def test_tables_of_copies_fit_the_screen(marked: Path, tracer: Tracer, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("COLUMNS", "80")
    longest = "a-recipient-with-a-very-long-id-of-some-group.of.companies.cn"
    names = [longest, *(f"w{i}" for i in range(25))]
    parties = "".join(f'[[party]]\nid = "{name}"\nname = "{name}"\n' for name in names)
    (marked / "m.toml").write_text(parties, encoding="utf-8")
    assert tracer("run", "m.toml").code == 0
    (marked / "to.txt").write_text("\n".join(names), encoding="utf-8")
    call = ("release", "client", "--to-file", "to.txt", "--unique", "1", "--accept-detectable")
    for said in (tracer(*call, "--plan"), tracer(*call, "-o", "out")):
        assert said.code == 0, said.err
        assert max(map(cell_len, said.out.splitlines())) <= 80, said.out
        assert len(said.out.splitlines()) <= 40, said.out
    assert "6 more copies are not shown" in said.err
