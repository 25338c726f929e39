-- The documented views of a case: all that named queries, `tracer sql` and `tracer why` read. They show no identifier
-- key and no raw cell. A cross-dataset count of too few (`_enough`) is NULL (printed by `_told`), and a dataset of too few
-- contacts (`tiny`) takes part in cross-dataset results only as such, or through canaries that were imported before it
-- was loaded: a list of one must not become a question about a person. Names that begin with `_` are not for people.

CREATE SCHEMA IF NOT EXISTS views;

CREATE OR REPLACE MACRO views._digits(text) AS regexp_replace(translate(text, '０１２３４５６７８９', '0123456789'), '[^0-9]', '', 'g');
-- 138****5678 for Chinese mobiles; other phones keep at most four leading digits and the last two
CREATE OR REPLACE MACRO views._masked_phone(key) AS CASE
    WHEN key BETWEEN 8613000000000 AND 8619999999999 THEN substr(key::VARCHAR, 3, 3) || '****' || substr(key::VARCHAR, 10, 4)
    WHEN key BETWEEN 10000000 AND 999999999999999 THEN substr(key::VARCHAR, 1, least(4, length(key::VARCHAR) - 6)) || '****' || right(key::VARCHAR, 2)
    WHEN key IS NOT NULL THEN '****' END;
CREATE OR REPLACE MACRO views._masked_email(text) AS CASE WHEN text IS NULL THEN NULL
    WHEN regexp_matches(text, '^.+@.+\.[A-Za-z0-9-]+$') THEN substr(text, 1, 1) || '***@***.' || regexp_extract(text, '([A-Za-z0-9-]+)$', 1)
    ELSE '***' END;
-- The shape of a cell: letters become x, digits *, but for the first three and last four of 11 or more digits, the
-- first two and last two of 7 to 10. Scientific notation has lost its digits and is shown as it is.
CREATE OR REPLACE MACRO views._letters_out(text) AS regexp_replace(translate(text, '０１２３４５６７８９', '0123456789'), '[^0-9\p{P}\p{S}\p{Z}\s]', 'x', 'g');
CREATE OR REPLACE MACRO views._between(text, head, tail) AS head || regexp_replace(substr(text, length(head) + 1, length(text) - length(head) - length(tail)), '[0-9]', '*', 'g') || tail;
CREATE OR REPLACE MACRO views._masked_cell(text) AS CASE
    WHEN text IS NULL THEN NULL
    WHEN regexp_matches(trim(text), '^[0-9]([.][0-9]{1,5})?[eE][+]?[0-9]{1,2}$') THEN trim(text)
    WHEN length(views._digits(text)) >= 11 THEN views._between(views._letters_out(text), regexp_extract(views._letters_out(text), '^([^0-9]*[0-9]){3}'), regexp_extract(views._letters_out(text), '([0-9][^0-9]*){4}$'))
    WHEN length(views._digits(text)) >= 7 THEN views._between(views._letters_out(text), regexp_extract(views._letters_out(text), '^([^0-9]*[0-9]){2}'), regexp_extract(views._letters_out(text), '([0-9][^0-9]*){2}$'))
    ELSE regexp_replace(views._letters_out(text), '[0-9]', '*', 'g') END;
CREATE OR REPLACE MACRO views._masked_caller(text) AS CASE
    WHEN lower(trim(text)) IN ('anonymous', 'unknown', 'private', 'restricted', 'unavailable', 'withheld') THEN lower(trim(text))
    ELSE views._masked_cell(text) END;
-- A reason: its code, and its numbers as JSON, each as {kind: value}
CREATE OR REPLACE MACRO views._reason(c, n) AS {'code': c, 'numbers': n::VARCHAR};
CREATE OR REPLACE MACRO views._on_masks(reasons) AS list_filter(reasons, lambda reason: starts_with(reason.code, 'masked-'));
-- Whether a count across lists is shown: the number is that of tracer/policy.py, put in where these statements are run
CREATE OR REPLACE MACRO views._enough(n) AS n >= CAST('{least}' AS INTEGER);
CREATE OR REPLACE MACRO views._count(n) AS CASE WHEN views._enough(n) THEN n END;
CREATE OR REPLACE MACRO views._told(n) AS coalesce(CAST(n AS VARCHAR), '<{least}');

CREATE OR REPLACE VIEW views._size AS
    SELECT no, id, contacts, NOT views._enough(contacts) AS tiny, hashes > 0 AS hashed FROM main.dataset WHERE current;
-- `first_at`: when these bytes, or a former version of this dataset, were first loaded: loading a list again must not
-- turn a number that was imported as a canary in between into a question about a person. Apart from `_size`, which most
-- views ask: what is not asked for here is computed all the same.
CREATE OR REPLACE VIEW views._first_load AS
    SELECT d.no, d.id, d.hashes > 0 AS hashed,
        least((SELECT min(v.loaded_at) FROM main.dataset v WHERE v.id = d.id),
              (SELECT min(v.loaded_at) FROM main.dataset v WHERE v.sha256 = d.sha256 AND v.sha256 <> '')) AS first_at
    FROM main.dataset d WHERE d.current;
-- Which datasets share contacts enough, by number and both ways; a dataset is close to itself. Whatever is counted across
-- lists is counted of close ones alone: fewer contacts in common are none.
CREATE OR REPLACE VIEW views._close AS
    SELECT x.no AS a, y.no AS b
    FROM (SELECT unnest([a, b]) AS one, unnest([b, a]) AS other FROM main.overlap WHERE superseded IS NULL AND views._enough(shared)) o
    JOIN main.dataset x ON x.id = o.one AND x.current JOIN main.dataset y ON y.id = o.other AND y.current
    UNION ALL
    SELECT no, no FROM main.dataset WHERE current;
-- Where canaries were seen; `early`: the canary was imported before the dataset was first loaded
CREATE OR REPLACE VIEW views._sighting AS
    SELECT DISTINCT d.id AS dataset, c.no AS canary, c.kind, c.imported_at <= d.first_at AS early
    FROM (SELECT no, kind, imported_at, unnest([phone, email]) AS key FROM main.canary
          UNION ALL SELECT c.no, c.kind, c.imported_at, k.key FROM main.canary c JOIN main.canary_key k ON k.canary = c.no) c
    JOIN main.membership m ON m.key = c.key JOIN views._first_load d ON d.no = m.dataset;
-- Pairs (dataset, release) by canaries: `late` where one of the seen canaries was imported after the dataset. No view
-- sees canaries in hashes: there `seen` is NULL (attribution counts them), `late` where any of the release's is.
CREATE OR REPLACE VIEW views._release_sighting AS
    SELECT s.dataset, r.release, count(DISTINCT s.canary) AS seen, bool_or(NOT s.early) AS late
    FROM views._sighting s JOIN main.release_canary r ON r.canary = s.canary AND r.scheme <> 'second' JOIN views._size d ON d.id = s.dataset
    WHERE NOT d.hashed GROUP BY ALL
    UNION ALL
    SELECT d.id, r.release, NULL, bool_or(c.imported_at > d.first_at)
    FROM main.release_canary r JOIN main.canary c ON c.no = r.canary JOIN views._first_load d ON d.hashed GROUP BY ALL;
-- The mark of a finding that no trace can compute again, because contents that it rests on were purged
CREATE OR REPLACE VIEW views._purged AS
    SELECT id, views._reason('purged', json_object('dataset', json_object('dataset', id), 'day', json_object('day', strftime(purged_at, '%Y-%m-%d')))) AS said
    FROM main.dataset WHERE current AND purged_at IS NOT NULL;
-- Pairs that a purged list was, or might have been, between: both shared more with it than by chance when it went. Without
-- its contents, whether data went from one to the other through it is another question.
CREATE OR REPLACE VIEW views._beside_purged AS
    SELECT x.id AS a, y.id AS b, list(DISTINCT x.purged) AS purged
    FROM (SELECT z.id AS purged, z.purged_at, d.id, d.loaded_at
          FROM main.dataset z JOIN main.overlap o ON o.superseded IS NULL AND o.p_value < 0.01 AND (o.a = z.id OR o.b = z.id)
          JOIN main.dataset d ON d.current AND d.id <> z.id AND (d.id = o.a OR d.id = o.b) WHERE z.current AND z.purged_at IS NOT NULL) x
    JOIN (SELECT z.id AS purged, d.id, d.loaded_at
          FROM main.dataset z JOIN main.overlap o ON o.superseded IS NULL AND o.p_value < 0.01 AND (o.a = z.id OR o.b = z.id)
          JOIN main.dataset d ON d.current AND d.id <> z.id AND (d.id = o.a OR d.id = o.b) WHERE z.current AND z.purged_at IS NOT NULL) y
        ON x.purged = y.purged AND x.id <> y.id AND x.loaded_at < x.purged_at AND y.loaded_at < x.purged_at
    GROUP BY x.id, y.id;
