"""The dossier: what is said is kept as said, slips are named, merges follow through, and nothing is doubled."""

from __future__ import annotations

from dataclasses import replace
from datetime import date, datetime
from pathlib import Path
from typing import Any

import duckdb
import pytest

from tests.ask.test_views import FIRST
from tests.inserted import insert, insert_list
from tracer.case.case import Case
from tracer.case.memory import memory_case
from tracer.case.protected import names_of_parties
from tracer.dossier.parties import (
    add_party,
    ensure_party,
    merge_parties,
    near_slip,
    protected_names,
    resolve,
    suggest_merges,
    unmerge_party,
)
from tracer.dossier.statements import Judged, add_evidence, add_judgement, add_statement
from tracer.dossier.vocabulary import id_problem
from tracer.errors import InputRefused, UsageError
from tracer.findings.lines import supply_chain_depth
from tracer.graph.build import build_graph
from tracer.records import Claim, Evidence, Kind, Line, Outcome, Party, Relation, Reply, declared_fields


@pytest.fixture
def case() -> Case:
    return memory_case()


@pytest.fixture
def con(case: Case) -> duckdb.DuckDBPyConnection:
    return case.con


def test_a_party_is_added_once_and_changed_only_when_asked(con: duckdb.DuckDBPyConnection) -> None:
    party = Party("cti-x", "云泽通信", "system_vendor", aliases=("云泽",))
    assert add_party(con, party) is Outcome.ADDED
    assert add_party(con, party) is Outcome.SAME
    other = Party("cti-x", "云泽通信技术", "system_vendor")
    with pytest.raises(InputRefused, match="other facts"):
        add_party(con, other)
    with pytest.raises(InputRefused, match="did you mean 'system_vendor'"):
        add_party(con, Party("x", "X", "sytem_vendor"))
    assert add_party(con, other, change=True) is Outcome.CHANGED
    assert con.execute("SELECT alias FROM party_alias").fetchall() == [("云泽",)]


def test_bad_ids_are_refused_and_slips_are_told_from_siblings() -> None:
    assert None not in {id_problem(bad, "party") for bad in ("", "-a", "a b", "a/b", "é", "a" * 65, "a\n", ".a")}
    known = ["client-1", "cti-x", "reseller"]
    for given, meant in (("reseler", "reseller"), ("CTI_X", "cti-x"), ("client-2", None), ("abc", None)):
        assert near_slip(given, known) == meant, "a numbered sibling is another party"


def test_a_bare_party_is_made_and_later_filled(con: duckdb.DuckDBPyConnection) -> None:
    assert ensure_party(con, "trader") is True
    assert ensure_party(con, "trader") is False
    with pytest.raises(InputRefused, match="did you mean 'trader'"):
        ensure_party(con, "tradr")
    assert add_party(con, Party("trader", "T", "data_trader")) is Outcome.ADDED


def test_a_merge_takes_everything_along(con: duckdb.DuckDBPyConnection) -> None:
    add_party(con, Party("jia", "甲公司", "data_trader", aliases=("老甲",), protected=True))
    add_party(con, Party("yi", "乙公司", "data_trader"))
    add_party(con, Party("bing", "丙公司", "contractor"))
    add_statement(con, Relation("sold_to", "jia", "bing"))
    add_statement(con, Claim("jia", "random"))
    add_statement(con, Reply("jia", date(2026, 5, 3)))
    done = merge_parties(con, "jia", "yi")
    assert done.moved == {"relation.from_party": 1, "claim.party": 1, "claim.about": 1, "reply.party": 1}
    assert resolve(con, "jia") == "yi"
    aliases = con.execute("SELECT alias FROM party_alias WHERE party = 'yi'").fetchall()
    assert {alias for (alias,) in aliases} == {"甲公司", "老甲"}
    assert con.execute("SELECT protected FROM party WHERE id = 'yi'").fetchone() == (True,)
    # what is said of `a` from now on is kept under `b`, and repeating the manifest's words changes nothing
    assert add_statement(con, Relation("sold_to", "jia", "bing"))[1] is Outcome.SAME
    assert add_party(con, Party("yi", "乙公司", "data_trader")) is Outcome.SAME
    merge_parties(con, "yi", "bing")
    assert resolve(con, "jia") == "bing"
    with pytest.raises(InputRefused, match="already merged"):
        merge_parties(con, "jia", "bing")


