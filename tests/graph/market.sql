-- The hand-made market, as loading and the stages would leave it: parties, lists, copies, findings. All names are
-- invented. Run 1 is current; of run 0 one derivation is left, superseded, which must not be seen.

INSERT INTO party (id, name, role, province, industry, protected, evidence) VALUES
    ('home-loans', '江苏安禾家装贷款有限公司', 'client', '江苏', 'consumer credit', false, []),
    ('edu-bright', 'Bright Path Tutoring (明途教育)', 'client', '浙江', 'education', false, []),
    ('cti-x', '江苏易卓网络科技有限公司', 'system_vendor', '江苏', 'call-centre systems', false, []),
    ('cti-y', 'Harbour Dialler Systems', 'system_vendor', '上海', 'call-centre systems', false, []),
    ('voice-z', '声浪智能语音', 'system_vendor', '广东', 'voice bots', false, []),
    ('leadhub', '线索通 LeadHub', 'data_platform', '北京', 'leads', false, []),
    ('lead-oem', '企拓客 (OEM)', 'oem_reseller', '浙江', 'leads', false, []),
    ('integrator', 'Delta Channel Integration', 'channel_integrator', '江苏', NULL, false, []),
    ('trader-q', '“老秦” data desk', 'data_trader', NULL, NULL, false, []),
    ('trader-w', 'West Gate Data', 'data_trader', '四川', NULL, false, []),
    ('centre-1', '南京汇声呼叫中心服务有限公司', 'contractor', '江苏', 'call centre', false, []),
    ('centre-2', 'Riverside Contact Services', 'contractor', '湖北', 'call centre', false, []),
    ('centre-3', '百应外包', 'contractor', '安徽', 'call centre', false, []),
    ('line-x', '通联语音线路', 'line_vendor', '江苏', NULL, false, []),
    ('carrier-js', 'Eastern Telecom, Jiangsu branch', 'carrier', '江苏', NULL, false, []),
    ('carrier-gp', 'Eastern Telecom Group', 'carrier', NULL, NULL, false, []),
    ('sms-1', '速达短信', 'sms_provider', '广东', NULL, false, []),
    ('jobs-site', '好职招聘网', 'public_source', NULL, NULL, false, []),
    ('tenders', 'Provincial tender notices', 'public_source', NULL, NULL, false, []),
    ('app-shop', '淘惠生活 APP', 'platform', NULL, 'shopping', false, []),
    ('office', 'Provincial Communications Office', 'regulator', '江苏', NULL, false, []),
    ('mr-chen', 'Chen Weiming', 'source', NULL, NULL, true, ['ev-chen']);
INSERT INTO party (id, name, protected, merged_into, evidence) VALUES
    ('cti-x-old', 'Yizhuo Network', false, 'cti-x', []);
INSERT INTO party_alias (party, alias) VALUES ('mr-chen', 'Old Chen');

INSERT INTO dataset BY NAME
SELECT
    row_number() OVER () AS no, *, contacts AS identifiers, contacts + 37 AS rows, printf('%064x', no) AS sha256,
    'lists/' || id || '.csv' AS path, 1000 AS bytes, 'csv' AS format, 'CN' AS region,
    '2026-06-01 12:00:00' AS loaded_at, 1 AS version, true AS current, 5 AS rejected, 32 AS duplicates, '{}' AS options,
    CASE id WHEN 'd6-backend' THEN ['ev-d6'] ELSE [] END AS evidence
FROM (VALUES
    ('a-2026-01', 'home-loans', 'own', NULL, '2026-01-09', 41820),
    ('a-2026-03', 'home-loans', 'own', NULL, '2026-03-09', 46102),
    ('b-2026-02', 'edu-bright', 'own', NULL, '2026-02-01', 18340),
    ('a-refusals', 'home-loans', 'refusals', NULL, '2026-03-01', 912),
    ('d1-jobs', 'jobs-site', 'obtained', '2026-01-04', NULL, 120400),
    ('d2-tenders', 'tenders', 'obtained', '2026-01-05', NULL, 22118),
    ('d3-app', 'app-shop', 'obtained', '2026-02-11', NULL, 388020),
    ('d4-leads', 'leadhub', 'obtained', '2026-02-20', NULL, 251233),
    ('d5-oem', 'lead-oem', 'obtained', '2026-03-02', NULL, 98410),
    ('d6-backend', 'cti-x', 'obtained', '2026-07-20', NULL, 52940),
    ('d7-random', 'cti-x', 'obtained', '2026-05-01', NULL, 60011),
    ('d8-trade', 'trader-q', 'obtained', '2026-05-12', '2026-04-28', 88700),
    ('d9-mixed', 'trader-w', 'obtained', '2026-05-20', NULL, 131000),
    ('d10-calls', 'centre-1', 'obtained', '2026-06-02', NULL, 30250),
    ('d11-calls', 'centre-2', 'obtained', '2026-06-05', NULL, 44006),
    ('d12-calls', 'centre-3', 'obtained', '2026-06-05', NULL, 12750),
    ('d13-held', 'cti-y', 'obtained', '2026-04-02', NULL, 18200),
    ('d14-voice', 'voice-z', 'obtained', '2026-05-03', NULL, 50000),
    ('d15-note', 'mr-chen', 'obtained', '2026-05-04', NULL, 14)
) AS given(id, holder, origin, obtained, created, contacts);

