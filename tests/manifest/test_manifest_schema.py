"""The schema that editors have agrees with the reader: on every manifest of the tests, and on every key and value."""

from __future__ import annotations

import json
import re
import subprocess
import sys
import tomllib
from datetime import date, datetime, time
from pathlib import Path
from typing import Any

import jsonschema
import pytest

from tests.manifest.test_read_manifest import BROKEN
from tracer.manifest.json_schema import SHIPPED, manifest_schema, schema_text
from tracer.manifest.model import ONCE, TABLES, allowed_words
from tracer.manifest.read import check
from tracer.records import Declared, Kind
from tracer.resources import sample_dir

VALIDATOR = jsonschema.Draft202012Validator(manifest_schema())
VALUES = (
    '"a"', '"a b"', '" "', '""', '"025*"', '"+86 25-*"', '"x"', '"own"', '"CN"', '"mbox"', '"d7\\n"', "1", "0", "-3",
    "2147483647", "2147483648", "1.5", "1e15", "1e16", "-1e15", "inf", "nan", "true", "2026-05-01", "1899-12-31",
    "2200-12-31", "2201-01-01", "2026-05-01T10:00:00", "2026-05-01T10:00:00Z", "10:00:00", "[]", "[1]", "[0]", "[1.5]",
    "[true]", '["a"]', '[""]', '["a", 1]', '["025*", "x*"]', '["d7\\n"]', "{}", '{ phone = "a" }', '{ fone = "a" }',
    '{ phone = "" }', '{ phone = ["a", "b"] }', "{ phone = 1 }", '{ phone = [""] }', "[[]]",
)  # fmt: skip
"""Values of all kinds that TOML has, right and wrong."""
DAY = re.compile(r"\d{4}-\d\d-|\d\d:")
NO_IDS = ('"a b"', '"d7\\n"', '"025*"', '"+86 25-*"')


def _as_json(value: Any) -> Any:
    """A document of TOML as editors hold it against a schema: days are texts, and what JSON lacks is nothing."""
    if isinstance(value, dict):
        return {key: _as_json(each) for key, each in value.items()}
    if isinstance(value, list):
        return [_as_json(each) for each in value]
    if isinstance(value, date | datetime | time):
        return value.isoformat()
    return None if isinstance(value, float) and value - value != 0 else value


def _fits(text: str) -> bool:
    return bool(VALIDATOR.is_valid(_as_json(tomllib.loads(text))))


def _right(key: Declared) -> str:
    words = allowed_words(key)
    plain = {Kind.DATE: "2026-05-01", Kind.ROWS: "[1]", Kind.TEXTS: '["025"]', Kind.EVIDENCE: '["e"]'}
    return f'"{words[0]}"' if words else plain.get(key.kind, '"a"')


def _table(name: str, given: dict[str, str]) -> str:
    needed = {each: _right(key) for each, key in TABLES[name].items() if key.required}
    if name == "evidence" and "path" not in given:
        needed["text"] = '"a"'
    lines = [f"{each} = {value}" for each, value in {**needed, **given}.items()]
    return "\n".join([f"[{name}]" if name in ONCE else f"[[{name}]]", *lines])


def test_the_schema_that_ships_is_that_of_the_reader() -> None:
    assert SHIPPED.read_text(encoding="utf-8") == schema_text(), "run: python -m tracer.manifest.json_schema"
    VALIDATOR.check_schema(json.loads(schema_text()))


@pytest.mark.parametrize("table", TABLES)
def test_it_agrees_with_the_reader_on_every_value(table: str) -> None:
    for name, key in TABLES[table].items():
        for value in VALUES:
            text = _table(table, {name: value})
            if DAY.match(value) and key.kind not in (Kind.DATE, Kind.INTEGER, Kind.BOOLEAN, Kind.ROWS, Kind.MAPPING):
                continue  # JSON has no days: what the schema cannot see, the check says
            _, found = check(text, "case.toml")
            refused = bool(found.problems)
            # Names that no table can have are refused where names are looked up, numbers where a line's file is read.
            named = key.kind in (Kind.PARTY, Kind.DATASET, Kind.EVIDENCE) and any(no in value for no in NO_IDS)
            later = named or (key.pattern and value in ('["a"]', '["025*", "x*"]', '["d7\\n"]'))
            assert _fits(text) is not (refused or later), text


@pytest.mark.parametrize("table", TABLES)
def test_a_key_that_is_missing_or_unknown_is_refused(table: str) -> None:
    whole = _table(table, {})
    assert _fits(whole)
    assert not _fits(f"{whole}\nnot_a_key = 1")
    for line in whole.splitlines()[1:]:
        assert not _fits(whole.replace(line, ""))


# What needs more than a value: files, ids, days in order, words in quotes that are days, and the encodings of Python.
BEYOND = (
    "is used twice", "no file matches", "leave out the id", "is a folder", "unknown encoding", "lies before", "itself",
)  # fmt: skip


@pytest.mark.parametrize(("text", "complaint"), BROKEN)
def test_it_refuses_what_the_reader_refuses(text: str, complaint: str) -> None:
    try:
        tomllib.loads(text)
    except ValueError:
        return
    assert _fits(text) is any(word in complaint for word in BEYOND)


@pytest.mark.parametrize("slip", ["", 'role = "client"', "[[dataset]]", "obtained = 2026"])
def test_an_editor_uses_it(tmp_path: Path, slip: str) -> None:
    """Taplo, by which editors complete and check TOML: the sample is right, and each slip is wrong."""
    text = (sample_dir() / "case.toml").read_text(encoding="utf-8")
    assert slip in text
    wrong = text.replace(slip, slip.replace("client", "clnt").replace("dataset]", "datasets]").replace("2026", "1826"))
    manifest = tmp_path / "case.toml"
    manifest.write_text("#:schema ./case.schema.json\n" + wrong, encoding="utf-8")
    (tmp_path / "case.schema.json").write_text(schema_text(), encoding="utf-8")
    taplo = Path(sys.executable).with_name("taplo")
    done = subprocess.run([taplo, "check", "--no-auto-config", manifest], capture_output=True, check=False)
    assert (done.returncode == 0) is (slip == "")
    assert _fits(wrong) is (slip == "")
    assert bool(check(wrong, "case.toml")[1].problems) is (slip != "")
