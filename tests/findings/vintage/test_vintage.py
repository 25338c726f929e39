"""The vintage fence: calibrated windows, and a client's copies told apart by the days of its rows."""

from __future__ import annotations

import hashlib
import json
from dataclasses import dataclass
from datetime import date, timedelta
from pathlib import Path
from typing import Any

import numpy as np
import pytest
from numpy.typing import NDArray
from scipy import stats

from tests.findings.worlds import fresh
from tests.manifests import entry
from tests.simulate.loading import insert_market
from tracer.case.case import Case
from tracer.case.memory import memory_case
from tracer.disclosure import PartyRef, reason_of
from tracer.findings.case_facts import CaseFacts
from tracer.findings.deciding import COPY_UNKNOWN
from tracer.findings.vintage.fence import Cohorts, as_cohorts, find_fence
from tracer.manifest import apply_manifest, read_manifest
from tracer.simulate.market import MarketSpec
from tracer.simulate.trade import make_market
from tracer.trace import trace
from tracer.wording import LANGUAGES, say

NEVER = 10**9


@dataclass(frozen=True)
class Setting:
    """How a client's history and a copy of it are drawn."""

    rate: float
    rows: int = 3_000
    """Rows that the client adds in all, from the first day to the last."""
    days: int = 730
    deleted: float = 0.15
    otherwise: float = 0.002
    """Share of the client's other rows that stand in the copy all the same."""
    misdated: float = 0.005
    """Share of rows whose day of adding is a later one than the true one."""
    every: int | None = None
    """Days between successive lists, where no column tells the days; None: columns tell them."""
    wait: float = 40.0


@dataclass(frozen=True)
class Copied:
    """One case."""

    cohorts: Cohorts
    left: int
    obtained: int


def draw(setting: Setting, rng: np.random.Generator) -> Copied:
    """A client and a copy of its list. Days are counted from 0; more rows come on some days of the week."""
    week = rng.dirichlet(np.full(7, 3.0))
    weight = week[np.arange(setting.days) % 7] * np.exp(rng.normal(0, 0.5, setting.days))
    added = rng.choice(setting.days, setting.rows, p=weight / weight.sum())
    gone = np.full(setting.rows, NEVER)
    leaving = rng.random(setting.rows) < setting.deleted
    gone[leaving] = added[leaving] + 1 + rng.integers(0, setting.days, leaving.sum())
    left = int(rng.integers(30, setting.days))
    hour = rng.random(setting.rows)
    there = (added + hour <= left + 0.5) & (gone + hour > left + 0.5)
    taken = np.where(there, rng.random(setting.rows) < setting.rate, rng.random(setting.rows) < setting.otherwise)
    obtained = min(setting.days - 1, left + int(rng.exponential(setting.wait)))
    written = added.copy()
    wrong = rng.random(setting.rows) < setting.misdated
    written[wrong] = np.minimum(added[wrong] + rng.integers(1, 200, wrong.sum()), setting.days - 1)
    gone = np.where(gone < setting.days, np.maximum(gone, written), NEVER)
    return Copied(_cohorts(setting, written, gone, taken), left, obtained)


def _cohorts(setting: Setting, added: NDArray[np.int64], gone: NDArray[np.int64], taken: NDArray[np.bool_]) -> Cohorts:
    rows: dict[tuple[float | None, ...], list[int]] = {}
    lists = np.arange(0, setting.days + setting.every, setting.every) if setting.every else None
    for come, go, hit in zip(added.tolist(), gone.tolist(), taken.tolist(), strict=True):
        key = _told(come, go) if lists is None else _between(come, go, lists)
        if key is not None:
            count = rows.setdefault(key, [0, 0])
            count[0] += 1
            count[1] += hit
    return as_cohorts([(*key, *count) for key, count in rows.items()])


def _told(come: int, go: int) -> tuple[float | None, ...]:
    return (float(come), come + 1.0, *((float(go), go + 1.0) if go < NEVER else (None, None)))


