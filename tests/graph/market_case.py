"""A hand-made market as the stages would leave it in a case: parties, lists, releases, findings. All names are invented."""

from __future__ import annotations

from datetime import date, datetime

import duckdb

from tracer.case.case import Case
from tracer.case.memory import memory_case

LOADED = datetime(2026, 6, 1, 12)

PARTIES = [
    # id, name, role, province, industry, protected
    ("home-loans", "江苏安禾家装贷款有限公司", "client", "江苏", "consumer credit", False),
    ("edu-bright", "Bright Path Tutoring (明途教育)", "client", "浙江", "education", False),
    ("cti-x", "江苏易卓网络科技有限公司", "system_vendor", "江苏", "call-centre systems", False),
    ("cti-y", "Harbour Dialler Systems", "system_vendor", "上海", "call-centre systems", False),
    ("voice-z", "声浪智能语音", "system_vendor", "广东", "voice bots", False),
    ("leadhub", "线索通 LeadHub", "data_platform", "北京", "leads", False),
    ("lead-oem", "企拓客 (OEM)", "oem_reseller", "浙江", "leads", False),
    ("integrator", "Delta Channel Integration", "channel_integrator", "江苏", None, False),
    ("trader-q", "“老秦” data desk", "data_trader", None, None, False),
    ("trader-w", "West Gate Data", "data_trader", "四川", None, False),
    ("centre-1", "南京汇声呼叫中心服务有限公司", "contractor", "江苏", "call centre", False),
    ("centre-2", "Riverside Contact Services", "contractor", "湖北", "call centre", False),
    ("centre-3", "百应外包", "contractor", "安徽", "call centre", False),
    ("line-x", "通联语音线路", "line_vendor", "江苏", None, False),
    ("carrier-js", "Eastern Telecom, Jiangsu branch", "carrier", "江苏", None, False),
    ("carrier-gp", "Eastern Telecom Group", "carrier", None, None, False),
    ("sms-1", "速达短信", "sms_provider", "广东", None, False),
    ("jobs-site", "好职招聘网", "public_source", None, None, False),
    ("tenders", "Provincial tender notices", "public_source", None, None, False),
    ("app-shop", "淘惠生活 APP", "platform", None, "shopping", False),
    ("office", "Provincial Communications Office", "regulator", "江苏", None, False),
    ("mr-chen", "Chen Weiming", "source", None, None, True),
]

DATASETS = [
    # id, holder, origin, obtained, created, contacts
    ("a-2026-01", "home-loans", "own", None, date(2026, 1, 9), 41_820),
    ("a-2026-03", "home-loans", "own", None, date(2026, 3, 9), 46_102),
    ("b-2026-02", "edu-bright", "own", None, date(2026, 2, 1), 18_340),
    ("a-refusals", "home-loans", "refusals", None, date(2026, 3, 1), 912),
    ("d1-jobs", "jobs-site", "obtained", date(2026, 1, 4), None, 120_400),
    ("d2-tenders", "tenders", "obtained", date(2026, 1, 5), None, 22_118),
    ("d3-app", "app-shop", "obtained", date(2026, 2, 11), None, 388_020),
    ("d4-leads", "leadhub", "obtained", date(2026, 2, 20), None, 251_233),
    ("d5-oem", "lead-oem", "obtained", date(2026, 3, 2), None, 98_410),
    ("d6-backend", "cti-x", "obtained", date(2026, 7, 20), None, 52_940),
    ("d7-random", "cti-x", "obtained", date(2026, 5, 1), None, 60_011),
    ("d8-trade", "trader-q", "obtained", date(2026, 5, 12), date(2026, 4, 28), 88_700),
    ("d9-mixed", "trader-w", "obtained", date(2026, 5, 20), None, 131_000),
    ("d10-calls", "centre-1", "obtained", date(2026, 6, 2), None, 30_250),
    ("d11-calls", "centre-2", "obtained", date(2026, 6, 5), None, 44_006),
    ("d12-calls", "centre-3", "obtained", date(2026, 6, 5), None, 12_750),
    ("d13-held", "cti-y", "obtained", date(2026, 4, 2), None, 18_200),
    ("d14-voice", "voice-z", "obtained", date(2026, 5, 3), None, 50_000),
    ("d15-note", "mr-chen", "obtained", date(2026, 5, 4), None, 14),
]

RELEASES = [
    ("a-cti-x", "a-2026-01", "cti-x", date(2026, 1, 10), date(2026, 6, 30), 14),
    ("a-voice", "a-2026-01", "voice-z", date(2026, 1, 10), date(2026, 6, 30), 14),
    ("a3-cti-y", "a-2026-03", "cti-y", date(2026, 3, 10), None, 14),
    ("b-cti-y", "b-2026-02", "cti-y", date(2026, 2, 3), date(2026, 12, 31), 10),
]