CREATE OR REPLACE MACRO views._gone(ids) AS coalesce((SELECT list(p.said ORDER BY p.id) FROM views._purged p WHERE list_contains(ids, p.id)), []);
-- The judgement in force on each ordered pair. That two lists are independent is of both directions, and so is taking that back.
CREATE OR REPLACE VIEW views._judged AS
    SELECT a, b, verdict, note, who, "at", no FROM (
        SELECT *, row_number() OVER (PARTITION BY a, b ORDER BY no DESC) AS newest FROM (
            SELECT no, a, b, verdict, note, "at", who FROM main.judgement
            UNION ALL
            SELECT j.no, j.b, j.a, j.verdict, j.note, j."at", j.who FROM main.judgement j LEFT JOIN main.judgement w ON w.no = j.withdraws
            WHERE 'independent' IN (j.verdict, w.verdict)) o) n
    WHERE newest = 1 AND verdict <> 'withdraw';

-- ------------------------------------------------------------------ dossier
CREATE OR REPLACE VIEW views.parties AS
    SELECT p.id AS party, CASE WHEN p.protected THEN '(protected)' ELSE p.name END AS name, p.role,
        CASE WHEN NOT p.protected THEN p.province END AS province, CASE WHEN NOT p.protected THEN p.industry END AS industry,
        p.protected, CASE WHEN p.protected THEN [] ELSE coalesce((SELECT list(a.alias ORDER BY a.alias) FROM main.party_alias a WHERE a.party = p.id), []) END AS aliases,
        p.merged_into, (SELECT count(*) FROM views._size d JOIN main.dataset x USING (no) WHERE x.holder = p.id) AS datasets, p.evidence,
        CASE WHEN NOT p.protected THEN p.name_en END AS name_en, CASE WHEN NOT p.protected THEN p.name_zh END AS name_zh,
        CASE WHEN NOT p.protected THEN p.registration END AS registration
    FROM main.party p;
CREATE OR REPLACE VIEW views.party_suggestions AS SELECT a, b, score, reason FROM main.party_suggestion;
CREATE OR REPLACE VIEW views.evidence AS SELECT id AS evidence, kind, path, text IS NOT NULL AS statement, acquired, by_whom, sha256, bytes FROM main.evidence;
CREATE OR REPLACE VIEW views.relations AS SELECT no AS relation, kind, from_party, to_party, date, basis, evidence FROM main.relation
    WHERE from_party <> to_party;  -- one party since a merge: it says nothing, and comes back when that is taken apart
CREATE OR REPLACE VIEW views.lines AS
    SELECT l.id AS line, len(l.numbers) AS blocks, l.vendor, l.carrier, l.province, l.hand, h.inferred, coalesce(h.whole, false) AS whole,
        coalesce(h.path, []) AS path, h.basis
    FROM main.line l LEFT JOIN main.line_hand h ON h.line = l.id AND h.superseded IS NULL;
CREATE OR REPLACE VIEW views.calling_rules AS
    SELECT id AS rule, kind, carrier, province, since, until, earliest, latest, at_most, default_table FROM main.calling_rule;
CREATE OR REPLACE VIEW views.replies AS
    SELECT p.id AS party, r.asked, r.deadline, r.answered, CASE WHEN r.answered IS NOT NULL THEN 'answered' WHEN r.party IS NULL THEN 'not asked'
        WHEN r.deadline < coalesce(getvariable('today'), current_date) THEN 'no reply by the deadline' ELSE 'asked' END AS state, r.text,
        r.language, r.translation
    FROM main.party p LEFT JOIN main.reply r ON r.party = p.id WHERE p.merged_into IS NULL;
CREATE OR REPLACE VIEW views.judgements AS SELECT no AS judgement, a, b, verdict, note, "at", who FROM main.judgement;
CREATE OR REPLACE VIEW views.claims AS
    SELECT c.id AS claim, c.party, c.about, CASE WHEN coalesce(p.protected, false) THEN NULL ELSE c.speaker END AS speaker, c.channel,
        c.dataset, c.kind, c.value, c.said, c.quote, coalesce(v.verdict, 'untested') AS verdict, v.p_value, coalesce(v.numbers, '{}') AS numbers,
        coalesce(v.alternatives, []) || CASE WHEN v.claim IS NULL THEN [] ELSE views._gone([v.dataset] || coalesce((SELECT list(d.id) FROM main.dataset d WHERE d.current AND d.holder = coalesce(c.about, c.party)), [])) END AS alternatives, coalesce(v.grade, 'G0') AS grade, c.evidence
    FROM main.claim c LEFT JOIN main.party p ON p.id = c.party LEFT JOIN main.claim_verdict v ON v.claim = c.id AND v.superseded IS NULL;
CREATE OR REPLACE VIEW views.contradictions AS
    -- asked five times below, and planned once
    WITH stated AS MATERIALIZED (SELECT claim, about, kind, party, speaker, value, said, dataset, verdict, numbers FROM views.claims)
    SELECT 'two values' AS what, x.about, x.kind AS claim_kind, x.claim AS claim_a, y.claim AS claim_b, x.party AS party_a, y.party AS party_b,
        x.speaker AS speaker_a, y.speaker AS speaker_b, x.value AS value_a, y.value AS value_b, x.said AS said_a, y.said AS said_b,
        CASE WHEN least(abs(try_cast(x.value AS DOUBLE)), abs(try_cast(y.value AS DOUBLE))) > 0
            THEN greatest(try_cast(x.value AS DOUBLE) / try_cast(y.value AS DOUBLE), try_cast(y.value AS DOUBLE) / try_cast(x.value AS DOUBLE)) END AS factor
    FROM stated x JOIN stated y ON x.about = y.about AND x.kind = y.kind AND x.claim < y.claim
        AND (x.dataset IS NULL OR y.dataset IS NULL OR x.dataset = y.dataset)
    WHERE x.kind <> 'other' AND x.value <> y.value AND try_cast(x.value AS DOUBLE) IS DISTINCT FROM try_cast(y.value AS DOUBLE)
        OR x.kind <> 'other' AND x.value <> y.value AND try_cast(x.value AS DOUBLE) IS NULL AND try_cast(y.value AS DOUBLE) IS NULL
    UNION ALL
    SELECT 'two origins', x.about, x.kind, x.claim, y.claim, x.party, y.party, x.speaker, y.speaker, x.kind, y.kind, x.said, y.said, NULL
    FROM stated x JOIN stated y ON x.about = y.about AND x.claim <> y.claim AND x.dataset = y.dataset
    WHERE x.kind = 'random' AND y.kind IN ('own_collection', 'public_sources', 'consented', 'members_only')
    UNION ALL
    SELECT 'claim against data', about, kind, claim, NULL, party, NULL, speaker, NULL, value, verdict, said, NULL, NULL
    FROM stated WHERE verdict = 'contradicted' AND coalesce(json_extract_string(numbers, '$.against'), '') NOT IN ('statement', 'a statement');

-- ------------------------------------------------------------------ lists
CREATE OR REPLACE VIEW views.datasets AS
    SELECT id AS dataset, holder, obtained, created, exported, living, origin, rows, identifiers, contacts, hashes, rejected, masked, duplicates, format, encoding, region,
        collected_under, used_under, evidence, version, sha256, bytes, loaded_at, purged_at, lines, header, title, blank, continued, further, left_out,
        list_title, title_en, title_zh
    FROM main.dataset WHERE current;
CREATE OR REPLACE VIEW views.parts AS
    SELECT d.id AS dataset, p.part, p.hidden, p.format, p.encoding, p.delimiter, p.header_row, p.first_row, p.rows, p.profile
    FROM main.part p JOIN views._size d ON d.no = p.dataset;
CREATE OR REPLACE VIEW views.columns AS
    SELECT d.id AS dataset, c.part, c.position, CASE WHEN c.how = 'header' THEN c.header END AS header, c.role, c.how, c.piece
    FROM main.dataset_column c JOIN views._size d ON d.no = c.dataset;
CREATE OR REPLACE VIEW views.rejects AS
    SELECT d.id AS dataset, r.row, r.position, views._masked_cell(r.raw) AS shown, r.reason, r.row_kept
    FROM main.reject r JOIN views._size d ON d.no = r.dataset;
CREATE OR REPLACE VIEW views.junk AS
    SELECT d.id AS dataset, views._masked_phone(j.key) AS shown, j.reason, j.rows, j.names FROM main.junk j JOIN views._size d ON d.no = j.dataset;

