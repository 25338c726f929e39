"""Phone bench: `python -m tests.bench.phones [--count 200000] [--seed 1]`.

Agreement: wherever libphonenumber finds a valid number in a dirty text, the rules must find that number and no other.
Speed: dirty Chinese numbers a second, in SQL. Exit code 1 where they disagree.
"""

from __future__ import annotations

import argparse
import sys
import time
from collections.abc import Iterable, Sequence

import duckdb
import phonenumbers
import pyarrow as pa

from tests.bench.dirty_numbers import dirty_numbers
from tracer.identify.normalise import kind_of, normalise_phones, read_column

_SPEED_ROWS = 5_000_000
_SHOWN = 20


def by_libphonenumber(text: str, region: str) -> int | None:
    """The E.164 digits of a text that libphonenumber holds for a valid number."""
    try:
        number = phonenumbers.parse(text, region)
    except phonenumbers.NumberParseException:
        return None
    if not phonenumbers.is_valid_number(number):
        return None
    return int(phonenumbers.format_number(number, phonenumbers.PhoneNumberFormat.E164)[1:])


def by_rules(texts: Sequence[str], region: str) -> list[frozenset[int | None]]:
    """The keys that the set-based rules read from each text."""
    with duckdb.connect() as con:
        con.register("given", pa.table({"row": range(len(texts)), "position": [0] * len(texts), "text": texts}))
        normalise_phones(con, "given", "text", "got", region)
        read: list[set[int | None]] = [set() for _ in texts]
        for row, key in con.execute("SELECT row, key FROM got").fetchall():
            read[row].add(key)
    return [frozenset(keys) for keys in read]


def disagreements(numbers: Iterable[tuple[str, str]]) -> tuple[int, list[tuple[str, str, int, frozenset[int | None]]]]:
    """How many texts libphonenumber finds valid, and those of them that the rules read otherwise."""
    valid: dict[str, list[tuple[str, int]]] = {}
    for text, region in numbers:
        key = by_libphonenumber(text, region)
        if key is not None:
            valid.setdefault(region, []).append((text, key))
    wrong = []
    for region, pairs in sorted(valid.items()):
        for (text, key), keys in zip(pairs, by_rules([text for text, _ in pairs], region), strict=True):
            if keys != {key}:
                wrong.append((text, region, key, keys))
    return sum(map(len, valid.values())), wrong


def speed() -> tuple[float, float]:
    """Dirty Chinese mobile numbers a second by two threads, six in ten clean: read, and written to a table."""
    with duckdb.connect() as con:
        con.execute("SET threads = 2")
        con.execute(
            "CREATE TABLE cell AS SELECT i AS row, 0::INTEGER AS position, CASE i % 10 WHEN 0 THEN '+86' || n"
            " WHEN 1 THEN substr(n, 1, 3) || ' ' || substr(n, 4, 4) || ' ' || substr(n, 8) WHEN 2 THEN n || '.0'"
            " WHEN 3 THEN '86' || n ELSE n END AS raw"
            " FROM (SELECT i, CAST(14200000000 + i * 7919 % 9999999 AS VARCHAR) AS n FROM range($rows) AS t(i))",
            {"rows": _SPEED_ROWS},
        )
        start = time.perf_counter()
        con.execute(f"SELECT count({kind_of('phone').fast_sql('raw', 'CN')}) FROM cell").fetchall()
        seen = time.perf_counter() - start
        start = time.perf_counter()
        read_column(con, "cell", "raw", "got", kind_of("phone"), "CN")
        return _SPEED_ROWS / seen, _SPEED_ROWS / (time.perf_counter() - start)


def main() -> int:
    """Run the bench; returns the exit code."""
    parser = argparse.ArgumentParser(description=(__doc__ or "").splitlines()[0])
    parser.add_argument("--count", type=int, default=200_000)
    parser.add_argument("--seed", type=int, default=1)
    options = parser.parse_args()
    valid, wrong = disagreements(dirty_numbers(options.count, options.seed))
    print(f"{options.count:,} texts, {valid:,} valid for libphonenumber, {len(wrong):,} read otherwise   bar 0")
    for text, region, key, keys in wrong[:_SHOWN]:
        print(f"  {region} {text!r}: {key}, read as {sorted(keys, key=str)}")
    seen, written = speed()
    print(f"{seen / 1e6:.1f} M dirty numbers/s read, {written / 1e6:.1f} M/s with their table written")
    return 1 if wrong else 0


if __name__ == "__main__":
    sys.exit(main())