INSERT INTO release BY NAME
SELECT
    *, 'dialling' AS purpose, 41_000 AS rows, true AS drawn, repeat('ab', 32) AS commitment,
    '2026-06-01 12:00:00' AS registered_at, [] AS evidence
FROM (VALUES
    ('a-cti-x', 'a-2026-01', 'cti-x', '2026-01-10', '2026-06-30'),
    ('a-voice', 'a-2026-01', 'voice-z', '2026-01-10', '2026-06-30'),
    ('a3-cti-y', 'a-2026-03', 'cti-y', '2026-03-10', NULL),
    ('b-cti-y', 'b-2026-02', 'cti-y', '2026-02-03', '2026-12-31')
) AS given(id, dataset, recipient, date, ends);

INSERT INTO canary (no, phone, kind, imported_at)
SELECT i, 8614000000000 + i, CASE WHEN i <= 22 THEN 'canary' WHEN i = 23 THEN 'home' ELSE 'control' END, '2026-01-01'
FROM range(1, 25) AS t(i)
UNION ALL VALUES (99, 8614000000001, 'canary', '2026-06-30');
INSERT INTO release_canary (release, canary, scheme) SELECT 'a-cti-x', i, 'unique' FROM range(1, 15) AS t(i);
INSERT INTO membership SELECT dataset, 8614000000000 + i, i
FROM (VALUES (10, 14), (12, 9)) AS held(dataset, n), range(1, 15) AS t(i) WHERE i <= n ORDER BY ALL;
INSERT INTO signal (file, row, "at", channel, caller, called_key, canary)
SELECT
    1, i, TIMESTAMP '2026-06-10 09:00:00' + to_days(i::INTEGER), 'call', '1400770' || (1000 + i % 2), 8614000000001,
    1 + i % 3
FROM range(6) AS t(i);

CREATE TEMP MACRO said(texts) AS list_transform(
    texts, lambda one: {'code': 'as-written', 'numbers': '{"text": {"text": ' || to_json(one) || '}}'}
);
CREATE TEMP TABLE told AS FROM (VALUES
    ('a-2026-01', 'a-2026-03',
     ['40,950 contacts in common, 1.3 expected', 'the later version of the same holder''s list'],
     []),
    ('a-2026-01', 'd6-backend',
     ['38,204 contacts in common where 12 are expected', '14 of 14 unique canaries of release a-cti-x stand in it'],
     ['row order was lost']),
    ('d6-backend', 'd7-random',
     ['31,770 contacts in common where 9 are expected', 'shared part looks like a random sample of d6-backend'],
     ['d7-random was obtained before d6-backend']),
    ('d6-backend', 'd8-trade',
     ['29,455 contacts in common', '<20 rows carry the same truncated number'],
     []),
    ('d4-leads', 'd5-oem', ['92 % of the child', 'row order runs on for 11,202 rows'], []),
    ('d1-jobs', 'd4-leads', ['81,020 contacts in common'], ['both may draw on the same register']),
    ('d3-app', 'd9-mixed', ['40,200 contacts in common'], ['direction rests on composition alone']),
    ('d5-oem', 'd9-mixed', ['9,200 contacts in common'], ['direction is not settled: .38 for the reverse']),
    ('d5-oem', 'd12-calls', ['640 contacts in common'], ['d9-mixed explains most of them']),
    ('d13-held', 'd15-note', ['11 contacts in common where 0.1 are expected'], ['the list is very small']),
    ('a-cti-x', 'd6-backend',
     ['all 14 canaries of a-cti-x and none of its siblings'' stand in d6-backend',
      'd6-backend was obtained 20 days after the release''s end'],
     ['home-loans itself held the same rows', 'voice-z received the same dataset: none of its 14 canaries was found']),
    ('a-cti-x', 'd8-trade',
     ['9 of 14 canaries of a-cti-x stand in d8-trade', 'the list was created before the release''s end'],
     ['home-loans itself could have given it: its home canaries are absent']),
    ('b-cti-y', 'd13-held', ['18,100 contacts in common'], ['the release had not ended']),
    ('d6-backend', 'a-cti-x', [], ['two sibling releases share the ordinary rows']),
    ('d6-backend', 'a-voice', [], ['none of its canaries was found'])
) AS given(giver, taker, reasons, against);