-- Chinese mobile numbers of each list by segment, and those of other countries whose prefix the table has, by the longest one;
-- a list's own counts are always numbers
CREATE OR REPLACE VIEW views.segments AS
    SELECT d.id AS dataset, coalesce(g.province, '') AS province, coalesce(g.city, '') AS city, coalesce(g.carrier, '') AS carrier,
        coalesce(g.kind, 'not allotted') AS kind, count(*) AS numbers
    FROM views._size d JOIN main.membership m ON m.dataset = d.no AND m.key BETWEEN 8613000000000 AND 8619999999999
    LEFT JOIN main.segment g ON g.prefix = substr(m.key::VARCHAR, 3, 7)
    GROUP BY ALL
    UNION ALL
    SELECT dataset, province, city, carrier, kind, sum(numbers)::BIGINT FROM (
        SELECT b.dataset, b.numbers, coalesce(g.province, '') AS province, coalesce(g.city, '') AS city, coalesce(g.carrier, '') AS carrier, g.kind
        FROM (
            SELECT d.id AS dataset, left(m.key::VARCHAR, 10) AS head, count(*) AS numbers
            FROM views._size d JOIN main.membership m ON m.dataset = d.no AND m.key < 1000000000000000
                AND m.key NOT BETWEEN 8613000000000 AND 8619999999999
            WHERE EXISTS (SELECT 1 FROM main.segment WHERE starts_with(prefix, '+'))
            GROUP BY ALL
        ) b CROSS JOIN range(2, 11) AS r(digits) JOIN main.segment g ON g.prefix = '+' || left(b.head, r.digits::INTEGER)
        QUALIFY row_number() OVER (PARTITION BY b.dataset, b.head ORDER BY length(g.prefix) DESC) = 1
    ) GROUP BY ALL;

-- ------------------------------------------------------------------ marking and signals
-- A row that only a copy's file shows may be a person: names are those of identities that were imported or made up.
CREATE OR REPLACE VIEW views.canaries AS
    SELECT c.no AS canary, views._masked_phone(c.phone) AS phone, views._masked_email(c.email_raw) AS email,
        CASE WHEN c.note IS DISTINCT FROM 'found in the copy that was handed over' THEN c.name END AS name, c.organisation, c.kind, c.state, c.since, c.until,
        coalesce((SELECT list(DISTINCT r.release ORDER BY r.release) FROM main.release_canary r WHERE r.canary = c.no), []) AS releases,
        coalesce((SELECT list(DISTINCT s.dataset ORDER BY s.dataset) FROM views._sighting s WHERE s.canary = c.no AND s.early), []) AS seen_in,
        (SELECT count(*) FROM main.signal s WHERE s.canary = c.no) AS signals, c.imported_at
    FROM main.canary c;
CREATE OR REPLACE VIEW views.releases AS
    SELECT r.id AS release, r.dataset, r.recipient, r.date, r.ends, r.purpose, r.use_basis, r.rows,
        (SELECT count(DISTINCT k.canary) FROM main.release_canary k WHERE k.release = r.id AND k.scheme <> 'second') AS canaries,
        (SELECT count(*) FROM main.withheld w WHERE w.release = r.id) AS withheld,
        views._count(r.foreign_rows) AS foreign_rows, r.drawn, CASE WHEN r.drawn THEN parse_filename(r.path) END AS file, r.commitment,
        r.evidence, r.registered_at
    FROM main.release r;
CREATE OR REPLACE VIEW views.withdrawn_releases AS
    SELECT w.id AS release, w.dataset, w.recipient, w.date, w.withdrawn_at, w.reason,
        (SELECT count(DISTINCT k.canary) FROM main.withdrawn_canary k WHERE k.release = w.id) AS canaries,
        (SELECT count(DISTINCT k.canary) FROM main.withdrawn_canary k WHERE k.release = w.id AND k.freed) AS freed, w.drawn, w.commitment
    FROM main.withdrawn_release w;
-- What the hits show is a finding: `tracer trace` reads them all together.
CREATE OR REPLACE VIEW views.signals AS
    SELECT s.at, s.channel, views._masked_caller(s.caller) AS caller, s.canary,
        coalesce((SELECT list(DISTINCT k.release ORDER BY k.release) FROM main.release_canary k WHERE k.canary = s.canary), []) AS releases,
        coalesce(r.reading, views._reason(CASE WHEN s.canary IS NULL THEN 'hit-background-control' ELSE 'hit-not-read' END, '{}')) AS reading,
        r.campaign, r.content, r.pattern, s.duration_s, s.zone, s.file, s.row, s.timed
    FROM main.signal s LEFT JOIN main.signal_reading r ON r.superseded IS NULL AND r.file = s.file AND r.row = s.row AND r.canary = s.canary;
CREATE OR REPLACE VIEW views.signal_rejects AS
    SELECT r.file, f.format, r.row, r.reason, views._masked_cell(r.cell) AS shown FROM main.signal_reject r JOIN main.signal_file f ON f.no = r.file;
CREATE OR REPLACE VIEW views.campaigns AS
    SELECT c.id AS campaign, c.channels, c.first_at, c.last_at, c.hits, c.numbers, c.evidence, c.callers, c.hidden, c.pool, c.content, c.same_province,
        c.script, c.reading, c.releases, c.probability, c.reasons, c.against
    FROM main.campaign c WHERE c.superseded IS NULL;
CREATE OR REPLACE VIEW views.campaign_sources AS
    SELECT s.campaign, s.kind, s.releases, s.client, s.probability FROM main.campaign_source s WHERE s.superseded IS NULL;
CREATE OR REPLACE VIEW views.caller_pools AS
    SELECT p.id AS pool, p.segments, p.calls, p.callers, p.complaints, p.low, p.estimate, p.high, p.first_at, p.last_at, p.campaigns, p.same_province
    FROM main.caller_pool p WHERE p.superseded IS NULL;
CREATE OR REPLACE VIEW views.background AS
    SELECT b.medium, b.numbers, b.months, b.hits, b.rate, b.low, b.high FROM main.signal_background b WHERE b.superseded IS NULL;
-- A canary is watched from its copy's day to the last record that covers it; records of a switch cover all numbers.
CREATE OR REPLACE VIEW views.silence AS
    SELECT w.release, w.recipient, w.medium, w.watched, w.hit, w.hits, w.first_day, w.last_day,
        CASE WHEN w.hit = 0 AND w.watched > 0 THEN 1 - pow(0.05, 1.0 / w.watched) END AS excluded
    FROM (
        SELECT r.id AS release, r.recipient, m.medium, count(*) AS watched, count(*) FILTER (h.hits > 0) AS hit, coalesce(sum(h.hits), 0)::BIGINT AS hits,
            min(greatest(coalesce(r.date, m.first_day), m.first_day)) AS first_day, max(m.last_day) AS last_day
        FROM main.release r JOIN (SELECT DISTINCT release, canary FROM main.release_canary) k ON k.release = r.id JOIN main.canary c ON c.no = k.canary
        JOIN (SELECT CASE WHEN format = 'mbox' THEN 'email' ELSE 'phone' END AS medium, own, CAST(min(first_at) AS DATE) AS first_day, CAST(max(last_at) AS DATE) AS last_day
              FROM main.signal_file WHERE first_at IS NOT NULL GROUP BY ALL) f
            ON CASE WHEN f.medium = 'email' THEN c.email IS NOT NULL ELSE c.phone IS NOT NULL AND (f.own IS NULL OR f.own = c.phone) END
        JOIN (SELECT CASE WHEN format = 'mbox' THEN 'email' ELSE 'phone' END AS medium, CAST(min(first_at) AS DATE) AS first_day, CAST(max(last_at) AS DATE) AS last_day
              FROM main.signal_file WHERE first_at IS NOT NULL GROUP BY ALL) m ON m.medium = f.medium
        LEFT JOIN (SELECT canary, CASE WHEN channel = 'email' THEN 'email' ELSE 'phone' END AS medium, count(*) AS hits FROM main.signal GROUP BY ALL) h ON h.canary = c.no AND h.medium = f.medium
        WHERE (r.date IS NULL OR r.date <= f.last_day) AND (c.until IS NULL OR c.until >= coalesce(r.date, f.first_day)) AND (c.since IS NULL OR c.since <= f.last_day)
        GROUP BY r.id, r.recipient, m.medium
    ) w;
CREATE OR REPLACE VIEW views.signal_files AS SELECT no AS file, path, format, rows, rejected, sha256, loaded_at FROM main.signal_file;
CREATE OR REPLACE VIEW views.complaints AS SELECT file, row, "at", views._masked_caller(caller) AS caller, views._masked_caller(called) AS called FROM main.complaint;

-- How many calls and messages the records of a switch tell of, by day and channel; never whom
CREATE OR REPLACE VIEW views.call_records AS
    SELECT file, CAST("at" AS DATE) AS day, channel, count(*) AS calls, count(DISTINCT caller) AS callers FROM main.call_record GROUP BY ALL;

