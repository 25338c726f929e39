"""What a stranger may put into a store, by what it is; `plant` puts it there as the owner of the key can."""

from __future__ import annotations

from collections.abc import Sequence
from pathlib import Path

from tracer.case.key import KeyStore
from tracer.case.layout import Layout, read_card
from tracer.case.store import encrypting_connection, sql_literal

READS = (
    "read_text('/etc/hostname')", "read_blob('/etc/passwd')", "read_csv('/etc/passwd', auto_detect = false, columns = {'a': 'VARCHAR'})",
    "read_json('/etc/hostname')", "read_parquet('/etc/hostname')", "glob('/etc/*')",
    "read_csv('http://127.0.0.1:9/x.csv', auto_detect = false, columns = {'a': 'VARCHAR'})", "read_text('https://localhost:9/x')",
    "read_text('s3://bucket/x')", "read_text('/dev/fd/0')", "read_text('/proc/self/environ')", "duckdb_secrets()",
    "duckdb_settings()", "range(1000000000000)",
)  # fmt: skip
"""Relations that look outside, call home, or never end."""

_DATASET = "ALTER TABLE dataset RENAME TO dataset_was"
PLANTED: dict[str, list[str]] = {
    "view in main": ["CREATE VIEW extra AS SELECT 1 AS a"],
    "table replaced by a view": [_DATASET, "CREATE VIEW dataset AS SELECT * FROM dataset_was"],
    "meta replaced by a view": ["ALTER TABLE meta RENAME TO meta_was", "CREATE VIEW meta AS SELECT * FROM meta_was"],
    "raw list replaced by a view": ["CREATE VIEW raw.d9_p1 AS SELECT 1 AS row, 'x' AS c0"],
    "raw list that counts other rows": [
        "CREATE VIEW raw.d9_p1 AS SELECT rowid % 36028797018960000 + 1 AS row, c0 FROM raw.d1_p1_cells"
    ],
    "macro that shadows lower": ["CREATE MACRO lower(x) AS 'planted'"],
    "macro with two forms": ["CREATE MACRO coalesced(a) AS a, (a, b) AS b"],
    "table macro": ["CREATE MACRO unnested() AS TABLE SELECT 1 AS a"],
    "macro in raw": ["CREATE MACRO raw.lower(x) AS 'planted'"],
    "default": ["CREATE TABLE extra (a VARCHAR DEFAULT (upper('planted')))"],
    "default of a known table": ["ALTER TABLE party ALTER COLUMN name SET DEFAULT upper('planted')"],
    "default by a sequence": ["CREATE SEQUENCE s", "CREATE TABLE extra (a BIGINT DEFAULT nextval('s'))"],
    "generated column": ["CREATE TABLE extra (a INTEGER, b INTEGER GENERATED ALWAYS AS (a + 1))"],
    "check": ["CREATE TABLE extra (a INTEGER CHECK (a > 0))"],
    "known table with a check": [
        "DROP TABLE judgement",
        "CREATE TABLE judgement (no INTEGER PRIMARY KEY, a VARCHAR NOT NULL, b VARCHAR NOT NULL, verdict VARCHAR NOT NULL,"
        ' note VARCHAR, "at" TIMESTAMP NOT NULL, who VARCHAR, CHECK (length(a) > 0))',
    ],
    "known table of another type": ["DROP TABLE complaint", "CREATE TABLE complaint (file VARCHAR, row BIGINT NOT NULL)"],
    "sequence": ["CREATE SEQUENCE s"],
    "type": ["CREATE TYPE mood AS ENUM ('a', 'b')"],
    "column of a type": ["CREATE TYPE mood AS ENUM ('a', 'b')", "CREATE TABLE extra (m mood)"],
    "index": ["CREATE TABLE extra (a INTEGER)", "CREATE INDEX i ON extra (a)"],
    "index on an expression": ["CREATE INDEX i ON party ((lower(id)))"],
    "collation": ["CREATE TABLE extra (a VARCHAR COLLATE nocase)"],
    "struct": ["CREATE TABLE extra (a STRUCT(b INTEGER))"],
    "schema": ["CREATE SCHEMA other"],
    "name with a control character": ['CREATE VIEW "x\x1b]52;c;eA==\x07" AS SELECT 1 AS a'],
    "oversized name": [f'CREATE VIEW "{"x" * 100_000}" AS SELECT 1 AS a'],
    "oversized text": [f"CREATE VIEW extra AS SELECT '{'x' * 1_000_000}' AS a"],
    "foreign key": ["CREATE TABLE one (a INTEGER PRIMARY KEY)", "CREATE TABLE two (a INTEGER REFERENCES one (a))"],
    "table replaced by a view over a file": [
        _DATASET, "CREATE VIEW dataset AS SELECT d.* FROM dataset_was d, (SELECT count(*) FROM read_text('/etc/hostname'))"
    ],
    "macro that shadows sha256": ["CREATE MACRO sha256(x) AS 'planted'"],
    "schema with a view": ["CREATE SCHEMA other", "CREATE VIEW other.datasets AS SELECT 1 AS a"],
    "macro over files": ["CREATE MACRO lower(x) AS (SELECT count(*)::VARCHAR FROM glob('/etc/*'))"],
    **{f"table replaced by a view over {read}": [
        _DATASET, f"CREATE VIEW dataset AS SELECT d.* FROM dataset_was d, (SELECT count(*) FROM {read})"
    ] for read in READS if read.startswith(("read_csv('/", "glob", "read_text('/dev", "duckdb_secrets", "range"))},
}  # fmt: skip
"""What no version of `tracer` makes."""