DERIVATIONS = [
    # parent, child, probability, grade, shared, via, reasons, against
    (
        "a-2026-01",
        "a-2026-03",
        0.99,
        "G2",
        40_950,
        None,
        ["40,950 contacts in common, 1.3 expected", "the later version of the same holder's list"],
        [],
    ),
    (
        "a-2026-01",
        "d6-backend",
        0.97,
        "G3",
        38_204,
        None,
        ["38,204 contacts in common where 12 are expected", "14 of 14 unique canaries of release a-cti-x stand in it"],
        ["row order was lost"],
    ),
    (
        "d6-backend",
        "d7-random",
        0.93,
        "G2",
        31_770,
        None,
        ["31,770 contacts in common where 9 are expected", "shared part looks like a random sample of d6-backend"],
        ["d7-random was obtained before d6-backend"],
    ),
    (
        "d6-backend",
        "d8-trade",
        0.96,
        "G2",
        29_455,
        None,
        ["29,455 contacts in common", "4 rows carry the same truncated number"],
        [],
    ),
    ("d4-leads", "d5-oem", 0.98, "G2", 90_112, None, ["92 % of the child", "row order runs on for 11,202 rows"], []),
    (
        "d1-jobs",
        "d4-leads",
        0.88,
        "G2",
        81_020,
        None,
        ["81,020 contacts in common"],
        ["both may draw on the same register"],
    ),
    ("d2-tenders", "d4-leads", 0.84, "G2", 18_877, None, ["18,877 contacts in common"], []),
    (
        "d3-app",
        "d9-mixed",
        0.71,
        "G1",
        40_200,
        "h1",
        ["40,200 contacts in common"],
        ["direction rests on composition alone"],
    ),
    ("d8-trade", "d9-mixed", 0.95, "G2", 51_300, None, ["51,300 contacts in common"], []),
    (
        "d5-oem",
        "d9-mixed",
        0.62,
        "G1",
        9_200,
        None,
        ["9,200 contacts in common"],
        ["direction is not settled: .38 for the reverse"],
    ),
    ("d8-trade", "d10-calls", 0.97, "G2", 28_870, None, ["28,870 contacts in common"], []),
    ("d9-mixed", "d11-calls", 0.96, "G2", 40_118, None, ["40,118 contacts in common"], []),
    ("d9-mixed", "d12-calls", 0.91, "G2", 11_090, None, ["11,090 contacts in common"], []),
    ("d5-oem", "d12-calls", 0.31, "G1", 640, None, ["640 contacts in common"], ["d9-mixed explains most of them"]),
    ("b-2026-02", "d13-held", 0.98, "G2", 18_100, None, ["18,100 contacts in common"], []),
    (
        "d13-held",
        "d15-note",
        0.4,
        "G1",
        11,
        None,
        ["11 contacts in common where 0.1 are expected"],
        ["the list is very small"],
    ),
]

RETENTIONS = [
    # vendor, client, release, dataset, seen_in, seen_with, first_seen, reading, after_end, p, grade, reasons, against
    (
        "cti-x",
        "home-loans",
        "a-cti-x",
        "a-2026-01",
        "d6-backend",
        "cti-x",
        date(2026, 7, 20),
        "retained",
        True,
        0.98,
        "G4",
        [
            "all 14 canaries of a-cti-x and none of its siblings' stand in d6-backend",
            "d6-backend was obtained 20 days after the release's end",
        ],
        [
            "home-loans itself held the same rows",
            "voice-z received the same dataset: none of its 14 canaries was found",
        ],
    ),
    (
        "cti-x",
        "home-loans",
        "a-cti-x",
        "a-2026-01",
        "d8-trade",
        "trader-q",
        date(2026, 4, 28),
        "passed_on",
        False,
        0.95,
        "G3",
        ["9 of 14 canaries of a-cti-x stand in d8-trade", "the list was created before the release's end"],
        ["home-loans itself could have given it: its home canaries are absent"],
    ),
    (
        "cti-y",
        "edu-bright",
        "b-cti-y",
        "b-2026-02",
        "d13-held",
        "cti-y",
        date(2026, 4, 2),
        "held",
        False,
        0.97,
        "G2",
        ["18,100 contacts in common"],
        ["the release had not ended"],
    ),
]