def _between(come: int, go: int, lists: NDArray[np.int64]) -> tuple[float | None, ...] | None:
    """What successive lists, taken at noon, tell; None: the row stands in none of them."""
    inside = (lists > come) & (lists <= go)
    if not inside.any():
        return None
    first, last = int(np.flatnonzero(inside)[0]), int(np.flatnonzero(inside)[-1])
    came = (lists[first - 1] + 0.5, lists[first] + 0.5) if first > 0 else (None, None)
    went = (lists[last] + 0.5, lists[last + 1] + 0.5) if last + 1 < lists.size else (None, None)
    return (*came, *went)


# Seeds 100 to 199 were for tuning.
TESTED = 7_001
CASES = 30


@pytest.mark.parametrize("every", [None, 60], ids=["columns tell the days", "lists of every 60 days"])
@pytest.mark.parametrize(("rate", "widest"), [(0.05, (60, 90)), (0.2, (12, 45)), (1.0, (3, 30))])
def test_windows_of_95_percent_hold_the_true_day(rate: float, widest: tuple[int, int], every: int | None) -> None:
    hit, widths = 0, []
    for case in range(CASES):
        copied = draw(Setting(rate, every=every), np.random.default_rng([TESTED, case]))
        fence = find_fence(copied.cohorts, 0, copied.obtained)
        hit += fence.first <= copied.left <= fence.last
        widths.append(fence.last - fence.first + 1)
    # Coverage below .94 is rejected at 1 %.
    assert stats.binom.cdf(hit, CASES, 0.94) > 0.01, f"{hit} of {CASES}"
    assert np.median(widths) <= widest[0 if every is None else 1]


def test_newest_rows_bound_the_day_from_below_and_missing_and_deleted_rows_from_above() -> None:
    # A contact a day, added on days 0 to 99; the copy holds those of up to day 49, one of them deleted on day 60.
    rows: list[tuple[float | None, float | None, float | None, float | None, int, int]] = [
        (float(day), day + 1.0, None, None, 10, 10 if day < 50 else 0) for day in range(100)
    ]
    fence = find_fence(as_cohorts(rows), 0, 99)
    assert 49 <= fence.first <= fence.last <= 51
    assert fence.rate > 0.97
    few = [(a, b, c, d, 10, 1 if day < 50 and day % 2 else 0) for day, (a, b, c, d, _, _) in enumerate(rows)]
    wide = find_fence(as_cohorts(few), 0, 99)
    assert wide.first <= 50 <= wide.last
    assert wide.last - wide.first > fence.last - fence.first
    gone = [(None, None, 60.0, 61.0, 40, 2), *few]
    assert find_fence(as_cohorts(gone), 0, 99).last <= min(wide.last, 61)


def test_a_window_cuts_off_no_day_that_is_as_likely_as_others() -> None:
    """Rows of thirty days, and none of the thirty after: a copy of the last day looks like one of any day since."""
    rows = [[day - 0.5, day + 0.5, None, None, 40, 40] for day in range(30)]
    fence = find_fence(as_cohorts(rows), 0, 60)
    assert (fence.first, fence.last) == (29, 60)


def test_a_copy_of_one_stretch_of_rows_has_a_wide_window() -> None:
    rows = [(float(day), day + 1.0, None, None, 10, 9 if 20 <= day < 50 else 0) for day in range(100)]
    fence = find_fence(as_cohorts(rows), 0, 99)
    assert fence.uneven > 3
    assert fence.last > 80, "who takes rows by their dates may have taken them at any later time"


FIRST = date(2026, 1, 1)
RELEASED = {"r-jan": 12, "r-apr": 95, "r-jun": 152}
OBTAINED = date(2026, 8, 1)
CHINA = 86 * 10**11


def _day(day: int) -> date:
    return FIRST + timedelta(days=day)