-- ------------------------------------------------------------------ comparing without showing
CREATE OR REPLACE VIEW views.blind AS
    SELECT e.id AS exchange, e.side, e.party,
        coalesce((SELECT list(DISTINCT d.id ORDER BY d.id) FROM main.dataset d WHERE list_contains(e.datasets, d.no)), []) AS datasets,
        e.members AS identifiers, e.other_members AS other_identifiers, views._count(e.shared) AS shared, e.finished_at IS NOT NULL AND e.shared IS NULL AS small,
        e.counted_only, (SELECT d.id FROM main.dataset d WHERE d.no = e.dataset) AS dataset, e.made_at, e.finished_at
    FROM main.blind_exchange e;

-- What a watch could not tell so far: at least one attempt has failed.
CREATE OR REPLACE VIEW views.untold AS
    SELECT d.channel, count(*) AS messages, min(c."at") AS since, max_by(d.fault, d.conclusion) AS fault
    FROM main.delivery d JOIN main.conclusion c ON c.no = d.conclusion
    WHERE d.delivered_at IS NULL AND d.attempts > 0
    GROUP BY d.channel;

-- ------------------------------------------------------------------ findings
-- What changed between two runs is given by name; the digests of the facts stay inside.
CREATE OR REPLACE VIEW views.trace_runs AS
    SELECT run, "at", version, result, judged,
        CASE WHEN before IS NOT NULL THEN list_filter(json_keys(facts), lambda fact: json_extract_string(facts, '$.' || fact) IS DISTINCT FROM json_extract_string(before, '$.' || fact)) END AS changed
    FROM (SELECT r.*, lag(r.facts) OVER (ORDER BY r.run) AS before FROM main.trace_run r);
CREATE OR REPLACE VIEW views.overlaps AS
    SELECT o.a, o.b, o.shared, o.a_contacts, o.b_contacts, o.expected, o.excess, o.p_value, false AS small, len(views._gone([o.a, o.b])) = 0 AS recomputable
    FROM main.overlap o JOIN views._size x ON x.id = o.a JOIN views._size y ON y.id = o.b
    WHERE o.superseded IS NULL AND views._enough(o.shared) AND NOT x.tiny AND NOT y.tiny
    UNION ALL  -- every pair with a tiny dataset, whether they share a contact or not
    SELECT x.id, y.id, NULL, x.contacts, y.contacts, NULL, NULL, NULL, true, true
    FROM views._size x JOIN views._size y ON x.id < y.id AND (x.tiny OR y.tiny);
CREATE OR REPLACE VIEW views.derivations AS
    SELECT d.parent, d.child, d.probability, d.grade, d.shared, d.parent_contacts, d.child_contacts, d.share_of_child, d.via, d.reasons,
        d.against || views._gone([d.parent, d.child] || coalesce((SELECT q.purged FROM views._beside_purged q WHERE q.a = d.parent AND q.b = d.child), [])) AS against,
        d.weights, j.verdict AS judgement, false AS small, d.kind, d.direction, d.without_judgement,
        j.who AS judged_by, CAST(j."at" AS DATE) AS judged_on, j.note
    FROM main.derivation d JOIN views._size x ON x.id = d.parent JOIN views._size y ON y.id = d.child LEFT JOIN views._judged j ON j.a = d.parent AND j.b = d.child
    WHERE d.superseded IS NULL AND views._enough(d.shared) AND NOT x.tiny AND NOT y.tiny;
-- Derivations of all runs, the superseded ones too; both lists must be here still, and shared enough when it was found
CREATE OR REPLACE VIEW views.derivation_history AS
    SELECT d.run, d.superseded, d.parent, d.child, d.probability, d.grade
    FROM main.derivation d JOIN views._size x ON x.id = d.parent JOIN views._size y ON y.id = d.child
    WHERE views._enough(d.shared) AND NOT x.tiny AND NOT y.tiny AND d.probability > 0;
-- (one column is left out at a time: of several DuckDB keeps the order no two times alike, and the view would seem changed)
CREATE OR REPLACE VIEW views.pairs AS
    SELECT e.* EXCLUDE (run) FROM (SELECT * EXCLUDE (superseded) FROM main.pair_evidence WHERE superseded IS NULL) e
    JOIN views._size x ON x.id = e.a JOIN views._size y ON y.id = e.b WHERE NOT x.tiny AND NOT y.tiny;
CREATE OR REPLACE VIEW views.hidden AS
    SELECT h.id AS hidden, h.parents, h.children, views._count(h.contacts) AS contacts, h.probability, h.reasons FROM main.hidden h
    WHERE h.superseded IS NULL AND NOT EXISTS (SELECT 1 FROM views._size t WHERE t.tiny AND (list_contains(h.parents, t.id) OR list_contains(h.children, t.id)));
CREATE OR REPLACE VIEW views.generations AS
    SELECT g.ancestor, g.dataset, g.hands, g.probability FROM main.generation g JOIN views._size x ON x.id = g.ancestor JOIN views._size y ON y.id = g.dataset
    WHERE g.superseded IS NULL AND NOT x.tiny AND NOT y.tiny;
CREATE OR REPLACE VIEW views.explanations AS
    SELECT e.giver, e.taker, e.kind, e.through, e.probability
    FROM main.explanation e JOIN views._size x ON x.id = e.giver JOIN views._size y ON y.id = e.taker
    WHERE e.superseded IS NULL AND e.probability > 0 AND NOT x.tiny AND NOT y.tiny AND NOT EXISTS (SELECT 1 FROM views._size t WHERE t.tiny AND t.id = e.through);
CREATE OR REPLACE VIEW views.unexplained AS
    SELECT u.dataset, u.contacts, CASE WHEN NOT s.tiny AND views._enough(u.unexplained) THEN views._count(u.explained) END AS explained,
        CASE WHEN NOT s.tiny AND views._enough(u.explained) THEN views._count(u.unexplained) END AS unexplained,
        CASE WHEN s.tiny THEN '<{least}' WHEN NOT views._enough(u.explained) THEN '<{least} explained' WHEN NOT views._enough(u.unexplained) THEN 'all but <{least} explained' END AS small
    FROM main.unexplained u JOIN views._size s ON s.id = u.dataset WHERE u.superseded IS NULL;
-- `quiet`: a list whose numbers are masked has hardly a contact of its own. What its few contacts share is hidden, what
-- its masks say is shown; the reasons about them are known by their codes.
-- Two tests with an alpha each, of which the one that speaks louder decides: tracer/findings/deciding.py.
CREATE OR REPLACE MACRO views._test(p_value, chance) AS CASE WHEN least(p_value, chance) < 1 THEN CASE WHEN chance < p_value THEN 'canaries' ELSE 'draw' END END;
CREATE OR REPLACE MACRO views._error(p_value, chance) AS CASE WHEN least(p_value, chance) < 1 THEN least(p_value, chance) END;
CREATE OR REPLACE VIEW views.attributions AS
    SELECT a.dataset, a.release, a.recipient, a.accused, CASE WHEN NOT dim THEN views._test(a.p_value, a.chance) END AS test, CASE WHEN NOT dim THEN views._error(a.p_value, a.chance) END AS error,
        CASE WHEN NOT dim THEN a.p_value END AS p_value, CASE WHEN NOT dim THEN a.chance END AS chance,
        CASE WHEN NOT dim AND NOT quiet THEN a.e_value END AS e_value, CASE WHEN a.late THEN views._count(a.canaries_seen) ELSE a.canaries_seen END AS canaries_seen, a.canaries_planted,
        CASE WHEN NOT a.tiny THEN views._count(a.rows_matched) END AS rows_matched, CASE WHEN quiet AND NOT a.accused THEN 'G0' ELSE a.grade END AS grade,
        CASE WHEN quiet THEN views._on_masks(a.reasons) WHEN dim THEN [] ELSE a.reasons END AS reasons,
        CASE WHEN quiet THEN views._on_masks(a.against) WHEN dim THEN [] ELSE a.against END
            || views._gone([a.dataset, (SELECT r.dataset FROM main.release r WHERE r.id = a.release)]) AS against, j.verdict AS judgement
    FROM (SELECT a.*, s.tiny, coalesce(k.late, false) AS late, coalesce(k.late, false) AND NOT views._enough(a.rows_matched) AS dim, CASE WHEN s.hashed THEN a.canaries_seen ELSE coalesce(k.seen, 0) END AS sighted, s.tiny AND NOT coalesce(k.late, false) AND sighted = 0 AND len(views._on_masks(a.reasons || a.against)) > 0 AS quiet
          FROM main.attribution a JOIN views._size s ON s.id = a.dataset LEFT JOIN views._release_sighting k ON k.dataset = a.dataset AND k.release = a.release
          WHERE a.superseded IS NULL) a
    LEFT JOIN views._judged j ON j.a = a.release AND j.b = a.dataset
    -- that a row is here must not tell that a tiny dataset, or a canary imported later, shares something
    WHERE (a.quiet OR NOT (a.tiny AND (a.late OR a.sighted = 0))) AND NOT (a.late AND a.rows_matched = 0);