ATTRIBUTIONS = [
    # dataset, release, recipient, accused, p, chance, e, seen, planted, matched, grade, reasons, against
    (
        "d6-backend",
        "a-cti-x",
        "cti-x",
        True,
        1e-9,
        4e-11,
        2e7,
        14,
        14,
        38_190,
        "G4",
        [],
        ["two sibling releases share the ordinary rows"],
    ),
    ("d8-trade", "a-cti-x", "cti-x", True, 2e-6, 4e-8, 1e4, 9, 14, 29_440, "G3", [], []),
    (
        "d6-backend",
        "a-voice",
        "voice-z",
        False,
        1.0,
        1.0,
        0.1,
        0,
        14,
        38_190,
        "G1",
        [],
        ["none of its canaries was found"],
    ),
]

RELATIONS = [
    ("oem_of", "lead-oem", "leadhub", date(2026, 5, 2), "alleged", ["ev-chat"]),
    ("provides_system_to", "cti-x", "centre-1", None, "documented", ["ev-contract"]),
    ("refers_to", "cti-x", "trader-q", date(2026, 5, 3), "alleged", ["ev-chat"]),
    ("supplies_line_to", "line-x", "centre-1", None, "alleged", []),
    ("supplies_line_to", "line-x", "centre-3", None, "alleged", []),
    ("supplies_line_to", "carrier-js", "line-x", None, "documented", ["ev-receipt"]),
    ("owns", "carrier-gp", "carrier-js", None, "documented", []),
    ("calls_for", "centre-1", "home-loans", None, "alleged", ["ev-chen"]),
    ("scrapes", "leadhub", "jobs-site", None, "alleged", []),
    ("sanctions", "office", "centre-2", date(2026, 3, 15), "documented", ["ev-notice"]),
    ("commits_to", "carrier-js", "office", date(2026, 3, 16), "documented", ["ev-notice"]),
    ("sold_to", "trader-w", "sms-1", None, "alleged", ["ev-chen"]),
    ("provides_system_to", "integrator", "centre-2", None, "alleged", []),
]

EVIDENCE = [
    ("ev-chat", "chat", "evidence/chat.txt"), ("ev-contract", "contract", "evidence/contract.pdf"),
    ("ev-receipt", "receipt", "evidence/receipt.pdf"), ("ev-notice", "notice", "evidence/notice.pdf"),
    ("ev-chen", "interview", "evidence/chen.txt"), ("ev-d6", "file", "evidence/d6.txt"),
]  # fmt: skip

CLAIMS = [
    (
        "c1",
        "cti-x",
        "cti-x",
        "random",
        "true",
        "d7-random",
        "contradicted",
        1e-12,
        '{"overlap": 31770, "expected": 9}',
        ["a random list that was then filtered by number status would not carry these names"],
    ),
    ("c2", "lead-oem", "leadhub", "public_sources", "true", "d5-oem", "consistent", None, "{}", []),
    ("c3", "mr-chen", "cti-x", "not_retained", "false", None, "untested", None, "{}", []),
]

CHAINS_EXPECTED_FIRST = ("home-loans", "cti-x", "trader-q")


def market_case() -> Case:
    """An in-memory case with the market above; run 1 is current, a superseded run 0 must not be seen."""
    case = memory_case()
    fill(case.con)
    return case


def fill(con: duckdb.DuckDBPyConnection) -> None:
    """Inserts the market into the base tables."""
    for pid, name, role, province, industry, protected in PARTIES:
        evidence = ["ev-chen"] if protected else []
        _insert(
            con,
            "party",
            id=pid,
            name=name,
            role=role,
            province=province,
            industry=industry,
            protected=protected,
            evidence=evidence,
        )
    _insert(con, "party", id="cti-x-old", name="Yizhuo Network", protected=False, merged_into="cti-x", evidence=[])
    _insert(con, "party_alias", party="mr-chen", alias="Old Chen")
    for number, (did, holder, origin, obtained, created, contacts) in enumerate(DATASETS, start=1):
        _insert(
            con, "dataset", no=number, id=did, version=1, current=True, holder=holder, obtained=obtained, created=created,
            origin=origin, path=f"lists/{did}.csv", sha256=f"{number:064x}", bytes=1000, format="csv", region="CN",
            rows=contacts + 37, identifiers=contacts, contacts=contacts, rejected=5, duplicates=32,
            evidence=["ev-d6"] if did == "d6-backend" else [], options="{}", loaded_at=LOADED,
        )  # fmt: skip
    for rid, dataset, recipient, day, ends, _canaries in RELEASES:
        _insert(
            con, "release", id=rid, dataset=dataset, recipient=recipient, date=day, ends=ends, purpose="dialling",
            rows=41_000, drawn=True, commitment="ab" * 32, evidence=[], registered_at=LOADED,
        )  # fmt: skip
    _fill_canaries(con)
    _fill_findings(con)
    for number, (kind, from_party, to_party, day, basis, evidence) in enumerate(RELATIONS, start=1):
        _insert(
            con,
            "relation",
            no=number,
            kind=kind,
            from_party=from_party,
            to_party=to_party,
            date=day,
            basis=basis,
            evidence=evidence,
        )
    for eid, kind, path in EVIDENCE:
        _insert(
            con,
            "evidence",
            id=eid,
            kind=kind,
            path=path,
            acquired=date(2026, 5, 2),
            by_whom="mr-chen" if eid == "ev-chen" else "desk",
            sha256="cd" * 32,
            bytes=10,
        )
    _insert(
        con,
        "reply",
        party="cti-x",
        asked=date(2026, 7, 22),
        deadline=date(2026, 7, 29),
        answered=date(2026, 7, 28),
        text="We delete all client data when the contract ends. Call 13800138000.",
    )
    _insert(con, "reply", party="trader-q", asked=date(2026, 7, 22), deadline=date(2026, 7, 29))
    _insert(con, "line", id="line-7", numbers=["025*"], vendor="line-x", carrier="carrier-js", province="江苏", hand=2)


