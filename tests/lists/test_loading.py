"""Loading: whole or not at all; what becomes of rows, every one accounted for; hashes and masks, never undone."""

from __future__ import annotations

import base64
import hashlib
import json
import random
import re
from collections.abc import Iterable, Sequence
from pathlib import Path
from typing import Any
from unittest.mock import Mock

import pytest

from tests.lists.loading import load_text, own_list, read_parts, read_table
from tracer.case.case import Case, create_case, open_case
from tracer.case.memory import memory_case
from tracer.documents import toml_of
from tracer.errors import InputRefused, TracerError
from tracer.identify.email import email_key, read_email_cell
from tracer.identify.keys import KEY_BASE, MOBILE_FIRST, MOBILE_LAST, text_key
from tracer.identify.phone import read_phone_cell
from tracer.lists import linking, load
from tracer.lists.load import load_dataset, load_files, store_parts
from tracer.lists.loaded import DatasetFacts, Loaded
from tracer.lists.read.model import ReadOptions

_ROWS = "姓名,手机号,公司\n赵安文,14200000001,虚构甲\n钱博武,+86 142-0000-0002,虚构乙\n孙超双,142****0003,虚构丙\n"
TABLES = ("dataset", "part", "dataset_column", "membership", "duplicate", "contact_alias", "reject", "junk", "original")


def _write(folder: Path) -> Path:
    path = folder / "list.csv"
    path.write_text(_ROWS, encoding="utf-8")
    return path


def _counts(case: Case) -> dict[str, int]:
    counts = {table: len(case.con.execute(f"SELECT 1 FROM {table}").fetchall()) for table in TABLES}
    raw = case.con.execute("SELECT 1 FROM duckdb_tables() WHERE schema_name = 'raw'").fetchall()
    return {**counts, "raw": len(raw), "sealed": len(case.vault.files.names())}


def test_a_file_is_loaded_sealed_and_journaled(tmp_path: Path) -> None:
    path = _write(tmp_path)
    with create_case(tmp_path / "case", key_file=tmp_path / "key") as case:
        loaded = load_dataset(case, path, DatasetFacts("d1", "vendor"), ReadOptions())
    assert (loaded.rows, loaded.identifiers, loaded.rejected, loaded.version) == (3, 2, 1, 1)
    with open_case(tmp_path / "case", key_file=tmp_path / "key", read_only=True) as case:
        (stored,) = case.con.execute("SELECT path, sha256, bytes, format, rows, options FROM dataset").fetchall()
        assert (stored[0], *stored[2:5]) == (str(path), path.stat().st_size, "csv", 3)
        assert case.vault.files.read(stored[1]) == path.read_bytes()
        assert json.loads(stored[5])["region"] == "CN"
        assert case.con.execute("SELECT c1 FROM raw.d1_p1 ORDER BY row").fetchall()[1] == ("+86 142-0000-0002",)
        entry = list(case.journal.file.entries())[-1]
    assert (entry["command"], entry["inputs"], entry["detail"]["rows"]) == ("load", {"d1": stored[1]}, 3)
    told = json.dumps([entry, loaded.to_json()], ensure_ascii=False)
    assert not re.search("1420000|赵安文", told)


def test_a_dry_run_keeps_nothing(tmp_path: Path) -> None:
    case = memory_case()
    before = _counts(case)
    loaded = load_dataset(case, _write(tmp_path), DatasetFacts("d1", "vendor"), ReadOptions(), dry_run=True)
    assert [column.role for column in loaded.parts[0].columns] == ["name", "phone", "organisation"]
    assert _counts(case) == before
    with case.transaction(), pytest.raises(RuntimeError):
        load_dataset(case, _write(tmp_path), DatasetFacts("d1", "vendor"), ReadOptions(), dry_run=True)


