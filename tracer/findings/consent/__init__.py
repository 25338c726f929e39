"""Consent: who was handed on or called after refusing, which lists hold people who refused, and how rows are counted.

The legal worth of a basis is not decided here: the bases are what the case states, the refusals what lists of
refusals show, and every count can be repeated.
"""

from __future__ import annotations

from collections.abc import Iterable, Iterator
from contextlib import contextmanager
from datetime import date
from hashlib import sha256
from typing import Any

import duckdb
import pyarrow as pa

from tracer.case.store import registered_tables
from tracer.findings.case_facts import CaseFacts
from tracer.findings.lines import enter_line_events, line_events
from tracer.findings.overlap.close import all_close, parts_of, read_close
from tracer.findings.persons.fields import columns_of, is_birthday
from tracer.findings.persons.fields import statement as of_persons
from tracer.findings.sightings import held_identifiers
from tracer.identify.composite import folded_day, order_of
from tracer.identify.digests import digest_key
from tracer.identify.drop import hashed_text_of_person
from tracer.lists.read.model import IDENTIFYING
from tracer.lists.recognised import says_since
from tracer.resources import sql_next_to

_MOSTLY = 0.5
"""Share of a column's filled cells that must be days, from which it may be the one that is looked for."""
_FIRST, _LAST = date(1990, 1, 1), date(2100, 1, 1)
"""Between which a refusal lies: a column with other days holds something else, or what a program wrote for none."""
_FIELDS = ("given_name", "surname", "born", "postcode")
_CALLED = "SELECT called FROM line_event UNION SELECT called FROM line_complaint WHERE called IS NOT NULL"
"""SQL: the numbers that were called."""
_SEVERAL = "SELECT list_sort(list(DISTINCT no)) FROM sum_inside GROUP BY scope, party HAVING count(*) > 1"
_statement = sql_next_to(__file__)


def compute(facts: CaseFacts, run: int) -> None:
    """Write what came after refusals, refusals inside lists, and the legal counts, as findings of `run`."""
    con = facts.con
    enter_line_events(facts)
    with refusals(con):
        con.execute(_statement("inside"))
        for name in ("released", "called", "listed", "refused_inside"):
            con.execute(_statement(name), {"run": run})
    write_counts(con, run)


def refused_rows(con: duckdb.DuckDBPyConnection) -> list[tuple[Any, ...]]:
    """(refusals, row, refused on, what, of, day, key) of every person who was handed on or called after refusing.

    These are people's numbers: for a command that reveals them for a reason, and for nothing else.
    """
    with line_events(con), refusals(con):
        return con.execute(_statement("single_rows")).fetchall()


@contextmanager
def refusals(con: duckdb.DuckDBPyConnection) -> Iterator[None]:
    """Temp table `refused` (refusals, client, key, contact, row, day) while needed. Needs those of `line_events`.

    A person who is in a list of refusals twice has refused on the earlier day. Without a readable day the refusal
    counts from the day on which the list was made, or was obtained: never earlier than it is known. A call on the day
    of the refusal may be the one that was refused, so only later days count.

    Lists of refusals are often handed on as hashes, and so are the lists that they are held against. While this lasts,
    all lists and those who were called are hashed to be found among refusals, and refusals to be found among lists of
    hashes (`held_identifier`, `hash_match`); nothing else is compared.
    """
    _read_days(con)
    con.execute(_statement("refused"))
    hashed = con.execute(_statement("hashed_lists")).fetchall()
    sources = con.execute(_statement("compared_lists")).fetchall() if hashed else []
    of_refusals, others = ([no for no, refused in hashed if refused is kind] for kind in (True, False))
    plain = [no for no, refused in sources if refused]
    everybody = [no for no, _ in sources] if of_refusals else []
    _compose(con, everybody)
    with held_identifiers(con, of_refusals, everybody, also=_CALLED, further=(others, plain)):
        con.execute(_statement("refused_hashed"))
        yield
    # An error undoes them with its transaction, in which nothing more can be executed.
    for table in ("refused", "refusal_day", "refused_in", "composed"):
        con.execute(f"DROP TABLE IF EXISTS temp.{table}")


def _read_days(con: duckdb.DuckDBPyConnection) -> None:
    """Make `refusal_day`(dataset, row, day); of several columns of a part the one whose heading speaks of a refusal, or
    else of a day."""
    con.execute("CREATE OR REPLACE TEMP TABLE refusal_day (dataset INTEGER, row BIGINT, day DATE)")
    parts = con.execute(_statement("date_columns"), {"identifying": list(IDENTIFYING)}).fetchall()
    for dataset, _, raw, before, region, columns in parts:
        found: list[tuple[int, int, dict[str, date]]] = []
        for column in columns:
            place, header = column["position"], column["header"] or ""
            days = {} if is_birthday(header) else _days(con, raw, place, region)
            if days:
                rank = 2 if says_since(header) else column["role"] in ("date", "created", "deleted")
                found.append((rank, place, days))
        if found:
            _, place, days = max(found, key=lambda one: (one[0], -one[1]))
            table = {"raw": pa.array(list(days), pa.string()), "day": pa.array(list(days.values()), pa.date32())}
            text = f"SELECT $dataset, r.row + $before, o.day FROM {raw} AS r JOIN refused_on AS o ON o.raw = r.c{place}"
            with registered_tables(con, refused_on=pa.table(table)):
                con.execute(f"INSERT INTO refusal_day {text}", {"dataset": dataset, "before": before})


