"""Display names of parties and titles of lists: kept, changed, shown in the reader's language; never of a source."""

from __future__ import annotations

from pathlib import Path

import pytest

from tracer.case.case import Case
from tracer.case.memory import memory_case
from tracer.case.protected import keyed_pseudonym, protected_in
from tracer.disclosure import DatasetRef, PartyRef
from tracer.dossier.parties import add_party, merge_parties
from tracer.errors import InputRefused
from tracer.export.formats import outgoing
from tracer.manifest import Applied, apply_manifest, read_manifest
from tracer.records import Party
from tracer.wording.names import names_of

PSEUDONYM = keyed_pseudonym(b"tests")
MANIFEST = """
[[party]]
id = "hengtu"
name = "南京珩途网络科技有限公司"
name_en = "Hengtu"
name_zh = "珩途"

[[party]]
id = "nanxing"
name = "南星某某"
name_en = "Southern Star"
protected = true

[[dataset]]
id = "lot-7"
path = "lot.csv"
holder = "hengtu"
title = "lot"
title_zh = "第7批，问 14000001234"
"""


@pytest.fixture
def toml(tmp_path: Path) -> Path:
    (tmp_path / "lot.csv").write_text("phone\n" + "".join(f"1410000{n:04d}\n" for n in range(30)), encoding="utf-8")
    (tmp_path / "case.toml").write_text(MANIFEST, encoding="utf-8")
    return tmp_path / "case.toml"


@pytest.fixture
def case(toml: Path) -> Case:
    made = memory_case()
    apply_manifest(made, read_manifest(toml))
    return made


def again(case: Case, toml: Path, before: str, after: str) -> Applied:
    toml.write_text(MANIFEST.replace(before, after), encoding="utf-8")
    return apply_manifest(case, read_manifest(toml))


def test_they_are_shown_in_the_language_or_in_any_and_numbers_in_them_are_masked(case: Case) -> None:
    english, chinese = (names_of(case.con, lang) for lang in ("en", "zh"))
    assert (english.of(PartyRef("hengtu")), chinese.of(PartyRef("hengtu"))) == ("Hengtu", "珩途")
    assert (english.of(DatasetRef("lot-7")), chinese.of(DatasetRef("lot-7"))) == ("lot", "第7批，问 140****1234")


def test_a_source_has_none(case: Case) -> None:
    assert names_of(case.con, "en").of(PartyRef("nanxing")) == "(protected)"
    row = case.con.execute("SELECT name, name_en, name_zh FROM views.parties WHERE party = 'nanxing'").fetchone()
    assert row == ("(protected)", None, None)
    assert {"Southern Star", "南星某某", "nanxing"} <= protected_in(case.con, PSEUDONYM).parties
    leaving = outgoing(case.con, {}, PSEUDONYM, "asked Southern Star")
    assert leaving.title == f"asked source-{PSEUDONYM('party nanxing')}"
    assert not any("nanxing" in names.parties for names in leaving.names.values())
    assert leaving.names["en"].of(PartyRef("hengtu")) == "Hengtu"


def test_a_source_is_not_promised_protection_under_a_name_that_cannot_be_found(case: Case) -> None:
    with pytest.raises(InputRefused, match="too short to be found"):
        add_party(case.con, Party("other-source", name="Orla Quimby", name_en="O", protected=True))


def test_a_source_that_was_merged_stays_one_under_its_display_name(case: Case) -> None:
    add_party(case.con, Party("star", name="Star", name_en="Star of the South"))
    merge_parties(case.con, "star", "nanxing")
    assert "Star of the South" in protected_in(case.con, PSEUDONYM).parties


def test_what_the_manifest_says_anew_is_changed_and_nothing_is_traced_for_it(case: Case, toml: Path) -> None:
    done = again(case, toml, 'title = "lot"', 'title = "lot"\ntitle_en = "the seventh lot"')
    assert done.changed == ["dataset lot-7: title_en none → the seventh lot"]
    assert names_of(case.con, "en").of(DatasetRef("lot-7")) == "the seventh lot"
    assert again(case, toml, '"Hengtu"', '"Hengtu Networks"').changed == ["party hengtu: changed"]
    assert names_of(case.con, "en").of(PartyRef("hengtu")) == "Hengtu Networks"


def test_by_hand_a_party_is_given_what_it_lacks(case: Case) -> None:
    add_party(case.con, Party("luyan", name="宁波麓砚"))
    add_party(case.con, Party("luyan", name_en="Luyan"))
    assert names_of(case.con, "en").of(PartyRef("luyan")) == "Luyan"
    with pytest.raises(InputRefused, match="name_en"):
        add_party(case.con, Party("luyan", name_en="Another"))


def test_a_new_version_of_a_list_keeps_its_title(case: Case, toml: Path) -> None:
    (toml.parent / "lot.csv").write_text("phone\n14100009999\n14100009998\n", encoding="utf-8")
    toml.write_text(MANIFEST.replace('title = "lot"\n', ""), encoding="utf-8")
    apply_manifest(case, read_manifest(toml), replace=True)
    assert case.con.execute("SELECT version, list_title FROM views.datasets").fetchall() == [(2, "lot")]