def _client(folder: Path, *, columns: bool) -> tuple[np.ndarray[tuple[int], np.dtype[np.int64]], ...]:
    """A client's list of day 200 with the days of adding and deleting; or three lists and no days."""
    rng = np.random.default_rng(5)
    number = fresh(rng, 3000) - CHINA
    added = rng.integers(-200, 200, 3000)
    gone = np.where(rng.random(3000) < 0.1, added + rng.integers(1, 300, 3000), 10_000)
    for name, day in (("own", 200),) if columns else (("own", 200), ("own-1", 40), ("own-2", 120)):
        there = (added <= day) & ((gone > day) | columns)
        lines = ["手机号,创建日期,注销日期" if columns else "手机号"]
        for n, come, go in zip(number[there].tolist(), added[there].tolist(), gone[there].tolist(), strict=True):
            lines.append(f"{n},{_day(come)},{_day(go) if go <= day else ''}" if columns else str(n))
        (folder / f"{name}.csv").write_text("\n".join(lines) + "\n", encoding="utf-8")
    return number, added, gone


def _case(
    folder: Path,
    *,
    left: int,
    columns: bool = True,
    obtained: date = OBTAINED,
    hashed: bool = False,
    share: float = 0.5,
) -> Case:
    number, added, gone = _client(folder, columns=columns)
    rng = np.random.default_rng(6)
    taken = (added <= left) & (gone > left) & (rng.random(3000) < share)
    stolen = rng.permutation(np.concatenate([number[taken], fresh(rng, 400) - CHINA]))
    cells = [hashlib.sha256(str(n).encode()).hexdigest() if hashed else str(n) for n in stolen.tolist()]
    head = "手机号SHA256" if hashed else "电话"
    (folder / "leak.csv").write_text(f"{head}\n" + "\n".join(cells) + "\n", encoding="utf-8")
    parties = (("client", "client"), ("trader", "data_trader"))
    parts = [entry("party", id=name, name=name, role=role) for name, role in parties]
    for name, day in (("own", 200),) if columns else (("own-1", 40), ("own-2", 120), ("own", 200)):
        parts.append(entry("dataset", id=name, path=f"{name}.csv", holder="client", origin="own", created=_day(day)))
    parts.append(entry("dataset", id="leak", path="leak.csv", holder="trader", obtained=obtained))
    for release, day in RELEASED.items():
        parts.append(entry("party", id=f"v-{release}", name=release, role="system_vendor"))
        parts.append(entry("release", id=release, dataset="own", to=f"v-{release}", date=_day(day)))
    (folder / "case.toml").write_text("".join(parts), encoding="utf-8")
    case = memory_case()
    apply_manifest(case, read_manifest(folder / "case.toml"))
    trace(case)
    return case


@pytest.mark.parametrize("release", ["r-jan", "r-apr", "r-jun"])
def test_copies_of_one_list_are_told_apart_by_the_day_they_left(tmp_path: Path, release: str) -> None:
    with _case(tmp_path, left=RELEASED[release]) as case:
        found = case.con.execute("SELECT * EXCLUDE (run, superseded) FROM vintage").fetchall()
        assert len(found) == 1
        *of, first, last, best = found[0][:6]
        assert of == ["client", "own", "leak"]
        assert first <= _day(RELEASED[release]) <= last
        assert (last - first).days <= 10
        assert abs((best - _day(RELEASED[release])).days) <= 5
        assert found[0][12] == [release]
        nats = {entry["release"]: entry["nats"] for entry in json.loads(found[0][13])}
        assert max(nats, key=lambda name: nats[name]) == release
        told = dict(case.con.execute("SELECT release, (probability, reasons, against) FROM retention").fetchall())
        probability, *stored_reasons = told[release]
        reasons, against = ([reason_of(one) for one in several] for several in stored_reasons)
        assert probability > 0.75
        assert "retention-exported-then" in [reason.code for reason in reasons]
        instead = [reason.numbers["other"] for reason in against if reason.code == "retention-instead"]
        others = {PartyRef(f"v-{other}") for other in RELEASED if other != release}
        assert set(instead) == {PartyRef("client"), None} | others, (
            "the client stays an alternative, and one who is not on record"
        )
        assert all(say(reason, lang) for reason in (*reasons, *against) for lang in LANGUAGES)
        assert all(told[other][0] < 0.1 for other in told if other != release)