def _days(con: duckdb.DuckDBPyConnection, raw: str, position: int, region: str) -> dict[str, date]:
    """Text -> day, of a column that mostly holds such."""
    rows = con.execute(f"SELECT DISTINCT c{position} AS raw FROM {raw} WHERE c{position} <> '' ORDER BY raw").fetchall()
    texts = [text for (text,) in rows]
    order, found = order_of(texts, region), dict[str, date]()
    for text in texts:
        day = folded_day(text, order, serials=True)
        try:
            read = None if day is None else date.fromisoformat(day)
        except ValueError:
            continue
        if read is not None and _FIRST <= read < _LAST:
            found[text] = read
    return found if len(found) >= max(1, _MOSTLY * len(texts)) else {}


def _compose(con: duckdb.DuckDBPyConnection, lists: Iterable[int]) -> None:
    """Make `composed`(dataset, contact, hash): the keys of the contacts of lists that tell all fields of which a
    deletion list has hashes together (names, day of birth and ZIP), and of these where a list of refusals has them."""
    con.execute("CREATE OR REPLACE TEMP TABLE composed (dataset INTEGER, contact BIGINT, hash BIGINT)")
    asked = con.execute(
        "SELECT 1 FROM dataset_column c JOIN dataset d ON d.no = c.dataset AND d.current AND d.origin = 'refusals'"
        " WHERE c.role = 'hash' LIMIT 1"
    ).fetchone()
    for number in lists if asked is not None else ():
        columns = columns_of(con, number)
        for part, raw, first in con.execute(of_persons("parts"), {"number": number}).fetchall():
            if not set(_FIELDS) <= columns.get(part, {}).keys():
                continue
            cells = ", ".join(f"r.c{columns[part][field]}" for field in _FIELDS)
            text = _statement("composed").replace("{cells}", cells).replace("{raw}", str(raw))
            rows = con.execute(text, {"number": number, "before": first - 1}).fetchall()
            order = order_of((row[3] for row in rows if row[3] is not None), "US")
            told = [row for row in rows if None not in row]
            texts = [hashed_text_of_person(given, name, born, code, order) for _, given, name, born, code in told]
            known = [(row[0], text) for row, text in zip(told, texts, strict=True) if text is not None]
            hashes = [digest_key(sha256(text.encode()).hexdigest()) for _, text in known]
            contacts = pa.array([contact for contact, _ in known], pa.int64())
            composed = pa.table({"contact": contacts, "hash": pa.array(hashes, pa.int64())})
            with registered_tables(con, composed_now=composed):
                con.execute(_statement("keep_composed"), {"number": number})


def write_counts(con: duckdb.DuckDBPyConnection, run: int) -> None:
    """Write `legal_count`: every list, every copy, and the sums by holder, recipient and client.

    Rows are counted as courts do: raw, repeated, shown false, people; per recipient and summed. After the
    interpretation of 2017 on crimes against personal data (法释〔2017〕10号, art. 11; orientation, not legal advice):
    rows in bulk are counted as they were found, less those that are shown to be untrue or repeated; what is handed to
    several recipients is added up over them; what was obtained and then handed on is not counted twice. So lists that a
    party holds and copies that it handed out are kept apart, and neither sum is added to the other. Shown false are
    rows without a usable identifier, and canaries, which are not people. The count is of contacts, each once.
    """
    for name in ("count_lists", "count_copies", "sum_parts"):
        con.execute(_statement(name), {"run": run})
    con.execute(_statement("sum_inside"))
    nos = sorted({tuple(row[0]) for row in con.execute(_SEVERAL).fetchall()})
    close, contacts = read_close(con, *nos), list[int]()
    for lists in nos:
        # Distinct contacts of several lists; what those that are not close have in common counts in each.
        if all_close(close, lists):
            contacts.append(int(con.execute(_statement("united"), {"nos": list(lists)}).fetchall()[0][0]))
        else:
            rows = con.execute(_statement("holders"), {"nos": list(lists)}).fetchall()
            contacts.append(sum(n * sum(parts_of(holders, close).values()) for holders, n in rows))
    lists_of = pa.array([list(one) for one in nos], pa.list_(pa.int32()))
    united = pa.table({"nos": lists_of, "contacts": pa.array(contacts, pa.int64())})
    with registered_tables(con, sum_united=united):
        con.execute(_statement("count_sums"), {"run": run})
    con.execute("DROP TABLE temp.sum_part; DROP TABLE temp.sum_inside")
