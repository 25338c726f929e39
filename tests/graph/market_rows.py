"""The hand-made market as rows: parties, lists, releases, findings as the stages leave them. All names invented."""

from __future__ import annotations

from datetime import date
from typing import Any

PARTIES: list[tuple[Any, ...]] = [
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

DATASETS: list[tuple[Any, ...]] = [
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

RELEASES: list[tuple[Any, ...]] = [
    ("a-cti-x", "a-2026-01", "cti-x", date(2026, 1, 10), date(2026, 6, 30)),
    ("a-voice", "a-2026-01", "voice-z", date(2026, 1, 10), date(2026, 6, 30)),
    ("a3-cti-y", "a-2026-03", "cti-y", date(2026, 3, 10), None),
    ("b-cti-y", "b-2026-02", "cti-y", date(2026, 2, 3), date(2026, 12, 31)),
]

DERIVATIONS: list[tuple[Any, ...]] = [
    # parent, child, probability, grade, shared
    ("a-2026-01", "a-2026-03", 0.99, "G2", 40_950),
    ("a-2026-01", "d6-backend", 0.97, "G3", 38_204),
    ("d6-backend", "d7-random", 0.93, "G2", 31_770),
    ("d6-backend", "d8-trade", 0.96, "G2", 29_455),
    ("d4-leads", "d5-oem", 0.98, "G2", 90_112),
    ("d1-jobs", "d4-leads", 0.88, "G2", 81_020),
    ("d2-tenders", "d4-leads", 0.84, "G2", 18_877),
    ("d3-app", "d9-mixed", 0.71, "G1", 40_200),
    ("d8-trade", "d9-mixed", 0.95, "G2", 51_300),
    ("d5-oem", "d9-mixed", 0.62, "G1", 9_200),
    ("d8-trade", "d10-calls", 0.97, "G2", 28_870),
    ("d9-mixed", "d11-calls", 0.96, "G2", 40_118),
    ("d9-mixed", "d12-calls", 0.91, "G2", 11_090),
    ("d5-oem", "d12-calls", 0.31, "G1", 640),
    ("b-2026-02", "d13-held", 0.98, "G2", 18_100),
    ("d13-held", "d15-note", 0.4, "G1", 11),
]

RETENTIONS: list[tuple[Any, ...]] = [
    # vendor, client, release, dataset, seen_in, seen_with, first_seen, reading, after_end, probability, grade
    ("cti-x", "home-loans", "a-cti-x", "a-2026-01", "d6-backend", "cti-x", "2026-07-20", "retained", True, 0.98, "G4"),
    (
        "cti-x",
        "home-loans",
        "a-cti-x",
        "a-2026-01",
        "d8-trade",
        "trader-q",
        "2026-04-28",
        "passed_on",
        False,
        0.95,
        "G3",
    ),
    ("cti-y", "edu-bright", "b-cti-y", "b-2026-02", "d13-held", "cti-y", "2026-04-02", "held", False, 0.97, "G2"),
]

ATTRIBUTIONS: list[tuple[Any, ...]] = [
    # dataset, release, recipient, accused, p_value, chance, e_value, seen, planted, rows_matched, grade
    ("d6-backend", "a-cti-x", "cti-x", True, 1e-9, 4e-11, 2e7, 14, 14, 38_190, "G4"),
    ("d8-trade", "a-cti-x", "cti-x", True, 2e-6, 4e-8, 1e4, 9, 14, 29_440, "G3"),
    ("d6-backend", "a-voice", "voice-z", False, 1.0, 1.0, 0.1, 0, 14, 38_190, "G1"),
]

SAID: dict[tuple[str, str], tuple[list[str], list[str]]] = {
    ("a-2026-01", "a-2026-03"): (
        ["40,950 contacts in common, 1.3 expected", "the later version of the same holder's list"],
        [],
    ),
    ("a-2026-01", "d6-backend"): (
        ["38,204 contacts in common where 12 are expected", "14 of 14 unique canaries of release a-cti-x stand in it"],
        ["row order was lost"],
    ),
    ("d6-backend", "d7-random"): (
        ["31,770 contacts in common where 9 are expected", "shared part looks like a random sample of d6-backend"],
        ["d7-random was obtained before d6-backend"],
    ),
    ("d6-backend", "d8-trade"): (["29,455 contacts in common", "<20 rows carry the same truncated number"], []),
    ("d4-leads", "d5-oem"): (["92 % of the child", "row order runs on for 11,202 rows"], []),
    ("d1-jobs", "d4-leads"): (["81,020 contacts in common"], ["both may draw on the same register"]),
    ("d3-app", "d9-mixed"): (["40,200 contacts in common"], ["direction rests on composition alone"]),
    ("d5-oem", "d9-mixed"): (["9,200 contacts in common"], ["direction is not settled: .38 for the reverse"]),
    ("d5-oem", "d12-calls"): (["640 contacts in common"], ["d9-mixed explains most of them"]),
    ("d13-held", "d15-note"): (["11 contacts in common where 0.1 are expected"], ["the list is very small"]),
    ("a-cti-x", "d6-backend"): (
        [
            "all 14 canaries of a-cti-x and none of its siblings' stand in d6-backend",
            "d6-backend was obtained 20 days after the release's end",
        ],
        [
            "home-loans itself held the same rows",
            "voice-z received the same dataset: none of its 14 canaries was found",
        ],
    ),
    ("a-cti-x", "d8-trade"): (
        ["9 of 14 canaries of a-cti-x stand in d8-trade", "the list was created before the release's end"],
        ["home-loans itself could have given it: its home canaries are absent"],
    ),
    ("b-cti-y", "d13-held"): (["18,100 contacts in common"], ["the release had not ended"]),
    ("d6-backend", "a-cti-x"): ([], ["two sibling releases share the ordinary rows"]),
    ("d6-backend", "a-voice"): ([], ["none of its canaries was found"]),
}
"""Parent and child, copy and list, list and copy -> reasons, and what speaks against."""

RELATIONS: list[tuple[Any, ...]] = [
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

CLAIMS: list[tuple[Any, ...]] = [
    # id, party, about, kind, value, dataset, verdict, p_value, numbers
    ("c1", "cti-x", "cti-x", "random", "true", "d7-random", "contradicted", 1e-12, '{"shared": 31770, "expected": 9}'),
    ("c2", "lead-oem", "leadhub", "public_sources", "true", "d5-oem", "consistent", None, "{}"),
    ("c3", "mr-chen", "cti-x", "not_retained", "false", None, "untested", None, "{}"),
]
ALTERNATIVE = "a random list that was then filtered by number status would not carry these names"
"""What else could explain c1."""

VINTAGES: list[tuple[Any, ...]] = [
    # client, source, dataset, from, to, best, rate, matched, later, later_seen, gone, gone_seen, releases, dates,
    # probability, reasons, against
    (
        "home-loans", "a-2026-01", "d6-backend", date(2026, 1, 6), date(2026, 1, 28), date(2026, 1, 10), 0.98, 40_870,
        4_280, 3, 1_210, 0, ["a-cti-x", "a-voice"],
        '[{"release": "a-cti-x", "recipient": "cti-x", "date": "2026-01-10", "nats": 2.9, "inside": true}]', 0.97,
        ["The rows of home-loans in d6-backend left it between 2026-01-06 and 2026-01-28 (95 %)."],
        ["Release a3-cti-y to cti-y is not dated then (2026-03-10)."],
    ),
]  # fmt: skip
