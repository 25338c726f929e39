"""Stealers' logs, combination lists and tables with passwords: a row an entry, and no secret anywhere."""

from __future__ import annotations

import re
from pathlib import Path
from typing import Any

import pytest

from tests.lists.loading import load_text
from tests.lists.stolen import FORMS, SIGN, mail, secret
from tracer.case.case import Case, create_case
from tracer.case.memory import memory_case
from tracer.dossier.evidence import original_of
from tracer.errors import InputRefused, UsageError
from tracer.lists.loaded import Loaded
from tracer.lists.read.secret_columns import names_secret
from tracer.lists.read.theft import site_of

ROWS = 40


def _load(case: Case, folder: Path, name: str, text: str, **options: Any) -> Loaded:
    return load_text(case, folder / name, text, find_region=True, **options)


def _everything(case: Case) -> str:
    tables = case.con.execute(
        "SELECT schema_name, table_name FROM duckdb_tables() WHERE database_name = current_catalog()"
    ).fetchall()
    return "\n".join(str(case.con.execute(f'FROM "{schema}"."{table}"').fetchall()) for schema, table in tables)


@pytest.mark.parametrize("name", FORMS)
def test_one_row_an_entry_and_no_secret(tmp_path: Path, name: str) -> None:
    case = memory_case()
    loaded = _load(case, tmp_path, name, FORMS[name](ROWS))
    more = name in ("ragged.csv", "records.ndjson")
    assert (loaded.rows, loaded.identifiers) == (ROWS + more, ROWS + (name == "ragged.csv"))
    assert (loaded.secrets or 0) >= ROWS
    assert any(note.startswith("SECRETS DROPPED") for note in loaded.notes)
    assert SIGN not in _everything(case)
    assert SIGN not in repr(loaded)


def test_no_file_of_the_case_folder_holds_a_secret(tmp_path: Path) -> None:
    files = tmp_path / "in"
    files.mkdir()
    with create_case(tmp_path / "case", key_file=tmp_path / "key") as case:
        for name in ("redline.txt", "colon.txt", "table.csv"):
            _load(case, files, name, FORMS[name](200))
        assert list(case.layout.originals.iterdir()) == []
        with pytest.raises(UsageError, match="holds secrets and was not kept"):
            original_of(case.con, "colon")
        journal = [entry["detail"] for entry in case.journal.entries() if entry["command"] == "load"]
    assert all(detail["secrets_dropped"] == 200 and not detail["original_kept"] for detail in journal)
    kept = b"".join(path.read_bytes() for path in (tmp_path / "case").rglob("*") if path.is_file())
    assert SIGN.encode() not in kept


def test_sites_are_kept_and_nothing_else_of_an_address(tmp_path: Path) -> None:
    case = memory_case()
    _load(case, tmp_path, "redline.txt", FORMS["redline.txt"](ROWS))
    _load(case, tmp_path, "app.txt", FORMS["app.txt"](ROWS))
    sites = case.con.execute("SELECT DISTINCT c0 FROM raw.d1_p1 ORDER BY c0").fetchall()
    assert sites == [(f"shop{at}.example",) for at in range(7)]
    assert case.con.execute("SELECT DISTINCT c0 FROM raw.d2_p1").fetchall() == [("shop.com",)]
    assert "8443" not in _everything(case)


@pytest.mark.parametrize(
    ("address", "site"),
    [
        ("https://Login.Shop.co.uk/a?b=c@d.example", "shop.co.uk"), ("shop.example/login", "shop.example"),
        ("http://user:word@shop.example/", "shop.example"), ("http://192.0.2.7:8080/", "192.0.2.7"),
        ("android://k==@br.com.bank.app/", "bank.com.br"), ("https://bücher.example", "bücher.example"),
        ("chrome://settings", None), ("", None),
    ],
)  # fmt: skip
def test_the_registrable_host(address: str, site: str | None) -> None:
    assert site_of(address) == site