def _fill_canaries(con: duckdb.DuckDBPyConnection) -> None:
    for number in range(1, 25):
        kind = "canary" if number <= 22 else "home" if number == 23 else "control"
        _insert(con, "canary", no=number, phone=8614000000000 + number, kind=kind, imported_at=datetime(2026, 1, 1))
    _insert(con, "canary", no=99, phone=8614000000001, kind="canary", imported_at=datetime(2026, 6, 30))
    for number in range(1, 15):
        _insert(con, "release_canary", release="a-cti-x", canary=number, scheme="unique")
    for dataset, count in ((10, 14), (12, 9)):
        con.execute(
            "INSERT INTO membership SELECT $dataset, 8614000000000 + i, i FROM range(1, $count + 1) t(i)",
            {"dataset": dataset, "count": count},
        )
    for number in range(6):
        _insert(
            con, "signal", file=1, row=number, at=datetime(2026, 6, 10 + number, 9), channel="call", caller=f"1400770{1000 + number % 2}",
            called_key=8614000000001, canary=1 + number % 3,
        )  # fmt: skip


def _fill_findings(con: duckdb.DuckDBPyConnection) -> None:
    contacts = {did: count for did, *_, count in DATASETS}
    for parent, child, probability, grade, shared, via, reasons, against in DERIVATIONS:
        _insert(
            con, "derivation", run=1, parent=parent, child=child, probability=probability, grade=grade, shared=shared,
            parent_contacts=contacts[parent], child_contacts=contacts[child], share_of_child=shared / contacts[child],
            via=via, reasons=reasons, against=against, weights="[]",
        )  # fmt: skip
    _insert(
        con, "derivation", run=0, superseded=1, parent="d9-mixed", child="d8-trade", probability=0.9, grade="G2", shared=9,
        parent_contacts=1, child_contacts=1, share_of_child=1.0, reasons=[], against=[], weights="[]",
    )  # fmt: skip
    _insert(
        con,
        "hidden",
        run=1,
        id="h1",
        parents=["d3-app"],
        children=["d9-mixed"],
        contacts=40_000,
        probability=0.6,
        reasons=["21,000 rows of d9-mixed are explained by no list"],
    )
    names = (
        "vendor",
        "client",
        "release",
        "dataset",
        "seen_in",
        "seen_with",
        "first_seen",
        "reading",
        "after_end",
        "probability",
        "grade",
        "reasons",
        "against",
    )
    for row in RETENTIONS:
        _insert(con, "retention", run=1, **dict(zip(names, row, strict=True)))
    names = (
        "dataset",
        "release",
        "recipient",
        "accused",
        "p_value",
        "chance",
        "e_value",
        "canaries_seen",
        "canaries_planted",
        "rows_matched",
        "grade",
        "reasons",
        "against",
    )
    for row in ATTRIBUTIONS:
        _insert(con, "attribution", run=1, **dict(zip(names, row, strict=True)))
    for cid, party, about, kind, value, dataset, verdict, p_value, numbers, alternatives in CLAIMS:
        _insert(
            con,
            "claim",
            id=cid,
            party=party,
            about=about,
            kind=kind,
            value=value,
            dataset=dataset,
            quote="<b>Everything is generated</b>",
            evidence=[],
        )
        _insert(
            con,
            "claim_verdict",
            run=1,
            claim=cid,
            dataset=dataset,
            verdict=verdict,
            p_value=p_value,
            numbers=numbers,
            alternatives=alternatives,
            grade="G2",
        )


def _insert(con: duckdb.DuckDBPyConnection, table: str, **values: object) -> None:
    columns = ", ".join(f'"{name}"' for name in values)
    bound = ", ".join(f"${name}_" for name in values)
    con.execute(
        f"INSERT INTO {table} ({columns}) VALUES ({bound})", {f"{name}_": value for name, value in values.items()}
    )