def test_a_list_that_the_client_wrote_out_after_the_leak_is_still_its_source(tmp_path: Path) -> None:
    """What the client hands over for the inquiry is younger than what leaked: a later state of the same database."""
    with _case(tmp_path, left=95, obtained=_day(120)) as case:
        edges = case.con.execute("SELECT parent, child FROM derivation WHERE probability >= .5").fetchall()
        assert edges == [("own", "leak")]
        first, last, releases = case.con.execute("SELECT from_day, to_day, releases FROM vintage").fetchall()[0]
        assert first <= _day(95) <= last
        assert releases == ["r-apr"]


def test_successive_lists_bound_the_day_without_any_column(tmp_path: Path) -> None:
    with _case(tmp_path, left=RELEASED["r-apr"], columns=False) as case:
        (first, last), *_ = case.con.execute("SELECT from_day, to_day FROM vintage").fetchall()
        assert first <= _day(RELEASED["r-apr"]) <= last
        assert (last - first).days <= 60


def test_without_a_row_history_nothing_is_said(tmp_path: Path) -> None:
    with _case(tmp_path, left=95) as case:
        case.con.execute("DELETE FROM dataset_column WHERE role IN ('created', 'deleted')")
        case.con.execute("DELETE FROM vintage")
        from tracer.findings import vintage

        vintage.compute(CaseFacts(case.con), 9)
        assert case.con.execute("SELECT count(*) FROM vintage").fetchall() == [(0,)]


@pytest.mark.slow("two simulated markets")
def test_copies_of_a_simulated_market_left_in_their_windows() -> None:
    """Clients that keep a row history, vendors that keep and resell their copies, and what resellers do to these."""
    hit = told = 0
    for seed in (614, 615):
        size: dict[str, Any] = {"people": 30_000, "copies": 7, "collectors": 2, "clients": 2, "retainers": 3}
        market = make_market(MarketSpec(seed, history=1.0, rows=(500, 1_200), **size))
        with memory_case() as case:
            insert_market(case.con, market)
            trace(case)
            windows = case.con.execute("SELECT source, dataset, from_day, to_day, releases FROM vintage").fetchall()
        given = {release.id: release for release in market.releases}
        for source, dataset, first, last, releases in windows:
            # Some lists are merged from two copies: then the window is that of one of them.
            behind = [given[kept.release] for kept in market.truth.retained if kept.dataset == dataset]
            copies = [release for release in behind if release.dataset == source]
            hit += any(first <= release.date <= last and release.id in releases for release in copies)
            told += 1
    assert told >= 6
    assert hit >= told - 1


@pytest.mark.parametrize("release", ["r-jan", "r-apr", "r-jun"])
def test_the_rows_of_a_hashed_list_tell_the_day_too(tmp_path: Path, release: str) -> None:
    """No copy has a canary: the client's list, copy unknown; the days of its rows say which copies are dated then."""
    with _case(tmp_path, left=RELEASED[release], hashed=True) as case:
        rows = case.con.execute(
            "SELECT client, dataset, from_day, to_day, releases, probability, against FROM vintage"
        ).fetchall()
        assert len(rows) == 1
        client, dataset, first, last, inside, probability, against = rows[0]
        assert (client, dataset, inside, probability) == ("client", "leak", [release], 0.5)
        assert first <= _day(RELEASED[release]) <= last
        assert "vintage-hashed" in [reason["code"] for reason in against]
        told = case.con.execute(
            "SELECT accused, grade, reasons FROM attribution WHERE dataset = 'leak' ORDER BY release"
        ).fetchall()
        assert [(accused, grade) for accused, grade, _ in told] == [(False, "G1")] * 3
        assert all(reasons[0]["code"] == COPY_UNKNOWN for _, _, reasons in told)


def test_a_hashed_list_without_the_clients_rows_has_no_day(tmp_path: Path) -> None:
    with _case(tmp_path, left=95, hashed=True, share=0.0) as case:
        assert case.con.execute("SELECT count(*) FROM vintage").fetchone() == (0,)
        assert case.con.execute("SELECT count(*) FROM attribution WHERE dataset = 'leak'").fetchone() == (0,)