REPLACED: dict[str, list[str]] = {
    "a documented view": ["CREATE OR REPLACE VIEW views.datasets AS SELECT 'planted' AS dataset"],
    "a view that reads a file": ["CREATE OR REPLACE VIEW views.datasets AS SELECT content AS dataset FROM read_text('/etc/hostname')"],
    "a view that lists files": ["CREATE OR REPLACE VIEW views.datasets AS SELECT file AS dataset FROM glob('/etc/*')"],
    "a view without end": ["CREATE OR REPLACE VIEW views.datasets AS SELECT range AS dataset FROM range(1000000000000)"],
    "a table in its place": ["DROP VIEW views.datasets", "CREATE TABLE views.datasets AS SELECT 'planted' AS dataset"],
    "a view more": ["CREATE VIEW views.more AS SELECT 1 AS a"],
    "a macro of ours": ["CREATE OR REPLACE MACRO views._masked_email(text) AS text"],
    "a macro more": ["CREATE MACRO views.lower(x) AS 'planted'"],
    "a comment": ["COMMENT ON VIEW views.datasets IS 'planted'"],
    "a type": ["CREATE TYPE views.mood AS ENUM ('a')"],
    "none of them": ["DROP SCHEMA views CASCADE"],
    "others in another schema of that name": ["DROP SCHEMA views CASCADE", "CREATE SCHEMA views", "CREATE TABLE views.x (a INTEGER)"],
}  # fmt: skip
"""What is put back: the schema of the documented views is this version's, whatever the store says."""


def plant(folder: Path, statements: Sequence[str]) -> None:
    """Run statements on the store of a closed case, past everything that `tracer` looks at; its seal goes."""
    layout = Layout(folder)
    key = KeyStore(read_card(layout).case_id).find()
    with encrypting_connection() as con:
        con.execute(
            f"ATTACH {sql_literal(layout.store)} AS cs (ENCRYPTION_KEY $key, ENCRYPTION_CIPHER 'GCM')",
            {"key": key.secret.hex()},
        )
        con.execute("USE cs")
        for statement in statements:
            con.execute(statement)
        has_meta = "SELECT 1 FROM duckdb_tables() WHERE table_name = 'meta' AND database_name = 'cs'"
        if layout.seal.exists() and con.execute(has_meta).fetchone() is not None:
            con.execute("UPDATE meta SET value = 'no' WHERE name = 'had_seal'")
    layout.seal.unlink(missing_ok=True)
