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
from tracer.export.formats import outgoing_case
from tracer.manifest import apply_manifest, read_manifest
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
def case(tmp_path: Path) -> Case:
    (tmp_path / "lot.csv").write_text("phone\n" + "".join(f"1410000{n:04d}\n" for n in range(30)), encoding="utf-8")
    made = memory_case()
    applied(made, tmp_path)
    return made


def applied(case: Case, folder: Path, before: str = "", after: str = "") -> list[str]:
    """What changes by the manifest, with something written otherwise."""
    (folder / "case.toml").write_text(MANIFEST.replace(before, after), encoding="utf-8")
    return apply_manifest(case, read_manifest(folder / "case.toml")).changed


def shown(case: Case, name: PartyRef | DatasetRef) -> list[str]:
    return [names_of(case.con, lang).of(name) for lang in ("en", "zh")]


def test_they_are_shown_in_the_language_or_in_any_and_numbers_in_them_are_masked(case: Case) -> None:
    assert shown(case, PartyRef("hengtu")) == ["Hengtu", "珩途"]
    assert shown(case, DatasetRef("lot-7")) == ["lot", "第7批，问 140****1234"]
    assert shown(case, PartyRef("nanxing"))[0] == "(protected)", "a source has none"
    row = case.con.execute("SELECT name, name_en, name_zh FROM views.parties WHERE party = 'nanxing'").fetchone()
    assert row == ("(protected)", None, None)
    leaving = outgoing_case(case.con, {}, PSEUDONYM, "asked Southern Star")
    assert leaving.title == f"asked source-{PSEUDONYM('party nanxing')}"
    assert all("nanxing" not in names.parties for names in leaving.names.values())


def test_a_source_is_not_promised_protection_under_a_name_that_cannot_be_found(case: Case) -> None:
    assert {"Southern Star", "南星某某", "nanxing"} <= protected_in(case.con, PSEUDONYM).parties
    with pytest.raises(InputRefused, match="too short to be found"):
        add_party(case.con, Party("other-source", name="Orla Quimby", name_en="O", protected=True))


def test_what_the_manifest_says_anew_is_changed(case: Case, tmp_path: Path) -> None:
    done = applied(case, tmp_path, 'title = "lot"', 'title = "lot"\ntitle_en = "the seventh lot"')
    assert done == ["dataset lot-7: title_en none → the seventh lot"]
    assert applied(case, tmp_path, '"Hengtu"', '"Hengtu Networks"') == ["party hengtu: changed"]
    assert shown(case, DatasetRef("lot-7"))[0] == "the seventh lot"
    assert shown(case, PartyRef("hengtu"))[0] == "Hengtu Networks"


def test_by_hand_a_party_is_given_what_it_lacks(case: Case) -> None:
    add_party(case.con, Party("luyan", name="宁波麓砚"))
    add_party(case.con, Party("luyan", name_en="Luyan"))
    assert shown(case, PartyRef("luyan"))[0] == "Luyan"
    with pytest.raises(InputRefused, match="name_en"):
        add_party(case.con, Party("luyan", name_en="Another"))
    merge_parties(case.con, "luyan", "nanxing")
    assert "Luyan" in protected_in(case.con, PSEUDONYM).parties, "one with a source is a source"
