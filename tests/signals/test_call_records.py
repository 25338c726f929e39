"""Of a switch's log it is kept who called whom and when, for counting; of a telephone's own nothing; no view tells."""

from __future__ import annotations

from pathlib import Path

import pytest

from tests.signals.register import CANARY, EPOCH, write
from tracer.ask.sandbox import documented_views
from tracer.case.case import Case
from tracer.identify.callers import beginnings, read_callers, segment_of
from tracer.signals.load import load_signals

OTHER, CALLER = "14199990000", "16355500001"


def test_calls_of_a_switch_are_kept_and_shown_by_no_view(case: Case, tmp_path: Path) -> None:
    path = write(
        tmp_path, "cdr.csv",
        f"at,caller,called\n2026-06-18 12:00:00,{CALLER},{OTHER}\n2026-06-18 12:00:01,+86{CALLER},{CANARY}\n"
        f"2026-06-18 12:00:02,,{OTHER}\nnonsense,{CALLER},{OTHER}\n2026-06-18 12:00:03,anonymous,{OTHER}\n",
    )  # fmt: skip
    for _ in range(2):
        loaded = load_signals(case, path)
    assert (loaded.rows, loaded.rejected, loaded.signals) == (5, 1, 1)
    kept = case.con.execute('SELECT caller, called FROM call_record ORDER BY "at"').fetchall()
    assert kept == [(f"+86{CALLER}", int(f"86{OTHER}")), (f"+86{CALLER}", int(f"86{CANARY}"))]
    for view in documented_views(case.con):
        shown = str(case.con.execute(f"SELECT * FROM views.{view}").fetchall())
        assert OTHER not in shown, view
        assert CALLER not in shown, view
    assert case.con.execute("SELECT calls, callers FROM views.call_records").fetchall() == [(2, 1)]


def test_a_telephones_own_log_leaves_nothing_of_others(case: Case, tmp_path: Path) -> None:
    call = f'<call number="{OTHER}" duration="9" date="{EPOCH}000" type="2" />'
    load_signals(case, write(tmp_path, f"calls-{CANARY}.xml", f'<?xml version="1.0"?><calls count="1">{call}</calls>'))
    assert case.con.execute("SELECT count(*) FROM call_record").fetchone() == (0,)


CHINESE = f"+86{CALLER}"
US, UK, GERMAN, INDIAN, BRAZILIAN = "+13105550142", "+447700900123", "+493023125001", "+915550000001", "+5511000000001"


@pytest.mark.parametrize(
    ("region", "number", "shown"),
    [
        ("CN", CHINESE, [CALLER, "+86 163-5550 0001"]),
        ("CN", CHINESE, ["0086" + CALLER, "86" + CALLER, "0" + CALLER, "１６３５５５００００１"]),
        ("CN", "+862583000001", ["02583000001", "+862583000001", "025-83000001"]),
        ("CN", "95500", ["95500", "+8695500"]),
        ("CN", "+864008001234", ["4008001234", "+864008001234"]),
        ("CN", "106900001234", ["106900001234"]),
        ("CN", "", ["anonymous", "VM-BANK"]),
        ("CN", US, ["+1 310-555-0142", "0013105550142"]),
        ("CN", UK, ["+44 7700 900123", "00447700900123"]),
        ("US", US, ["3105550142", "13105550142", "(310) 555-0142", "1-310-555-0142", "+1 310 555 0142", "00" + US[1:]]),
        ("US", "+15555550100", ["5555550100", "15555550100", "+1 555 555 0100"]),  # forged: there is no such area
        ("US", CHINESE, ["+86 163 5550 0001", "011 86 163 5550 0001"]),
        ("US", "72345", ["72345"]),
        ("GB", UK, ["07700 900123", "447700900123", "+447700900123", "+44 (0)7700 900123"]),
        ("DE", GERMAN, ["030 23125001", "+49 30 23125001", "004930 23125001"]),
        ("IN", INDIAN, [INDIAN, "0091 5550000001"]),
        ("BR", BRAZILIAN, [BRAZILIAN, "00 55 11 000000001"]),
    ],
)  # fmt: skip
def test_a_caller_is_one_number_however_it_is_shown(case: Case, region: str, number: str, shown: list[str]) -> None:
    case.con.execute("CREATE TEMP TABLE told AS SELECT unnest($shown) AS shown", {"shown": shown})
    read_callers(case.con, "FROM told", "known", region)
    assert dict(case.con.execute("FROM known").fetchall()) == dict.fromkeys(shown, number)
    read_callers(case.con, "SELECT number AS shown FROM known", "again", region)
    assert case.con.execute("SELECT DISTINCT number FROM again").fetchall() == [(number,)]


def test_only_chinese_numbers_are_written_as_at_home() -> None:
    known = {
        CHINESE: "1635550", "+862583000001": "0258300", "+864008001234": "400800", "95500": "95500", US: "+1310555",
        UK: "+44770090", GERMAN: "+49302312", INDIAN: "+91555000", BRAZILIAN: "+551100000",
        "anna@post.example": "post.example",
    }  # fmt: skip
    assert {caller: segment_of(caller) for caller in known} == known
    assert segment_of(None) is None
    wanted = {
        ("025*", "CN"): "+8625", ("1635550*", "CN"): "+861635550", ("0163*", "CN"): "+86163", ("+1415*", "CN"): "+1415",
        ("415*", "US"): "+1415", ("1-415*", "US"): "+1415", ("+1415*", "US"): "+1415", ("01632*", "GB"): "+441632",
        ("0044 1632*", "DE"): "+441632", ("030*", "DE"): "+4930", ("11*", "BR"): "+5511",
    }  # fmt: skip
    assert {(text, region): beginnings(text, region)[0] for text, region in wanted} == wanted


def test_times_without_a_zone_in_a_country_of_several_are_said_to_be_read_as_utc(case: Case, tmp_path: Path) -> None:
    for region, said in (("US", True), ("GB", False)):
        path = write(tmp_path, f"{region}.csv", f"at,caller,called\n2026-06-18 12:00:00,{US},{CHINESE}\n")
        note = load_signals(case, path, region=region).note
        assert (f"--region {region} --zone" in note) == said