-- Services that are named here are known by name, are parties, or are written by many people (findings/alias_origins).
CREATE OR REPLACE VIEW views.alias_origins AS
    SELECT o.dataset, o.origin, o.party, o.votes, o.addresses, o.share, o.low, o.high, o.background, o.p_value, o.stated, o.reasons,
        o.against || views._gone([o.dataset]) AS against
    FROM main.alias_origin o JOIN views._size s ON s.id = o.dataset WHERE o.superseded IS NULL AND NOT s.tiny;
CREATE OR REPLACE VIEW views.novelty AS
    SELECT n.dataset, n.part, n.first, n.holder, n.since, n.since_by, views._count(n.contacts) AS contacts, n.few, n.share, n.low, n.high, n.reasons,
        n.against || views._gone([n.dataset, n.first]) AS against
    FROM main.novelty n JOIN views._size s ON s.id = n.dataset WHERE n.superseded IS NULL AND NOT s.tiny;
CREATE OR REPLACE VIEW views.vintages AS
    SELECT v.client, v.source, v.dataset, v.from_day, v.to_day, v.best, v.rate, views._count(v.matched) AS matched, v.later, views._count(v.later_seen) AS later_seen,
        v.gone, views._count(v.gone_seen) AS gone_seen, v.releases, v.dates, v.probability, v.reasons, v.against || views._gone([v.source, v.dataset]) AS against
    FROM main.vintage v JOIN views._size s ON s.id = v.dataset JOIN views._size o ON o.id = v.source
    WHERE v.superseded IS NULL AND NOT s.tiny AND NOT o.tiny AND views._enough(v.matched);
CREATE OR REPLACE VIEW views.retention AS
    SELECT r.vendor, r.client, r.release, r.dataset, r.seen_in, r.seen_with, r.first_seen, r.reading, r.after_end, r.probability, r.grade,
        r.reasons, r.against || views._gone([r.dataset, r.seen_in]) AS against, coalesce(j.verdict, d.verdict) AS judgement,
        r.without_judgement, j.who AS judged_by, CAST(j."at" AS DATE) AS judged_on, j.note
    FROM main.retention r JOIN views._size s ON s.id = r.seen_in LEFT JOIN main.judgement j ON j.no = r.judgement
    LEFT JOIN views._judged d ON d.a = r.release AND d.b = r.seen_in
    WHERE r.superseded IS NULL AND (NOT s.tiny OR EXISTS (SELECT 1 FROM views._release_sighting k WHERE k.dataset = r.seen_in AND k.release = r.release AND NOT k.late AND k.seen > 0));
CREATE OR REPLACE VIEW views.complaint_rates AS
    SELECT dimension, name, lines, calls, complaints, counted, rate, low, high, p_value, needed, first_at, last_at
    FROM main.complaint_rate WHERE superseded IS NULL;
CREATE OR REPLACE VIEW views.rule_counts AS
    SELECT line, rule, kind, bound, examined, violations, low, high, first_at, last_at FROM main.rule_count WHERE superseded IS NULL;
CREATE OR REPLACE VIEW views.after_refusal AS
    SELECT nullif(a.refusals, '') AS refusals, nullif(a.client, '') AS client, a.what, a.of, a.party, a.people, a.events, a.own, a.first_day, a.last_day, a.refused_from, a.refused_to,
        a.known_by, l.collected_under, l.used_under
    FROM main.after_refusal a LEFT JOIN views._size f ON f.id = a.refusals LEFT JOIN views._size d ON d.id = a.released
    LEFT JOIN main.dataset l ON l.id = a.released AND l.current AND a.what IN ('listed', 'inside', 'later')
    WHERE a.superseded IS NULL AND views._enough(a.people) AND NOT coalesce(f.tiny, a.refusals <> '') AND NOT coalesce(d.tiny, false);
CREATE OR REPLACE VIEW views.refused_inside AS
    SELECT i.dataset, i.refusals, views._count(i.people) AS people, views._count(i.before) AS before, i.own
    FROM main.refused_inside i JOIN views._size d ON d.id = i.dataset JOIN views._size f ON f.id = i.refusals
    WHERE i.superseded IS NULL AND views._enough(i.people) AND NOT d.tiny AND NOT f.tiny;
CREATE OR REPLACE VIEW views.consent AS
    SELECT what, list, party, client, collected_under, used_under, CASE
            WHEN 'refused' IN (coalesce(collected_under, ''), coalesce(used_under, '')) THEN 'refused'
            WHEN 'none' IN (coalesce(collected_under, ''), coalesce(used_under, '')) THEN 'no basis'
            WHEN coalesce(used_under, 'unknown') = 'unknown' AND coalesce(collected_under, 'unknown') = 'unknown' THEN 'not stated'
            WHEN 'bundled_in_terms' IN (coalesce(collected_under, ''), coalesce(used_under, '')) THEN 'bundled in terms'
            WHEN coalesce(used_under, 'unknown') = 'unknown' THEN 'use without a stated basis'
            WHEN collected_under = 'public_only' AND used_under NOT IN ('public_only', 'explicit') THEN 'used beyond what was public'
            ELSE 'stated' END AS state
    FROM (
        SELECT 'list' AS what, d.id AS list, d.holder AS party, NULL AS client, d.collected_under, d.used_under FROM main.dataset d WHERE d.current AND d.origin <> 'refusals'
        UNION ALL
        SELECT 'copy', r.id, r.recipient, d.holder, d.collected_under, r.use_basis FROM main.release r LEFT JOIN main.dataset d ON d.id = r.dataset AND d.current
    );
CREATE OR REPLACE VIEW views.counts AS
    SELECT scope, party, counterparty, list, lists, raw, repeated, untrue, people, together FROM main.legal_count WHERE superseded IS NULL;
-- Each documented or alleged sale with what the contents of the two parties' lists say: a pair that was likely copied from the
-- seller's list to the buyer's agrees; where none does, one that is likelier the other way round disagrees. The
-- likeliest of several pairs is given.
-- Each sale twice: by what is stated of the pairs of lists, and by what would be without judgements (`plain`).
CREATE OR REPLACE VIEW views._sales AS
    SELECT relation, seller, buyer, date, evidence, basis, CASE best WHEN 1 THEN 'agrees' WHEN 2 THEN 'disagrees' WHEN 3 THEN 'open' ELSE 'no tie' END AS state, parent, child, probability, opposite, grade,
        plain, judgement
    FROM (SELECT *, row_number() OVER (PARTITION BY relation, plain ORDER BY best, probability DESC, parent, child) AS nth
        FROM (SELECT s.*, CASE WHEN f >= 0.5 AND f > g THEN 1 WHEN g > f AND f + g >= 0.5 THEN 2 WHEN f + g >= 0.5 THEN 3 ELSE 4 END AS best,
                CASE WHEN best < 4 THEN CASE WHEN best = 2 THEN t ELSE h END END AS parent, CASE WHEN best < 4 THEN CASE WHEN best = 2 THEN h ELSE t END END AS child,
                CASE WHEN best < 4 THEN greatest(f, g) END AS probability, CASE WHEN best < 4 THEN least(f, g) END AS opposite,
                CASE best WHEN 2 THEN backwards WHEN 4 THEN NULL ELSE along END AS grade, judgement
            FROM (SELECT r.no AS relation, coalesce(p.merged_into, p.id) AS seller, coalesce(q.merged_into, q.id) AS buyer, r.date, r.evidence, r.basis, unnest([false, true]) AS plain
                  FROM main.relation r JOIN main.party p ON p.id = r.from_party JOIN main.party q ON q.id = r.to_party
                  WHERE r.kind = 'sold_to' AND r.from_party <> r.to_party AND (r.basis = 'documented' AND len(r.evidence) > 0 OR r.basis = 'alleged')) s
            LEFT JOIN (SELECT coalesce(hp.merged_into, x.holder) AS from_holder, coalesce(tp.merged_into, y.holder) AS to_holder, x.id AS h, y.id AS t, d.plain,
                           coalesce(sum(d.probability) FILTER (d.parent = x.id), 0) AS f, coalesce(sum(d.probability) FILTER (d.parent = y.id), 0) AS g,
                           max(d.grade) FILTER (d.parent = x.id) AS along, max(d.grade) FILTER (d.parent = y.id) AS backwards, max(j.no) AS judgement
                       FROM (SELECT unnest([parent, child]) AS one, unnest([child, parent]) AS other, parent, CASE WHEN plain THEN coalesce(without_judgement, probability) ELSE probability END AS probability, grade, plain
                             FROM (SELECT *, unnest([false, true]) AS plain FROM views.derivations)) d
                       JOIN main.dataset x ON x.current AND x.id = d.one JOIN main.dataset y ON y.current AND y.id = d.other
                       LEFT JOIN main.party hp ON hp.id = x.holder LEFT JOIN main.party tp ON tp.id = y.holder
                       LEFT JOIN views._judged j ON j.verdict <> 'unsure' AND x.id IN (j.a, j.b) AND y.id IN (j.a, j.b) GROUP BY ALL) c
                ON c.from_holder = s.seller AND c.to_holder = s.buyer AND c.plain = s.plain))
    WHERE nth = 1;
