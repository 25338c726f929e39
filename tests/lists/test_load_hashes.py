"""Files whose numbers are hashed or masked: loaded and counted, never undone."""

from __future__ import annotations

import base64
import hashlib
from collections.abc import Sequence
from pathlib import Path

import pytest

from tests.lists.loading import load_text, own_list
from tracer.case.case import Case
from tracer.case.memory import memory_case
from tracer.lists.loaded import Loaded

NUMBERS = [f"1400{i * 7919 % 10_000_000:07d}" for i in range(60)]


def _load(case: Case, folder: Path, identity: str, lines: Sequence[str], **columns: str) -> Loaded:
    return load_text(case, folder / f"{identity}.csv", lines, columns=columns)


def _hex(function: str, text: str) -> str:
    return hashlib.new(function, text.encode()).hexdigest()


@pytest.mark.parametrize(("function", "prefix"), [("md5", ""), ("sha1", "86"), ("sha256", "+86"), ("sm3", "")])
def test_hashes_alone_are_a_list(tmp_path: Path, function: str, prefix: str) -> None:
    lines = [_hex(function, prefix + number) for number in NUMBERS]
    coded = [base64.b64encode(bytes.fromhex(line)).decode() for line in lines]
    case = memory_case()
    for identity, rows in (
        ("a", lines), ("b", ["号码", *(line.upper() for line in lines)]), ("c", ["phone_hash", *coded]), ("d", coded),
    ):  # fmt: skip
        loaded = _load(case, tmp_path, identity, rows)
        assert (loaded.rows, loaded.identifiers, loaded.hashes, loaded.rejected) == (60, 60, 60, 0)
        assert [column.role for part in loaded.parts for column in part.columns] == ["phone_hash"]
    shared = case.con.execute("SELECT count(*) FROM membership GROUP BY key").fetchall()
    assert shared == [(4,)] * 60, "the same hashes link, however they are written"


def test_a_cut_md5_needs_a_heading(tmp_path: Path) -> None:
    cut = [_hex("md5", number)[8:24] for number in NUMBERS]
    case = memory_case()
    whole = _load(case, tmp_path, "whole", [_hex("md5", number) for number in NUMBERS])
    named = _load(case, tmp_path, "named", ["手机MD5", *cut])
    assert named.hashes == whole.hashes == 60
    assert len(case.con.execute("SELECT DISTINCT key FROM membership").fetchall()) == 60


def test_hashes_beside_the_clear_number_are_left_aside(tmp_path: Path) -> None:
    """Joined, the two columns would undo every list of hashes."""
    lines = ["手机号,手机号MD5,邮箱MD5", *(f"{n},{_hex('md5', n)},{_hex('md5', n + '@a.example')}" for n in NUMBERS)]
    loaded = _load(memory_case(), tmp_path, "a", lines)
    roles = [column.role for part in loaded.parts for column in part.columns]
    assert roles == ["phone", "other", "email_hash"]
    mapped = _load(memory_case(), tmp_path, "a", lines, phone_hash="手机号MD5")
    assert (loaded.hashes, mapped.hashes) == (60, 120), "the user's word stands"


MASKS = {
    "{a}****{c}": "{a}****{c}", "{a}xxxx{c}": "{a}****{c}", "{a}XXXX{c}": "{a}****{c}", "{a}**{c}": "{a}****{c}",
    "{a} **** {c}": "{a}****{c}", "{a}-****-{c}": "{a}****{c}", "+86 {a}****{c}": "{a}****{c}",
    "86{a}****{c}": "{a}****{c}", "{a}＊＊＊＊{c}": "{a}****{c}", "{a}●●●●{c}": "{a}****{c}",
    "{a}{b}****": "{a}{b}****", "{a}********": "{a}********", "****{c}": "*******{c}", "{a}…{c}": "{a}****{c}",
    "'{a}****{c}": "{a}****{c}",
}  # fmt: skip