def test_a_refused_or_interrupted_file_leaves_nothing(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    case = memory_case()
    before = _counts(case)
    for text in ("姓名,公司\n赵安文,虚构甲\n钱博武,虚构乙\n", "手机号\nN/A\n无\n", ""):
        with pytest.raises(InputRefused) as error:
            load_text(case, tmp_path / "list.csv", text)
        assert "list.csv" in error.value.line()
        assert error.value.remedy
    with monkeypatch.context() as patch, pytest.raises(KeyboardInterrupt):
        patch.setattr(load, "by_plugin", Mock(side_effect=KeyboardInterrupt))
        load_text(case, tmp_path / "list.csv", _ROWS)
    assert _counts(case) == before
    assert [entry["command"] for entry in case.journal.file.entries()].count("load") == 0
    with case.transaction():  # a refused file lets the next be tried
        with pytest.raises(InputRefused):
            load_text(case, tmp_path / "bad.csv", "手机号\nN/A\n无\n")
        loaded = load_text(case, tmp_path / "list.csv", _ROWS)
    assert (loaded.no, loaded.rows) == (1, 3)
    counts = _counts(case)
    assert (counts["dataset"], counts["reject"], counts["junk"], counts["raw"]) == (1, 1, 0, 1)


def test_the_same_file_gives_the_same_store(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("TRACER_NOW", "2026-05-01T12:00:00")
    contents = []
    for _ in range(2):
        case = memory_case()
        more = "李德全,14200000001/14200000009,虚构甲\n周恩春,N/A,虚构甲\n"
        load_text(case, tmp_path / "list.csv", _ROWS + more)
        contents.append([case.con.execute(f"SELECT * FROM {table}").fetchall() for table in TABLES])
    assert contents[0] == contents[1]


def test_a_folder_s_copies_are_loaded_once_and_said(tmp_path: Path) -> None:
    for folder, more in (("a", ""), ("b", "周恩春,14200000007,虚构甲\n"), ("c", "")):
        (tmp_path / folder).mkdir()
        (tmp_path / folder / "liste.csv").write_text(_ROWS + more, encoding="utf-8")
    options, facts = ReadOptions(), DatasetFacts("", "broker")
    loaded = load_files(memory_case(), [tmp_path], facts, options, replace=False, dry_run=False)
    assert [one.dataset for one in loaded] == ["liste", "b-liste"]
    copy = tmp_path / "c" / "liste.csv"
    assert [note for note in loaded[0].notes if "byte for byte" in note] == [
        f"{copy} is {tmp_path / 'a' / 'liste.csv'} byte for byte, and is not loaded again"
    ]
    with pytest.raises(InputRefused, match="given twice"):
        load_files(memory_case(), [copy, copy.parent], facts, options, replace=False, dry_run=False)


A, B, C = 8614200000001, 8614200000002, 8614200000003


def _number(key: int) -> str:
    return str(key)[2:]


def _store(case: Case, dataset: str = "d1", **columns: list[str | None]) -> Loaded:
    named: dict[str, Any] = {role.replace("_", " "): cells for role, cells in columns.items()}
    return store_parts(case.con, read_parts(read_table(case.con, named)), DatasetFacts(dataset, "vendor"))


def _rows(case: Case, query: str) -> list[tuple[Any, ...]]:
    return case.con.execute(query).fetchall()


def test_memberships_are_distinct_and_a_contact_is_named_by_its_strongest_identifier() -> None:
    case = memory_case()
    loaded = _store(case, phone=[_number(B), "+86" + _number(A), _number(B) + ".0", _number(B)])
    assert _rows(case, "SELECT * FROM membership") == [(1, A, 2), (1, B, 1)]
    assert _rows(case, "SELECT * FROM duplicate") == [(1, B, 3), (1, B, 4)]
    assert (loaded.rows, loaded.identifiers, loaded.contacts, loaded.rejected, loaded.duplicates) == (4, 2, 2, 0, 2)
    mail, key, landline = email_key("anna@example.com"), text_key(KEY_BASE, "m1"), 862658888888
    loaded = _store(
        case, "d2", phone=["026-58888888", None, None, "026-58888888"], phone_2=[_number(A), None, None, None],
        email=["anna@example.com", "Anna@example.com", None, None], key=["M1", None, "m1", None],
    )  # fmt: skip
    # All rows name the contact of the first.
    assert (loaded.identifiers, loaded.contacts, loaded.duplicates) == (4, 1, 3)
    aliases = _rows(case, "SELECT key, contact FROM contact_alias WHERE dataset = 2")
    assert {*aliases} == {(landline, A), (mail, A), (key, A)}


def test_other_rows_lead_to_a_contact() -> None:
    """A chain of rows ends at one contact; a shared address is both its owners', and a tag is not counted."""
    case = memory_case()
    loaded = _store(case, phone=[_number(A), _number(B)], phone_2=[_number(B), _number(C)])
    assert _rows(case, "SELECT key, contact FROM contact_alias") == [(B, A), (C, A)]
    assert (loaded.contacts, loaded.identifiers) == (1, 3)
    shared = _store(case, "d2", phone=[_number(A), _number(B)], email=["office@example.com"] * 2)
    mail = email_key("office@example.com")
    assert _rows(case, "SELECT key, contact FROM contact_alias WHERE dataset = 2") == [(mail, A), (mail, B)]
    assert shared.contacts == 2
    loaded = _store(case, "d3", email=["anna+x@fastmail.com", "bea@example.com"])
    keys = {key for (key,) in _rows(case, "SELECT key FROM membership WHERE dataset = 3")}
    assert keys == {email_key("anna+x@fastmail.com"), email_key("anna@fastmail.com"), email_key("bea@example.com")}
    assert (loaded.identifiers, loaded.contacts) == (2, 2)


def test_rejects_are_told_apart_from_cells_beside_a_usable_one() -> None:
    case = memory_case()
    numbers = ["142****0001", "1.42E+10", None, "N/A", _number(A) + "/5888888", "N/A"]
    loaded = _store(case, phone=numbers, email=[None, "anna@example.com", None, None, "", "bea@example.com"])
    assert _rows(case, "SELECT row, position, raw, reason, row_kept FROM reject ORDER BY row, position") == [
        (1, 0, "142****0001", "masked", False), (2, 0, "1.42E+10", "scientific notation lost digits", True),
        (3, None, None, "empty", False), (4, 0, "N/A", "placeholder", False),
        (5, 0, numbers[4], "no area code", True),
    ]  # fmt: skip
    assert (loaded.rows, loaded.rejected, loaded.junk) == (6, 3, 1)
    assert _rows(case, "SELECT key, raw, reason, rows FROM junk") == [(None, "N/A", "placeholder", 2)]


def test_a_hotline_never_links_but_is_counted() -> None:
    case = memory_case()
    names: list[str | None] = [f"虚构{i}" for i in range(21)]
    phones = [*[_number(A)] * 21, *[_number(B)] * 20, *[_number(C)] * 30]  # 21 names, 20 names, one name
    mails = ["anna@example.com", *[None] * 70]
    loaded = _store(case, name=[*names, *names[:20], *["甲"] * 30], phone=[*phones], email=mails)
    assert _rows(case, "SELECT key, raw, reason, rows, names FROM junk") == [(A, None, "hotline", 21, 21)]
    keys = {key for (key,) in _rows(case, "SELECT key FROM membership")}
    assert keys == {email_key("anna@example.com"), B, C}
    assert loaded.rejected == 20  # one row has an address as well
    assert loaded.reasons == {"hotline": 21}
    assert loaded.rows == loaded.rejected + 3 + loaded.duplicates


def test_a_list_of_masks_is_kept_and_one_of_nothing_refused() -> None:
    case = memory_case()
    loaded = _store(case, phone=["142****0001", "142****0002"])
    assert (loaded.identifiers, loaded.rejected) == (0, 2)
    with pytest.raises(InputRefused, match="no phone number"):
        _store(case, "d2", phone=["N/A", "1.42E+10"])
    with pytest.raises(InputRefused, match="no phone number"):
        _store(case, "d3", name=["甲", "乙"])


def test_parts_count_on() -> None:
    case = memory_case()
    one = read_table(case.con, {"phone": [_number(A), _number(B)]}, "one")
    note = read_table(case.con, {"other": ["remarks"]}, "note")
    two = read_table(case.con, {"email": [None, "anna@example.com"], "phone": [_number(B), None]}, "two")
    loaded = store_parts(case.con, read_parts(one, note, two), DatasetFacts("d1", "vendor"))
    assert _rows(case, "SELECT part, first_row, rows, raw_table FROM part ORDER BY part") == [
        (1, 1, 2, "raw.d1_p1"), (2, 3, 1, "raw.d1_p2"), (3, 4, 2, "raw.d1_p3"),
    ]  # fmt: skip
    assert _rows(case, "SELECT row, reason FROM reject") == [(3, "no column with identifiers")]
    assert _rows(case, "SELECT key, row FROM duplicate") == [(B, 4)]
    assert _rows(case, "SELECT row FROM membership ORDER BY row") == [(1,), (2,), (5,)]
    assert (loaded.rows, loaded.rejected, loaded.duplicates) == (5, 1, 1)
    assert _rows(case, "SELECT count(*) FROM raw.d1_p3") == [(2,)]


def test_an_id_is_taken_once_unless_replaced() -> None:
    case = memory_case()
    _store(case, phone=[_number(A)])
    with pytest.raises(InputRefused, match="already exists"):
        _store(case, phone=[_number(B)])
    part = read_table(case.con, {"phone": [_number(B)]})
    store_parts(case.con, read_parts(part), DatasetFacts("d1", "vendor"), replace=True)
    assert _rows(case, "SELECT no, version, current FROM dataset ORDER BY no") == [(1, 1, False), (2, 2, True)]


def _rank(key: int) -> tuple[int, int]:
    return (0 if MOBILE_FIRST <= key <= MOBILE_LAST else 3 if key < 10**15 else 1), key


@pytest.mark.parametrize("seed", range(8))
def test_random_lists_against_a_plain_account(seed: int, monkeypatch: pytest.MonkeyPatch) -> None:
    """An oracle in plain Python: rows, identifiers, contacts, rejects and duplicates of small random lists, of which
    half are read as lists with hundreds of columns of numbers are."""
    monkeypatch.setattr(linking, "_MANY", 0 if seed % 2 else linking._MANY)
    rng = random.Random(seed)
    numbers = ["14200000001", "+86 142-0000-0002", "14200000003/14200000004", "026-58888888", "14200000002;无"]
    bad = "14200000001/142****0001,142****0001,N/A,123,99999999999,1.38E+10,  ,".split(",")
    cells = [*numbers, *bad, None]
    mails = ["anna@example.com", "anna+x@example.com", "bea@example.com", "bea@example.com;n/a", "bad", *[None] * 5]
    phones, emails = rng.choices(cells, k=12), rng.choices(mails, k=12)
    case = memory_case()
    loaded = _store(case, phone=[*phones, "14200000009"], email=[*emails, None])
    rows: list[set[int]] = []
    for phone, mail in [*zip(phones, emails, strict=True), ("14200000009", None)]:
        readings = [*read_phone_cell(phone or "", "CN"), *read_email_cell(mail or "", "CN")]
        rows.append({reading.key for reading in readings if reading.key is not None})
    contact = {key: {key} for row in rows for key in row}
    for row in rows:
        for key in row:
            if key != min(row, key=_rank):
                contact[key] |= {min(row, key=_rank)}
    for _ in rows:
        for key, targets in contact.items():
            contact[key] = {far for near in targets for far in (contact[near] - {near} or {near})} - {key} or {key}
    named: set[int] = set()
    duplicates = 0
    for row in rows:
        of_row = {target for key in row for target in contact[key]}
        duplicates += bool(row) and of_row <= named
        named |= of_row
    contacts = {target for targets in contact.values() for target in targets}
    found = (loaded.rows, loaded.rejected, loaded.identifiers, loaded.contacts, loaded.duplicates)
    assert found == (13, sum(not row for row in rows), len(contact), len(contacts), duplicates)


def test_rows_that_do_not_add_up_are_not_kept(monkeypatch: pytest.MonkeyPatch) -> None:
    true = linking._statement
    losing = {"load_rejects": "SELECT $dataset"}
    monkeypatch.setattr(linking, "_statement", lambda name: losing.get(name) or true(name))
    with pytest.raises(TracerError, match="of 3 rows 2 were accepted and 0 rejected"):
        _store(memory_case(), phone=[_number(A), _number(B), "无"])


NUMBERS = [f"1400{i * 7919 % 10_000_000:07d}" for i in range(60)]


def _load_lines(case: Case, folder: Path, identity: str, lines: Sequence[str], **columns: str) -> Loaded:
    return load_text(case, folder / f"{identity}.csv", lines, columns=columns)


def _masks(case: Case) -> list[str]:
    return [mask for (mask,) in case.con.execute("SELECT mask FROM mask ORDER BY row").fetchall()]


def _hex(function: str, text: str) -> str:
    return hashlib.new(function, text.encode()).hexdigest()


@pytest.mark.parametrize(("function", "prefix"), [("md5", ""), ("sha1", "86"), ("sha256", "+86"), ("sm3", "")])
def test_hashes_alone_are_a_list(tmp_path: Path, function: str, prefix: str) -> None:
    lines = [_hex(function, prefix + number) for number in NUMBERS]
    coded = [base64.b64encode(bytes.fromhex(line)).decode() for line in lines]
    case = memory_case()
    written = [lines, ["号码", *(line.upper() for line in lines)], ["phone_hash", *coded], coded]
    if function == "md5":  # cut to its middle, it needs a heading
        written[3] = ["手机MD5", *(line[8:24] for line in lines)]
    for identity, rows in zip("abcd", written, strict=True):
        loaded = _load_lines(case, tmp_path, identity, rows)
        assert (loaded.rows, loaded.identifiers, loaded.hashes, loaded.rejected) == (60, 60, 60, 0)
        assert [column.role for part in loaded.parts for column in part.columns] == ["phone_hash"]
    shared = case.con.execute("SELECT count(*) FROM membership GROUP BY key").fetchall()
    assert shared == [(4,)] * 60, "the same hashes link, however they are written"


def test_hashes_beside_the_clear_number_are_left_aside(tmp_path: Path) -> None:
    """Joined, the two columns would undo every list of hashes."""
    lines = ["手机号,手机号MD5,邮箱MD5", *(f"{n},{_hex('md5', n)},{_hex('md5', n + '@a.example')}" for n in NUMBERS)]
    loaded = _load_lines(memory_case(), tmp_path, "a", lines)
    assert [column.role for column in loaded.parts[0].columns] == ["phone", "other", "email_hash"]
    mapped = _load_lines(memory_case(), tmp_path, "a", lines, phone_hash="手机号MD5")
    assert (loaded.hashes, mapped.hashes) == (60, 120), "the user's word stands"
    lines = ["姓名,手机号,MD5", *(f"张三,{n[:3]}****{n[7:]},{_hex('md5', n)}" for n in NUMBERS)]
    loaded = _load_lines(memory_case(), tmp_path, "m", lines)
    assert (loaded.hashes, loaded.masked, loaded.rejected) == (60, 60, 0), "a masked number links by its hash"


MASKS = toml_of((Path(__file__).parent / "masks.toml").read_text("utf-8"))


@pytest.mark.parametrize("heading", ["手机号", ""])
def test_masks_are_kept_as_masks(tmp_path: Path, heading: str) -> None:
    def masked(shapes: Iterable[str]) -> list[str]:
        return [shape.format(a=n[:3], b=n[3:7], c=n[7:]) for shape in shapes for n in NUMBERS[:6]]

    case = memory_case()
    loaded = _load_lines(case, tmp_path, "m", [*([heading] if heading else []), *masked(MASKS["chinese"])])
    rows = 6 * len(MASKS["chinese"])
    assert (loaded.rows, loaded.masked, loaded.identifiers, loaded.rejected) == (rows, rows, 0, rows)
    assert "phone_mask" in {column.role for part in loaded.parts for column in part.columns}
    assert _masks(case) == masked(MASKS["chinese"].values())
    assert case.con.execute("SELECT masked, identifiers FROM views.datasets").fetchall() == [(rows, 0)]


def test_what_is_no_chinese_mobile_number_has_no_mask(tmp_path: Path) -> None:
    case = memory_case()
    _load_lines(
        case, tmp_path, "m", ["电话", *"021-****1234 138****1234 ******* 1234****5678 139****12345678".split() * 12]
    )
    assert case.con.execute("SELECT DISTINCT mask FROM mask").fetchall() == [("138****1234",)]


@pytest.mark.parametrize(("region", "written", "kept"), MASKS["abroad"]["written"])
def test_masks_of_other_countries_are_kept_with_their_code(
    tmp_path: Path, region: str, written: str, kept: str
) -> None:
    """As libraries and sign-in pages write them: how many stars count only where all numbers are of one length."""
    case, endings = memory_case(), [f"{n:02}" for n in range(20, 80)]
    lines = ["Name,Phone", *("Jo Doe," + written.format(n=n) for n in endings)]
    loaded = load_text(case, tmp_path / "m.csv", lines, region=region)
    assert (loaded.masked, loaded.identifiers) == (60, 0)
    assert _masks(case) == [kept.format(n=n) for n in endings]


def test_masks_are_of_the_country_of_ones_own_list_where_none_was_given(tmp_path: Path) -> None:
    own, masked = (["Name,Phone", *(f"Jo Doe,(312) {middle}-01{n:02}" for n in range(60))] for middle in ("555", "***"))
    case = own_list(tmp_path, own, region="US")
    loaded = load_text(case, tmp_path / "m.csv", masked, find_region=True)
    assert case.con.execute("SELECT min(mask) FROM mask").fetchone() == ("+1312***0100",)
    assert any("--region overrides" in note for note in loaded.notes)