INSERT INTO derivation BY NAME
SELECT
    d.*, p.contacts AS parent_contacts, c.contacts AS child_contacts, shared / c.contacts AS share_of_child, 1 AS run,
    said(coalesce(t.reasons, [format('{:,} contacts in common', shared)])) AS reasons,
    said(coalesce(t.against, [])) AS against, CASE parent WHEN 'd3-app' THEN 'h1' END AS via, '[]' AS weights
FROM (VALUES
    ('a-2026-01', 'a-2026-03', 0.99, 'G2', 40950),
    ('a-2026-01', 'd6-backend', 0.97, 'G3', 38204),
    ('d6-backend', 'd7-random', 0.93, 'G2', 31770),
    ('d6-backend', 'd8-trade', 0.96, 'G2', 29455),
    ('d4-leads', 'd5-oem', 0.98, 'G2', 90112),
    ('d1-jobs', 'd4-leads', 0.88, 'G2', 81020),
    ('d2-tenders', 'd4-leads', 0.84, 'G2', 18877),
    ('d3-app', 'd9-mixed', 0.71, 'G1', 40200),
    ('d8-trade', 'd9-mixed', 0.95, 'G2', 51300),
    ('d5-oem', 'd9-mixed', 0.62, 'G1', 9200),
    ('d8-trade', 'd10-calls', 0.97, 'G2', 28870),
    ('d9-mixed', 'd11-calls', 0.96, 'G2', 40118),
    ('d9-mixed', 'd12-calls', 0.91, 'G2', 11090),
    ('d5-oem', 'd12-calls', 0.31, 'G1', 640),
    ('b-2026-02', 'd13-held', 0.98, 'G2', 18100),
    ('d13-held', 'd15-note', 0.4, 'G1', 11)
) AS d(parent, child, probability, grade, shared)
JOIN dataset AS p ON p.id = d.parent JOIN dataset AS c ON c.id = d.child
LEFT JOIN told AS t ON (giver, taker) = (parent, child);
INSERT INTO derivation
SELECT * REPLACE (0 AS run, 1 AS superseded, 'd9-mixed' AS parent, 'd8-trade' AS child, 0.9 AS probability)
FROM derivation WHERE child = 'd9-mixed' AND parent = 'd8-trade';
INSERT INTO hidden (run, id, parents, children, contacts, probability, reasons) VALUES
    (1, 'h1', ['d3-app'], ['d9-mixed'], 40_000, 0.6, said(['21,000 rows of d9-mixed are explained by no list']));

INSERT INTO retention BY NAME
SELECT r.*, 1 AS run, said(reasons) AS reasons, said(against) AS against
FROM (VALUES
    ('cti-x', 'home-loans', 'a-cti-x', 'a-2026-01', 'd6-backend', 'cti-x', '2026-07-20', 'retained', true, 0.98, 'G4'),
    ('cti-x', 'home-loans', 'a-cti-x', 'a-2026-01', 'd8-trade', 'trader-q', '2026-04-28', 'passed_on', false, .95, 'G3'),
    ('cti-y', 'edu-bright', 'b-cti-y', 'b-2026-02', 'd13-held', 'cti-y', '2026-04-02', 'held', false, 0.97, 'G2')
) AS r(vendor, client, release, dataset, seen_in, seen_with, first_seen, reading, after_end, probability, grade)
JOIN told ON (giver, taker) = (release, seen_in);

INSERT INTO attribution BY NAME
SELECT a.*, 1 AS run, said(coalesce(reasons, [])) AS reasons, said(coalesce(against, [])) AS against
FROM (VALUES
    ('d6-backend', 'a-cti-x', 'cti-x', true, 1e-09, 4e-11, 20000000.0, 14, 14, 38190, 'G4'),
    ('d8-trade', 'a-cti-x', 'cti-x', true, 2e-06, 4e-08, 10000.0, 9, 14, 29440, 'G3'),
    ('d6-backend', 'a-voice', 'voice-z', false, 1.0, 1.0, 0.1, 0, 14, 38190, 'G1')
) AS a(
    dataset, release, recipient, accused, p_value, chance, e_value, canaries_seen, canaries_planted, rows_matched, grade
)
LEFT JOIN told ON (giver, taker) = (dataset, release);