@pytest.mark.parametrize(("form", "heading"), [(form, ("手机号", "")[at % 2]) for at, form in enumerate(MASKS)])
def test_masks_are_kept_as_masks(tmp_path: Path, form: str, heading: str) -> None:
    def masked(shape: str) -> list[str]:
        return [shape.format(a=n[:3], b=n[3:7], c=n[7:]) for n in NUMBERS]

    case = memory_case()
    loaded = _load(case, tmp_path, "m", [*([heading] if heading else []), *masked(form)])
    assert (loaded.rows, loaded.masked, loaded.identifiers, loaded.rejected) == (60, 60, 0, 60)
    assert "phone_mask" in {column.role for part in loaded.parts for column in part.columns}
    kept = case.con.execute("SELECT mask FROM mask ORDER BY row").fetchall()
    assert [mask for (mask,) in kept] == masked(MASKS[form])
    assert case.con.execute("SELECT masked, identifiers FROM views.datasets").fetchall() == [(60, 0)]
    assert case.con.execute("SELECT count(*) FROM membership").fetchone() == (0,)


def test_what_is_no_chinese_mobile_number_has_no_mask(tmp_path: Path) -> None:
    case = memory_case()
    lines = ["电话", *["021-****1234", "138****1234", "************", "1234****5678", "139****12345678"] * 12]
    loaded = _load(case, tmp_path, "m", lines)
    assert loaded.rows == 60
    assert case.con.execute("SELECT DISTINCT mask FROM mask").fetchall() == [("138****1234",)]


@pytest.mark.parametrize(
    ("region", "written", "kept"),
    [
        ("US", "(312) ***-01{n}", "+1312***01{n}"), ("US", "312-***-01{n}", "+1312***01{n}"),
        ("US", "+1 (312) ***-**{n}", "+1312*****{n}"), ("US", "xxx-xxx-01{n}", "+1******01{n}"),
        ("US", "1-312-***-01{n}", "+1312***01{n}"), ("US", "****01{n}", "+1…01{n}"),
        ("CN", "+49 30 ****5{n}", "+4930…5{n}"), ("DE", "030 ****5{n}", "+4930…5{n}"),
        ("GB", "07*** ***1{n}", "+447…1{n}"), ("CN", "+44 (0)7*** ***1{n}", "+447…1{n}"),
        ("FR", "06 ** ** ** {n}", "+336******{n}"), ("US", "+7 (9**) ***-12-{n}", "+79*****12{n}"),
    ],
)  # fmt: skip
def test_masks_of_other_countries_are_kept_with_their_code(
    tmp_path: Path, region: str, written: str, kept: str
) -> None:
    """As libraries and sign-in pages write them: how many stars count only where all numbers are of one length."""
    case, endings = memory_case(), [f"{n:02}" for n in range(20, 80)]
    lines = ["Name,Phone", *("Jo Doe," + written.format(n=n) for n in endings)]
    loaded = load_text(case, tmp_path / "m.csv", lines, region=region)
    assert (loaded.masked, loaded.identifiers) == (60, 0)
    found = case.con.execute("SELECT mask FROM mask ORDER BY row").fetchall()
    assert [mask for (mask,) in found] == [kept.format(n=n) for n in endings]


def test_masks_are_of_the_country_of_ones_own_list_where_none_was_given(tmp_path: Path) -> None:
    own, masked = (["Name,Phone", *(f"Jo Doe,(312) {middle}-01{n:02}" for n in range(60))] for middle in ("555", "***"))
    case = own_list(tmp_path, own, region="US")
    loaded = load_text(case, tmp_path / "m.csv", masked, find_region=True)
    assert case.con.execute("SELECT min(mask) FROM mask").fetchone() == ("+1312***0100",)
    assert any("--region overrides" in note for note in loaded.notes)


def test_a_masked_number_beside_its_hash_links_by_the_hash(tmp_path: Path) -> None:
    lines = ["姓名,手机号,MD5", *(f"张三,{n[:3]}****{n[7:]},{_hex('md5', n)}" for n in NUMBERS)]
    loaded = _load(memory_case(), tmp_path, "m", lines)
    assert (loaded.hashes, loaded.masked, loaded.rejected) == (60, 60, 0)