def test_a_relation_between_two_that_are_merged_says_nothing(con: duckdb.DuckDBPyConnection) -> None:
    """It comes back when they are taken apart, and saying it again changes nothing."""
    for party in ("a", "b", "c"):
        add_party(con, Party(party, f"Party {party}", "data_trader"))
    said = [
        Relation("sold_to", "a", "b"),
        Relation("supplies_line_to", "b", "a"),
        Relation("sold_to", "b", "c", basis="alleged"),
    ]
    for each in said:
        add_statement(con, each)
    before = con.execute("FROM views.relations").fetchall()
    merge_parties(con, "a", "b")
    assert con.execute("SELECT from_party, to_party FROM views.relations").fetchall() == [("b", "c")]
    assert con.execute("SELECT seller, buyer FROM views.sales").fetchall() == [("b", "c")]
    assert supply_chain_depth(con, "b") is None
    edges = build_graph(con, str, lambda _: ())["edges"]
    assert [(edge["source"], edge["target"]) for edge in edges] == [("b", "c")]
    assert {add_statement(con, each)[1] for each in said} == {Outcome.SAME}
    with pytest.raises(InputRefused, match="cannot be related to itself"):
        add_statement(con, Relation("owns", "a", "b"))
    unmerge_party(con, "a")
    assert con.execute("FROM views.relations").fetchall() == before


def test_suggestions_wait_for_a_person(con: duckdb.DuckDBPyConnection) -> None:
    add_party(con, Party("a", "易卓"))
    add_party(con, Party("b", "江苏易卓"))
    add_party(con, Party("src", "易卓", protected=True))
    assert suggest_merges(con, lambda a, b: 0.9 if "易卓" in a and "易卓" in b else None) == 1
    assert con.execute("SELECT a, b FROM party_suggestion").fetchall() == [("a", "b")]
    assert resolve(con, "a") == "a"


def test_claims_are_numbered_and_not_doubled(con: duckdb.DuckDBPyConnection) -> None:
    first = Claim("p", "daily_growth", value="10000", said=date(2026, 5, 2), quote="日更一万")
    assert [add_statement(con, first) for _ in range(2)] == [("claim-1", Outcome.ADDED), ("claim-1", Outcome.SAME)]
    assert add_statement(con, replace(first, value="5000000", quote=None))[0] == "claim-2"
    with pytest.raises(InputRefused) as refused:
        add_statement(con, Claim("p", "randm", channel="fone", evidence=("ev9",), dataset="d1"))
    assert len(refused.value.problems) == 4


def test_relations_lines_and_replies_are_checked(con: duckdb.DuckDBPyConnection) -> None:
    documented = Relation("owns", "p", "q", basis="documented")
    assert add_statement(con, Relation("owns", "p", "q", basis="alleged"))[1] is Outcome.ADDED
    for wrong, told in (
        (Relation("owns", "p", "p"), "itself"),
        (documented, "other facts"),
        (Line("l1", ("02x*",)), "invalid number"),
        (Reply("p", date(2026, 5, 3), answered=date(2026, 5, 2)), "before the question"),
    ):
        with pytest.raises(InputRefused, match=told):
            add_statement(con, wrong)
    assert add_statement(con, documented, change=True)[1] is Outcome.CHANGED
    assert add_statement(con, Line("l1", ("025*", "+86 25-1")), change=True)[1] is Outcome.ADDED


def test_evidence_is_hashed_and_never_overwritten(case: Case, tmp_path: Path) -> None:
    con, vault = case.con, case.vault
    file = tmp_path / "receipt.pdf"
    file.write_bytes(b"paid")
    piece = Evidence("ev1", "receipt", path="receipt.pdf")
    assert add_evidence(con, vault, piece, file=file) is Outcome.ADDED
    assert add_evidence(con, vault, piece, file=file) is Outcome.SAME
    (kept,) = con.execute("SELECT sha256 FROM evidence").fetchall()
    assert vault.files.read(kept[0]) == b"paid"
    file.write_bytes(b"paid twice")
    with pytest.raises(InputRefused, match="never overwritten"):
        add_evidence(con, vault, piece, file=file, change=True)
    with pytest.raises(InputRefused, match="either a file or a text"):
        add_evidence(con, vault, Evidence("ev2", "interview"))
    assert add_evidence(con, vault, Evidence("ev2", "interview", text="he said so")) is Outcome.ADDED


MOMENT = datetime(2026, 5, 1)


def judge(con: duckdb.DuckDBPyConnection, a: str, b: str, verdict: str) -> Judged:
    return add_judgement(con, a, b, verdict, note="seen", at=MOMENT, who=None)


@pytest.fixture
def lists(con: duckdb.DuckDBPyConnection) -> duckdb.DuckDBPyConnection:
    """Lists of two parties, and a copy of the first."""
    add_party(con, Party("party-a", "A"))
    add_party(con, Party("party-b", "B"))
    for number, name in enumerate(("alpha", "beta"), start=1):
        insert_list(con, number, name, range(FIRST, FIRST + 100), holder=f"party-{name[0]}")
    insert(con, "release", id="copy-1", dataset="alpha", recipient="party-b", rows=100, registered_at=MOMENT)
    return con