CREATE OR REPLACE VIEW views.sales AS
    SELECT s.relation, s.seller, s.buyer, s.date, s.basis, s.evidence, s.state, s.parent, s.child, s.probability, s.opposite, s.grade,
        j.verdict AS judgement, CASE WHEN j.no IS NOT NULL THEN p.state END AS state_without_judgement, j.who AS judged_by, CAST(j."at" AS DATE) AS judged_on, j.note
    FROM views._sales s JOIN views._sales p ON p.relation = s.relation AND p.plain
    LEFT JOIN main.judgement j ON p.state <> s.state AND j.no = coalesce(s.judgement, p.judgement)
    WHERE NOT s.plain;
CREATE OR REPLACE VIEW views.chains AS
    SELECT c.parties, c.datasets, c.grade, c.first_seen, c.last_seen, c.probability, j.verdict AS judgement, c.without_judgement,
        j.who AS judged_by, CAST(j."at" AS DATE) AS judged_on, j.note
    FROM main.chain c LEFT JOIN main.judgement j ON j.no = c.judgement
    WHERE c.superseded IS NULL AND NOT EXISTS (SELECT 1 FROM views._size t WHERE t.tiny AND list_contains(c.datasets, t.id));
-- Findings of all runs by what they are about, as far as the views of the current ones show them; of attributions those that
-- name a copy.
CREATE OR REPLACE VIEW views.finding_history AS
    SELECT run, superseded, 'derivation' AS finding, [parent, child] AS about, [parent, child] AS lists, probability, grade, NULL AS said
    FROM views.derivation_history
    UNION ALL
    SELECT r.run, r.superseded, 'retention', [r.release, r.seen_in], [r.dataset, r.seen_in], r.probability, r.grade, r.reading
    FROM main.retention r JOIN views._size s ON s.id = r.seen_in WHERE NOT s.tiny AND r.probability > 0
    UNION ALL
    SELECT c.run, c.superseded, 'chain', c.parties, c.datasets, c.probability, c.grade, NULL
    FROM main.chain c WHERE NOT EXISTS (SELECT 1 FROM views._size t WHERE t.tiny AND list_contains(c.datasets, t.id))
    UNION ALL
    SELECT a.run, a.superseded, 'attribution', [a.dataset, a.release], [a.dataset], NULL, a.grade, NULL
    FROM main.attribution a JOIN views._size s ON s.id = a.dataset
    WHERE a.accused AND NOT s.tiny AND NOT EXISTS (SELECT 1 FROM views._release_sighting k WHERE k.dataset = a.dataset AND k.release = a.release AND k.late)
    UNION ALL
    SELECT v.run, v.superseded, 'vintage', [v.source, v.dataset], [v.source, v.dataset], v.probability, NULL, CASE WHEN v.from_day IS NOT NULL OR v.to_day IS NOT NULL THEN concat_ws('/', v.from_day, v.to_day) END
    FROM main.vintage v JOIN views._size s ON s.id = v.dataset JOIN views._size o ON o.id = v.source WHERE NOT s.tiny AND NOT o.tiny AND views._enough(v.matched)
    UNION ALL
    SELECT c.run, c.superseded, 'claim', [c.claim], [c.dataset], NULL, c.grade, c.verdict
    FROM main.claim_verdict c LEFT JOIN views._size s ON s.id = c.dataset WHERE NOT coalesce(s.tiny, false);