INSERT INTO vintage BY NAME
SELECT
    1 AS run, 'home-loans' AS client, 'a-2026-01' AS source, 'd6-backend' AS dataset, '2026-01-06' AS from_day,
    '2026-01-28' AS to_day, '2026-01-10' AS best, 0.98 AS rate, 40_870 AS matched, 4_280 AS later, 3 AS later_seen,
    1_210 AS gone, 0 AS gone_seen, ['a-cti-x', 'a-voice'] AS releases, 0.97 AS probability,
    '[{"release": "a-cti-x", "recipient": "cti-x", "date": "2026-01-10", "nats": 2.9, "inside": true}]' AS dates,
    said(['The rows of home-loans in d6-backend left it between 2026-01-06 and 2026-01-28 (95 %).']) AS reasons,
    said(['Release a3-cti-y to cti-y is not dated then (2026-03-10).']) AS against;

INSERT INTO claim BY NAME
SELECT *, '<b>Everything is generated</b>' AS quote, [] AS evidence
FROM (VALUES
    ('c1', 'cti-x', 'cti-x', 'random', 'true', 'd7-random'),
    ('c2', 'lead-oem', 'leadhub', 'public_sources', 'true', 'd5-oem'),
    ('c3', 'mr-chen', 'cti-x', 'not_retained', 'false', NULL)
) AS given(id, party, about, kind, value, dataset);
INSERT INTO claim_verdict BY NAME
SELECT
    *, 1 AS run, 'G2' AS grade,
    said(if(
        claim = 'c1', ['a random list that was then filtered by number status would not carry these names'], []
    )) AS alternatives
FROM (VALUES
    ('c1', 'd7-random', 'contradicted', 1e-12, '{"shared": 31770, "expected": 9}'),
    ('c2', 'd5-oem', 'consistent', NULL, '{}'),
    ('c3', NULL, 'untested', NULL, '{}')
) AS given(claim, dataset, verdict, p_value, numbers);

INSERT INTO relation (no, kind, from_party, to_party, date, basis, evidence) VALUES
    (1, 'oem_of', 'lead-oem', 'leadhub', '2026-05-02', 'alleged', ['ev-chat']),
    (2, 'provides_system_to', 'cti-x', 'centre-1', NULL, 'documented', ['ev-contract']),
    (3, 'refers_to', 'cti-x', 'trader-q', '2026-05-03', 'alleged', ['ev-chat']),
    (4, 'supplies_line_to', 'line-x', 'centre-1', NULL, 'alleged', []),
    (5, 'supplies_line_to', 'line-x', 'centre-3', NULL, 'alleged', []),
    (6, 'supplies_line_to', 'carrier-js', 'line-x', NULL, 'documented', ['ev-receipt']),
    (7, 'owns', 'carrier-gp', 'carrier-js', NULL, 'documented', []),
    (8, 'calls_for', 'centre-1', 'home-loans', NULL, 'alleged', ['ev-chen']),
    (9, 'scrapes', 'leadhub', 'jobs-site', NULL, 'alleged', []),
    (10, 'sanctions', 'office', 'centre-2', '2026-03-15', 'documented', ['ev-notice']),
    (11, 'commits_to', 'carrier-js', 'office', '2026-03-16', 'documented', ['ev-notice']),
    (12, 'sold_to', 'trader-w', 'sms-1', NULL, 'alleged', ['ev-chen']),
    (13, 'provides_system_to', 'integrator', 'centre-2', NULL, 'alleged', []);
-- What names a source has a hash of its own, which leaves by no door.
INSERT INTO evidence BY NAME
SELECT *, '2026-05-02' AS acquired, 10 AS bytes FROM (VALUES
    ('ev-chat', 'chat', 'evidence/chat.txt', 'desk', repeat('cd', 32)),
    ('ev-contract', 'contract', 'evidence/contract.pdf', 'desk', repeat('cd', 32)),
    ('ev-receipt', 'receipt', 'evidence/receipt.pdf', 'desk', repeat('cd', 32)),
    ('ev-notice', 'notice', 'evidence/notice.pdf', 'desk', repeat('cd', 32)),
    ('ev-chen', 'interview', 'evidence/chen.txt', 'mr-chen', repeat('ef', 32)),
    ('ev-d6', 'file', 'evidence/d6.txt', 'desk', repeat('cd', 32))
) AS given(id, kind, path, by_whom, sha256);
INSERT INTO reply (party, asked, deadline, answered, text) VALUES
    ('cti-x', '2026-07-22', '2026-07-29', '2026-07-28',
     'We delete all client data when the contract ends. Call 14000138000.'),
    ('trader-q', '2026-07-22', '2026-07-29', NULL, NULL);
INSERT INTO line (id, numbers, vendor, carrier, province, hand) VALUES
    ('line-7', ['025*'], 'line-x', 'carrier-js', '江苏', 2);
DROP TABLE told;