def test_a_judgement_names_the_one_that_it_overrules(lists: duckdb.DuckDBPyConnection) -> None:
    with pytest.raises(InputRefused, match="did you mean 'confirm'"):
        judge(lists, "alpha", "beta", "confrm")
    with pytest.raises(UsageError, match="did you mean 'alpha'"):
        judge(lists, "alpa", "beta", "confirm")
    said = [judge(lists, "alpha", "beta", verdict) for verdict in ("confirm", "unsure", "unsure")]
    assert [(one.number, one.overrules, one.overruled) for one in said] == [
        (1, None, None), (2, 1, "confirm"), (3, None, None),
    ]  # fmt: skip


@pytest.mark.parametrize(
    ("a", "b", "instead"),
    [
        ("party-a", "party-b", r"of party-a: alpha; of party-b: beta.*tracer judge alpha beta confirm"),
        ("alpha", "party-b", "tracer judge alpha beta confirm"),
        ("copy-1", "alpha", "tracer judge copy-1 LIST confirm"),
        ("copy-1", "party-b", "name two lists|tracer judge"),
        ("alpha", "alpha", "name two lists"),
    ],
)  # fmt: skip
def test_what_nothing_rests_on_is_refused_with_what_to_judge_instead(
    lists: duckdb.DuckDBPyConnection, a: str, b: str, instead: str
) -> None:
    with pytest.raises(InputRefused, match=instead):
        judge(lists, a, b, "confirm")


def standing(con: duckdb.DuckDBPyConnection) -> list[tuple[str, str, str]]:
    return con.execute("SELECT a, b, verdict FROM views._judged ORDER BY a, b").fetchall()


def test_independent_is_one_judgement_of_both_directions_and_is_taken_back_as_one(
    lists: duckdb.DuckDBPyConnection,
) -> None:
    judge(lists, "beta", "alpha", "confirm")
    assert judge(lists, "alpha", "beta", "independent").overrules == 1
    assert standing(lists) == [("alpha", "beta", "independent"), ("beta", "alpha", "independent")]
    assert judge(lists, "beta", "alpha", "withdraw").overrules == 2
    assert standing(lists) == []
    with pytest.raises(InputRefused, match="no judgement on alpha → beta is in force"):
        judge(lists, "alpha", "beta", "withdraw")
    judge(lists, "alpha", "beta", "reject")
    judge(lists, "beta", "alpha", "reject")
    judge(lists, "alpha", "beta", "withdraw")
    judge(lists, "beta", "copy-1", "confirm")
    assert standing(lists) == [("beta", "alpha", "reject"), ("copy-1", "beta", "confirm")], "whichever is named first"


@pytest.mark.parametrize(
    ("kind", "right", "wrong"),
    [
        ("size", ("500000", "5_000", "1e6"), ("lots", "-5", "0", "nan", "inf", "true")),
        ("pool_size", ("5000",), ("0", "500m")),
        ("daily_growth", ("0", "10,000"), ("-1", "soon")),
        ("complaint_rate", ("0", "0.0001", "1"), ("5", "-0.1", "1 %")),
        ("stopped", ("2026-06-15", "2026-06-15 江苏"), ("soon", "3", "1026-06-15")),
        ("random", ("anything",), ()),
    ],
)  # fmt: skip
def test_a_value_fits_its_kind(
    con: duckdb.DuckDBPyConnection, kind: str, right: tuple[str, ...], wrong: tuple[str, ...]
) -> None:
    for value in right:
        add_statement(con, Claim("p", kind, value=value))
    for value in wrong:
        with pytest.raises(InputRefused, match=f"invalid value '{value}' of {kind}"):
            add_statement(con, Claim("p", kind, value=value))


def test_every_text_of_a_party_says_whether_it_shows_who_it_is() -> None:
    """One that says neither would leave a case in clear next to the pseudonym of a protected party."""
    texts = {name: one for name, one in declared_fields(Party).items() if one.kind is Kind.TEXT}
    assert [name for name, one in texts.items() if not (one.names or one.words or one.masked)] == []


def test_what_names_a_protected_party_is_replaced_wherever_it_is_written() -> None:
    with memory_case() as case:
        names: dict[str, Any] = {
            name: f"Q{name.upper()}X" for name, one in declared_fields(Party).items() if one.names and name != "id"
        }
        add_party(case.con, replace(Party("source", protected=True), **names))
        found = {name for _, name in names_of_parties(case.con, protected=True)}
        assert found == {"source", *names.values()} == set(protected_names(case.con, "source"))