-- ------------------------------------------------------------------ what they show: `summary | column: meaning; …`
COMMENT ON VIEW views.parties IS 'Parties of the case, merged ones too | party: id; name: hidden where protected; role: contract''s role; province: where registered; industry: what it deals in; protected: a human source; aliases: other names; merged_into: the party it turned out to be; datasets: current datasets it holds; evidence: ids; name_en: as readers of English see it, hidden likewise; name_zh: the same in Chinese; registration: its number in a company register, hidden likewise';
COMMENT ON VIEW views.party_suggestions IS 'Pairs of parties that may be one; a person decides | a: party; b: party; score: 0 to 1; reason: which names are alike';
COMMENT ON VIEW views.evidence IS 'Evidence without its contents | evidence: id; kind: receipt, interview …; path: file as acquired; statement: a text, not a file; acquired: day; by_whom: who acquired it; sha256: of the clear bytes; bytes: length';
COMMENT ON VIEW views.relations IS 'Ties between parties as stated | relation: number; kind: contract''s kind; from_party: party; to_party: party; date: day; basis: documented, alleged, inferred; evidence: ids';
COMMENT ON VIEW views.lines IS 'Telephone lines | line: id; blocks: numbers and prefixes; vendor: party; carrier: party; province: where attached; hand: as claimed, 1 first hand …; inferred: from who supplies whom; whole: that chain begins with a carrier, else it is the least it can be; path: parties, from the first known supplier; basis: of its weakest relation';
COMMENT ON VIEW views.calling_rules IS 'Rules of carriers that calls are held against | rule: id; kind: hours, per_number, per_caller, complaints; carrier: only its lines; province: only its lines; since: first day; until: last day; earliest: HH:MM; latest: HH:MM; at_most: calls a day, or complaints a call; default_table: the table that ships with the tool';
COMMENT ON VIEW views.segments IS 'Chinese mobile numbers of lists, and those of other countries that the segment table knows, by what it says of them | dataset: id; province: of the segment; city: of the segment; carrier: of the segment; kind: network, virtual, iot, satellite, not allotted; numbers: how many';
COMMENT ON VIEW views.call_records IS 'Calls and messages in the logs of switches, for counting | file: number; day: UTC; channel: call, sms, flash_sms; calls: how many; callers: distinct';
COMMENT ON VIEW views.blind IS 'Comparisons without showing | exchange: the comparison; side: offered, answered or fingerprints; party: the other side; datasets: our lists that were compared; identifiers: ours; other_identifiers: the other side''s, where known; shared: identifiers in both, NULL under {least} or where it was not told; small: under {least}; counted_only: how many was told, not which; dataset: the blind dataset that it became; made_at: of our file; finished_at: when the answer was taken in';
COMMENT ON VIEW views.complaint_rates IS 'Complaints a call | dimension: line, vendor, carrier, province; name: of which; lines: ids; calls: to others than canaries and controls; complaints: all; counted: those on days that the calls cover; rate: counted a call; low: exact 95 % interval; high: its upper end; p_value: so many or more at 1 in 10,000; needed: calls that it takes at least for all complaints to be within 1 in 10,000, at 95 %; first_at: first call (UTC); last_at: last call (UTC)';
COMMENT ON VIEW views.rule_counts IS 'Calls that broke a rule | line: id; rule: id; kind: hours, per_number, per_caller, complaints; bound: the rule; examined: calls; violations: those beyond the rule; low: share, exact 95 % interval; high: its upper end; first_at: first violation (UTC); last_at: last (UTC)';
COMMENT ON VIEW views.after_refusal IS 'People who were handed on, called or listed after they had refused, {least} or more each | refusals: dataset, NULL for all lists of refusals together; client: whom they refused, NULL likewise; what: released, called, complained, listed (they had refused before the list''s day), inside (no earlier refusal of them is known, and days are missing), later (all days are known, and fewer than {least} of them had refused before); of: release, line or dataset, NULL where no line is known; party: recipient, vendor or holder; people: distinct; events: copies or calls; own: whether they refused the client whose list it was, NULL where it is not known for whom was called; first_day: first, of a list its day; last_day: last; refused_from: day of the first of these refusals; refused_to: of the last; known_by: what the day of a list is: created, exported, obtained; collected_under: lawful basis that is stated of a list; used_under: lawful basis';
COMMENT ON VIEW views.refused_inside IS 'People in lists who stand in a list of refusals | dataset: id; refusals: dataset; people: {least} or more; before: those who had refused before the list''s day, NULL under {least} or where that day is not known; own: the same party holds both';
COMMENT ON VIEW views.consent IS 'Stated bases of collection and use | what: list, copy; list: id; party: holder or recipient; client: whose list it was; collected_under: lawful basis; used_under: lawful basis; state: stated, bundled in terms, use without a stated basis, used beyond what was public, no basis, refused, not stated';
COMMENT ON VIEW views.counts IS 'Rows and people as courts count them | scope: held (a list), given (a copy), holder, recipient, client (sums); party: whose; counterparty: client of a copy; list: dataset or release; lists: how many; raw: rows; repeated: rows that name only known contacts; untrue: rows without a usable identifier, and canaries; people: contacts, in sums added up; together: distinct over several lists, NULL where it would tell an overlap under {least}';
COMMENT ON VIEW views.replies IS 'Right of reply, one row a question, or one a party that was not asked | party: id; asked: day; deadline: day; answered: day; state: answered, asked (and not yet due), no reply by the deadline, not asked; text: the answer; language: of the text; translation: JSON, language and text';
COMMENT ON VIEW views.judgements IS 'Decisions of people on edges | judgement: number; a: giver; b: taker; verdict: confirm, reject, unsure, independent (both directions), withdraw; note: why; at: when (UTC); who: who';
COMMENT ON VIEW views.claims IS 'What parties say, and what the data say of it | claim: id; party: who says it; about: whose goods; speaker: hidden for protected parties; channel: phone, chat …; dataset: id; kind: contract''s kind; value: as claimed; said: day; quote: words; verdict: supported, contradicted, consistent, untestable, untested; p_value: of the headline test; numbers: JSON; alternatives: other explanations; grade: G0 to G5; evidence: ids';
COMMENT ON VIEW views.contradictions IS 'Statements that contradict each other or the data | what: two values, two origins, claim against data; about: whose goods; claim_kind: kind; claim_a: id; claim_b: id; party_a: who said a; party_b: who said b; speaker_a: speaker; speaker_b: speaker; value_a: a''s value; value_b: b''s value, or the verdict; said_a: day; said_b: day; factor: how many times the larger number is the smaller';
COMMENT ON VIEW views.datasets IS 'Datasets in their current version | dataset: id; holder: party; obtained: day, an upper bound on its creation; created: day; exported: day of this export; living: whether it went on after its first day, NULL where it is not known; origin: own, obtained, refusals, register, offer; rows: data rows; identifiers: distinct; contacts: distinct; hashes: identifiers that are hashes; rejected: rows without a usable identifier; masked: rows with a masked number or address; duplicates: rows that name only known contacts; format: file format; encoding: text encoding; region: of bare numbers; collected_under: lawful basis; used_under: lawful basis; evidence: ids; version: 1 for the first; sha256: of the file; bytes: of the file; loaded_at: when (UTC); purged_at: when its contents were removed; lines: of the file, lines + further = header + title + rows + blank + continued + left_out; header: lines that name the columns; title: lines above the header; blank: lines of nothing; continued: lines within a cell; further: rows beyond the first of a line of free text; left_out: records that are not read; list_title: as readers see it; title_en: as readers of English see it; title_zh: the same in Chinese';
COMMENT ON VIEW views.parts IS 'Sheets and archive members of datasets | dataset: id; part: number; hidden: a hidden sheet; format: format; encoding: encoding; delimiter: of text; header_row: line of the header; first_row: its first row in the dataset; rows: data rows; profile: the program whose export it is, where its headings are known';
COMMENT ON VIEW views.columns IS 'Columns and what they were taken for | dataset: id; part: number; position: from 0; header: only where it is a known header word; role: phone, email, phone_hash, email_hash, phone_mask, name …; how: header, content, map, format; piece: part of its role that it holds, such as given_name';
COMMENT ON VIEW views.rejects IS 'Cells that gave no usable identifier | dataset: id; row: data row; position: column; shown: the cell with letters and digits masked; reason: why; row_kept: the row has another, usable identifier';
COMMENT ON VIEW views.junk IS 'Identifiers that never link | dataset: id; shown: masked; reason: why; rows: rows with it; names: distinct names with it';
COMMENT ON VIEW views.canaries IS 'Controlled identities | canary: number; phone: masked; email: masked; name: of the persona, NULL where only a copy''s file shows it; organisation: of the persona; kind: canary, home, control, reserve; state: new, live …; since: day; until: day; releases: copies that hold it; seen_in: datasets loaded after its import that hold it; signals: records that reached it; imported_at: when (UTC)';
COMMENT ON VIEW views.releases IS 'Copies handed to recipients | release: id; dataset: id; recipient: party; date: day; ends: day after which nothing may be held; purpose: text; use_basis: lawful basis; rows: of the copy; canaries: in the copy; withheld: rows left out; foreign_rows: rows of the copy that the dataset lacks and that are no canaries, NULL under {least}; drawn: the tool drew its canaries at random; file: name of the copy that the tool wrote; commitment: root of the register; evidence: ids; registered_at: when (UTC)';
COMMENT ON VIEW views.withdrawn_releases IS 'Copies that were taken back before a recipient had them | release: id; dataset: id; recipient: party that was to have it; date: day; withdrawn_at: when (UTC); reason: text; canaries: in the copy; freed: those that other releases may use; drawn: the tool drew its canaries at random; commitment: root of the register, which keeps it';
COMMENT ON VIEW views.signals IS 'Calls and messages that reached canaries and controls | at: when (UTC); channel: call, sms, flash_sms, email; caller: masked, an attribute and no identity; canary: number; releases: copies that hold it; reading: what it shows, in the light of its campaign; campaign: id; content: what of the persona the caller used (name, firm, client, greeted, surname); pattern: probe, call-back storm, burn-in …; duration_s: seconds; zone: of the record; file: number; row: in the file; timed: by whose clock a mail has its time: server, arrival, sender';
COMMENT ON VIEW views.signal_rejects IS 'Records of signals and complaints that could not be read | file: number; format: of the file; row: in the file; reason: why; shown: the cell at fault, masked';
COMMENT ON VIEW views.campaigns IS 'Hits that belong together, and where their numbers come from | campaign: id; channels: call, sms …; first_at: first hit (UTC); last_at: last hit (UTC); hits: signals; numbers: controlled numbers reached; evidence: those that say anything; callers: distinct numbers shown; hidden: hits without a number; pool: caller pool; content: numbers to which something of the persona was said; same_province: share of calls within one province; script: folded, without persona and digits, where three numbers heard it; reading: what it shows; releases: copies behind it at one half or more; probability: of the reading; reasons: codes with their numbers; against: likewise';
COMMENT ON VIEW views.campaign_sources IS 'The posterior of campaigns | campaign: id; kind: background, release, merge, intersection, client, register, planted; releases: copies; client: party; probability: posterior';
COMMENT ON VIEW views.caller_pools IS 'Segments of callers that work for the same campaigns | pool: id; segments: numbers without their last four digits; calls: from them, complaints too; callers: distinct; complaints: how many of the calls; low: cards, lower end at 95 %; estimate: likeliest size; high: upper end; first_at: first hit (UTC); last_at: last hit (UTC); campaigns: ids; same_province: share of calls within one province';
COMMENT ON VIEW views.background IS 'Unsolicited hits on controls | medium: phone, email; numbers: controls; months: number-months watched; hits: on controls; rate: a month and number; low: exact 95 % interval; high: its upper end';
COMMENT ON VIEW views.silence IS 'What it means that canaries of a copy were not reached | release: id; recipient: party; medium: phone, email; watched: canaries that records cover; hit: those that were reached; hits: on them; first_day: watched from; last_day: watched until; excluded: share of the copy that can have been called at most, at 95 %, where none was reached';
COMMENT ON VIEW views.signal_files IS 'Files of signals | file: number; path: as loaded; format: format; rows: records; rejected: records that could not be read; sha256: of the file; loaded_at: when (UTC)';
COMMENT ON VIEW views.complaints IS 'Complaints | file: number; row: in the file; at: when (UTC); caller: masked; called: masked';
COMMENT ON VIEW views.untold IS 'Messages of a watch that a receiver has not taken; they are kept and tried again | channel: kind and host of the receiver; messages: how many; since: when the first was concluded (UTC); fault: why the newest failed';
COMMENT ON VIEW views.trace_runs IS 'Runs of trace | run: number; at: when (UTC); version: of the tool; result: hash of the findings; judged: number of the newest judgement taken in; changed: names of the facts that differ from the run before, NULL where one of the two did not keep them';
COMMENT ON VIEW views.overlaps IS 'Pairs of datasets that share {least} contacts or more, and every pair with a dataset under {least} | a: dataset; b: dataset; shared: contacts, NULL where one of the lists has fewer than {least}; a_contacts: of a; b_contacts: of b; expected: of independent lists of that kind; excess: NULL where shared is; p_value: NULL where shared is; small: one of the datasets has fewer than {least} contacts; recomputable: false where contents were purged';
COMMENT ON VIEW views.derivations IS 'Which dataset was copied from which | parent: dataset; child: dataset; probability: through no third loaded dataset; grade: G0 to G5; shared: contacts; parent_contacts: of the parent; child_contacts: of the child; share_of_child: shared over the child''s; via: proposed hidden dataset; reasons: codes with their numbers; against: likewise; weights: JSON, the waterfall; judgement: a person''s; small: false; kind: copy, version or exchange (each took from the other; a row for each way); direction: told or not_told; without_judgement: where a person has judged the pair, the probability without that; judged_by: who that was; judged_on: the day; note: why';
COMMENT ON VIEW views.derivation_history IS 'Derivations as each run found them | run: that found it; superseded: run that no longer did, NULL where it stands; parent: dataset; child: dataset; probability: through no third loaded dataset; grade: G0 to G5';
COMMENT ON VIEW views.finding_history IS 'Findings of all runs, superseded ones too | run: that found it; superseded: by which run, NULL where it holds; finding: derivation, retention, chain, attribution, vintage, claim; about: ids that make it the same finding; lists: that it rests on; probability: where it has one; grade: G0 to G5; said: its reading, window or verdict';
COMMENT ON VIEW views.pairs IS 'What two lists with contacts in common show of one another: the table that derivations are read from; what would tell of fewer than {least} people is empty | a: dataset; b: dataset; shared: contacts in common; size_a: contacts of a; size_b: contacts of b; two: share of the common ones in no third list; family: lists that are joined by common contacts; third: share of the common ones that two independent samples of a third list would not have in common; thirds: lists that share contacts with either; usual_a: share of it that its relatives hold in the middle of a; low_a: the same in the lower quarter of a; unlike_a: by how much the rows in common differ from its others by who else holds them of a; elsewhere_a: share of its other rows that is in third lists of a; usual_b: share of it that its relatives hold in the middle of b; low_b: the same in the lower quarter of b; unlike_b: by how much the rows in common differ from its others by who else holds them of b; elsewhere_b: share of its other rows that is in third lists of b; rate_ab: share of the source that was taken, b from a; gain_ab: nats that the source explains and no other list does, b from a; rows_ab: share of the common rows that is put down to the source, b from a; early_ab: the same among earlier lists alone, b from a; rank_ab: lists that explain more, b from a; rate_ba: share of the source that was taken, a from b; gain_ba: nats that the source explains and no other list does, a from b; rows_ba: share of the common rows that is put down to the source, a from b; early_ba: the same among earlier lists alone, a from b; rank_ba: lists that explain more, a from b; filled: cells that both fill; differ: of these different; varied: cells that the family does not write alike; alike: of these alike in both; alone: alike in these two alone; slip_a: cells that it alone writes so while the other agrees with a third of a; slip_b: cells that it alone writes so while the other agrees with a third of b; repeats_a: common contacts that are in several of its rows alone of a; repeats_b: common contacts that are in several of its rows alone of b; before: common rows that came in earlier in a; same: common rows that came in on the same day; after: common rows that came in later in a; batch_a: share of its common rows that came in on one day of a; batch_b: share of its common rows that came in on one day of b; dated_a: common rows with a day of a; dated_b: common rows with a day of b; by_a: common rows that came in before the other list was there of a; late_a: common rows that came in after the other list was there of a; further_a: other rows that came in after that of a; by_b: common rows that came in before the other list was there of b; late_b: common rows that came in after the other list was there of b; further_b: other rows that came in after that of b; newer_a: share of its rows that came in after the last of the other of a; newer_b: share of its rows that came in after the last of the other of b; strangers: cells compared where the common contacts are not the same people; ways_numbers: nats for a as the source by how numbers are written; ways_names: the same by how names are written; ways_filled: the same by which cells are filled; one_holder: 1 for one holder; version: 1 for versions of one list; follows: 1 for successive ones; released_ab: 1 for a copy on record, b from a; released_ba: 1 for a copy on record, a from b; created: days from the making of a to that of b; exported: likewise of exports; obtained: likewise of obtaining; own_a: 1 for a client''s own list of a; public_a: 1 for a public source or refusals of a; living_a: 1 where it goes on after its first day and -1 where it does not of a; own_b: 1 for a client''s own list of b; public_b: 1 for a public source or refusals of b; living_b: 1 where it goes on after its first day and -1 where it does not of b; room_ab: days from the first of the source to the last of the copy, b from a; room_ba: days from the first of the source to the last of the copy, a from b';
COMMENT ON VIEW views.hidden IS 'Proposed datasets that nobody loaded | hidden: id; parents: datasets; children: datasets; contacts: NULL under {least}; probability: that it exists; reasons: codes with their numbers';
COMMENT ON VIEW views.generations IS 'How many hands a dataset went through | ancestor: dataset; dataset: dataset; hands: steps; probability: of the descent';
COMMENT ON VIEW views.explanations IS 'How two datasets may have come to have contacts in common; a pair''s rows sum to 1 | giver: dataset; taker: dataset; kind: copied (giver to taker), through (by way of a third), exchange (each took from the other), common (both from a third), states (giver from an older state of a third list, taker from it), register (both collected from one register or public source), hidden (both from a list that nobody obtained), chance, other; through: the list in between, or the common source; probability: of this explanation';
COMMENT ON VIEW views.unexplained IS 'Contacts that no other dataset explains | dataset: id; contacts: its own; explained: NULL where it would tell a count under {least}; unexplained: NULL likewise; small: what can be said instead';
COMMENT ON VIEW views.attributions IS 'Which releases a dataset came from | dataset: id; release: id; recipient: party; accused: named at the stated error; test: that decides, canaries or draw, NULL where neither says anything; error: of the test that decides, how likely a list that does not come from it would do so well; p_value: code null; chance: block null; e_value: never accuses; canaries_seen: NULL under {least} where imported after the dataset; canaries_planted: in the release; rows_matched: ordinary rows, NULL under {least}; grade: G0 to G5; reasons: codes with their numbers; against: likewise; judgement: a person''s';
COMMENT ON VIEW views.alias_origins IS 'Services that addresses of a list name, and by which it was collected | dataset: id; origin: name of a service, NULL where none can be stated; party: that this is; votes: people whose address names it; addresses: people whose address names any service; share: of the list, NULL where it is not stated; low: lower end at 95 %; high: upper end; background: share of such addresses that name it in lists from elsewhere; p_value: chance of so many in a list from elsewhere, over all names in it; stated: at an error of 1 % or less, with 20 addresses or more; reasons: codes with their numbers; against: likewise';
COMMENT ON VIEW views.novelty IS 'Parts of a list by who had its contacts first | dataset: id; part: new (in no earlier list), recycled (in an earlier one), open (no day shows it); first: the earliest list that has them, NULL for several and for other parts; holder: of that list; since: its day; since_by: created or obtained; contacts: NULL under {least}, or where it would give such a count away; few: under {least}; share: of the list, NULL likewise; low: least share, where not all can be compared or a count is hidden; high: largest; reasons: codes with their numbers; against: likewise';
COMMENT ON VIEW views.vintages IS 'In which window a client''s rows left the client | client: party; source: its list; dataset: of another holder; from_day: lower end at 95 %, NULL where nothing bounds it; to_day: upper end, NULL likewise; best: likeliest day; rate: share of the client''s rows that were taken; matched: the client''s contacts in the dataset; later: contacts that the client added after the window; later_seen: of these in the dataset, NULL under {least}; gone: contacts that it had deleted before the window; gone_seen: of these in the dataset, NULL under {least}; releases: copies dated in the window; dates: JSON, how well the day of each copy fits (nats over the mean of all days); probability: that the rows were copied from the client''s list at all; reasons: codes with their numbers; against: likewise';
COMMENT ON VIEW views.retention IS 'What vendors held or passed on | vendor: party; client: party; release: id; dataset: released; seen_in: dataset; seen_with: party; first_seen: day; reading: retained, passed_on, held; after_end: NULL where it cannot be told; probability: of the reading; grade: G0 to G5; reasons: codes with their numbers; against: likewise; judgement: a person''s, on the copy and the list or, where it rests on one, on a step; without_judgement: where it rests on a persons judgement, the probability without that; judged_by: who that was; judged_on: the day; note: why';
COMMENT ON VIEW views.sales IS 'Documented and alleged sales beside what the lists of seller and buyer say | relation: number; seller: party; buyer: party; date: of the sale; basis: documented or alleged; evidence: ids; state: agrees, disagrees, open (copied, direction not told), no tie; parent: dataset that the other was likelier copied from; child: dataset; probability: of that direction; opposite: of the other one; grade: of the derivation told; judgement: a person''s, where the state would be another without it; state_without_judgement: that state; judged_by: who that was; judged_on: the day; note: why';
COMMENT ON VIEW views.chains IS 'Resale chains | parties: in order; datasets: in order; grade: of the weakest step; first_seen: day; last_seen: day; probability: that all its steps are true; judgement: a person''s, on one of its steps or on one that sends it this way; without_judgement: the probability without that, NULL where it rests on none or would go another way; judged_by: who that was; judged_on: the day; note: why';
