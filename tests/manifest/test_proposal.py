"""`tracer manifest new` and `check`: a folder of files becomes a manifest; nothing is overwritten."""

from __future__ import annotations

import re
from pathlib import Path

import pytest

from tracer.errors import InputRefused
from tracer.manifest.apply import check_manifest
from tracer.manifest.proposal import propose_manifest
from tracer.manifest.read import read_manifest

_ROWS = "".join(f"甲{number},1420000{number:04}\n" for number in range(30))
_CALLS = "at,caller,called\n2026-05-01 10:00:00,02566660000,14200000001\n"


@pytest.fixture
def folder(tmp_path: Path) -> Path:
    for name, content in {
        "名单 2026-05-01.csv": f"姓名,手机号\n{_ROWS}",
        "lists/shop-202602.csv": f"姓名,手机号\n{_ROWS}",
        "lists/bare.csv": _ROWS,
        'lists/say "hi" [1].csv': f"姓名,手机号\n{_ROWS}",
        "calls.csv": _CALLS,
        "complaints.csv": _CALLS,
        "canaries.csv": "phone\n14200009999\n",
        "copies/a-to-b.csv": f"姓名,手机号\n{_ROWS}",
        "evidence/receipt.pdf": "%PDF-1.4\n",
        "photo.png": "\x89PNG",
        "prices.csv": "goods,price\nred,3\nblue,4\n",
        ".hidden.csv": _ROWS,
    }.items():
        (tmp_path / name).parent.mkdir(exist_ok=True)
        (tmp_path / name).write_text(content, encoding="latin-1" if name.endswith("png") else "utf-8")
    return tmp_path


def test_a_folder_becomes_a_manifest_that_can_be_run(folder: Path) -> None:
    (folder / "case.schema.json").write_text("mine", encoding="utf-8")
    made = propose_manifest(folder)
    assert made.counts == {"signals": 1, "canaries": 1, "complaints": 1, "evidence": 2, "dataset": 4}
    assert [line.partition(":")[0] for line in made.left_out] == ["copies/a-to-b.csv", "prices.csv"]
    assert check_manifest(made.path).files == 9
    lists = {entry.value.path.name: entry.value for entry in read_manifest(made.path).datasets}
    assert str(lists["名单 2026-05-01.csv"].obtained) == "2026-05-01"
    assert lists["名单 2026-05-01.csv"].columns == {"name": "姓名", "phone": "手机号"}
    assert lists["shop-202602.csv"].obtained is None
    assert lists["bare.csv"].columns == {}
    assert 'say "hi" [1].csv' in lists

    text = made.path.read_text(encoding="utf-8")
    with pytest.raises(InputRefused, match="already"):
        propose_manifest(folder)
    assert made.path.read_text(encoding="utf-8") == text, "nothing is overwritten"
    assert (folder / "case.schema.json").read_text(encoding="utf-8") == "mine"

    # what is left to fill in is right when it is filled in
    assert "2026-02-28   # FILL IN: its name says 2026-02" in text
    filled = re.sub(r"^# (?=\[\[|[a-z_]+ = )", "", text, flags=re.MULTILINE)
    made.path.write_text(filled.replace('dataset = "…"', 'dataset = "bare"').replace('region = "CN"', ""), "utf-8")
    manifest = check_manifest(made.path).manifest
    assert {entry.value.holder for entry in manifest.datasets} == {"party-1"}
    assert [release.value.dataset for release in manifest.releases] == ["bare"]


def test_a_list_of_an_unknown_country_is_a_list_and_asks_for_it(tmp_path: Path) -> None:
    rows = "".join(f"A{at},0171392{at:04d}\n" for at in range(30))
    (tmp_path / "a.csv").write_text(f"name,PHONE\n{rows}", encoding="utf-8")
    (tmp_path / "records.json").write_text(
        '[{"at": "2026-05-01 10:00:00", "caller": "02566660000", "called": "14200000001"}]', encoding="utf-8"
    )
    made = propose_manifest(tmp_path)
    assert made.counts == {"dataset": 1, "signals": 1}
    with pytest.raises(InputRefused, match="may be those of"):
        check_manifest(made.path)
    text = made.path.read_text(encoding="utf-8")
    assert re.search('# region = "[A-Z]{2}"   # FILL IN: the numbers of column 2', text)
    made.path.write_text(re.sub('# region = "[A-Z]{2}"   # FILL', 'region = "DE"   # FILL', text), encoding="utf-8")
    assert check_manifest(made.path).files == 2


def test_a_second_file_of_one_name_is_called_as_load_calls_it(tmp_path: Path) -> None:
    for folder, last in (("a", 1), ("b", 2)):
        (tmp_path / folder).mkdir()
        (tmp_path / folder / "liste.csv").write_text(f"phone\n+1415555010{last}\n", encoding="utf-8")
    text = propose_manifest(tmp_path).path.read_text(encoding="utf-8")
    assert re.findall('^id = "(.*)"', text, re.MULTILINE) == ["liste", "b-liste"]