def test_keyed_hashes_are_kept_where_they_are_asked_for(tmp_path: Path) -> None:
    case, key = memory_case(), b"k" * 32
    _load(case, tmp_path, "colon.txt", FORMS["colon.txt"](ROWS), secret_key=key)
    _load(case, tmp_path, "table.csv", FORMS["table.csv"](ROWS), secret_key=key)
    shared = case.con.execute(
        "SELECT a.c5 FROM raw.d1_p1 AS a JOIN raw.d2_p1 AS b ON b.c0 = a.c1 AND b.c1 = a.c5"
    ).fetchall()
    assert len({cell for (cell,) in shared}) == ROWS, "the same secret has the same hash in any list of the case"
    assert all(re.fullmatch(r"[a-z2-7]{16}", cell) for (cell,) in shared)
    assert SIGN not in _everything(case)


def test_the_original_is_kept_where_it_is_asked_for(tmp_path: Path) -> None:
    case = memory_case()
    loaded = _load(case, tmp_path, "colon.txt", FORMS["colon.txt"](ROWS), keep_original=True)
    assert case.vault.files.read(original_of(case.con, "colon")) == (tmp_path / "colon.txt").read_bytes()
    assert any("kept, encrypted, with its secrets" in note for note in loaded.notes)


def test_the_user_decides_what_a_column_holds(tmp_path: Path) -> None:
    text = "email,Pass,code\n" + "".join(f"{mail(at)},no,{secret(at)}\n" for at in range(ROWS))
    case = memory_case()
    loaded = _load(case, tmp_path, "list.csv", text, columns={"secret": "code", "other": "Pass"})
    assert [column.role for column in loaded.parts[0].columns] == ["email", "other", "secret"]
    assert SIGN not in _everything(case)


@pytest.mark.parametrize(
    "text",
    [
        "".join(f"张三:1400{at:07d}\n" for at in range(30)),
        "".join(f"{mail(at)};Anna\n" for at in range(30)),
        "".join(f"{mail(at)}:Anna Berg\n" for at in range(30)),
        "".join(f"{mail(at)}|2026-01-{at % 28 + 1:02d}\n" for at in range(30)),
        "".join(f"1400{at:07d},北京市朝阳区某路{at}号\n" for at in range(30)),
        "".join(f"1400{at:07d}----{mail(at)}\n" for at in range(30)),
        "".join(f"{mail(at)},https://shop.example/{at}\n" for at in range(30)),
    ],
)
def test_other_lists_hold_no_secrets(tmp_path: Path, text: str) -> None:
    loaded = _load(memory_case(), tmp_path, "list.txt", text)
    assert loaded.secrets is None
    assert loaded.identifiers >= 30


def test_a_list_without_an_identifier_names_no_secret(tmp_path: Path) -> None:
    text = "".join(f"URL: x\nUsername: bob\nPassword: {secret(at)}\n\n" for at in range(30))
    with pytest.raises(InputRefused) as refused:
        _load(memory_case(), tmp_path, "log.txt", text)
    assert SIGN not in str(refused.value)


def test_a_password_in_a_sentence_is_dropped(tmp_path: Path) -> None:
    text = "".join(f"Call Anna on +1 212 555 01{at:02d} please, password: {secret(at)} as ever\n" for at in range(30))
    case = memory_case()
    _load(case, tmp_path, "chat.txt", text)
    assert SIGN not in _everything(case)


@pytest.mark.parametrize(
    ("heading", "several", "named"),
    [
        ("Password", False, True), ("user_pass", True, True), ("passwd", False, True), ("PWD", False, True),
        ("用户密码", False, True), ("密码MD5", False, True), ("Пароль", False, True), ("Contraseña", False, True),
        ("encryptedPassword", False, True), ("Mot de passe", False, True), ("hash", True, True),
        ("hash", False, False), ("Passport No", True, False), ("password_changed_at", True, False),
        ("phone_hash", True, False), ("PIN code", True, False), ("密码修改时间", True, False), ("Bypass", True, False),
    ],
)  # fmt: skip
def test_headings_that_name_secrets(heading: str, several: bool, named: bool) -> None:
    assert names_secret(heading, several) is named
