-- Texts of `signal_text` become records: who called whom by which channel, and when; `at_utc` is still the zone's clock
-- where `local`. Needs temp tables `signal_zone` (name, suffix) and `signal_word` (kind, word as written, meaning).
-- $times: strptime formats; $zone; $channel; $own: the telephone's number; $telephone: a telephone's view; $directed:
-- outgoing records do not count as signals; $first_year, $last_year: of times that can be.
CREATE OR REPLACE TEMP TABLE signal_record AS
WITH told AS (
    SELECT * REPLACE (trim(coalesce("at", CASE WHEN clock IS NULL OR contains("date", ':') THEN "date" ELSE "date" || ' ' || clock END)) AS "at"),
        nullif(trim(coalesce(own, $own)), '') AS mine
    FROM signal_text
), sighted AS (
    -- most times are in the format's first form; only the others are looked at closely
    SELECT *, try_strptime("at", list_extract(CAST($times AS VARCHAR[]), 1)) AS sight FROM told
), suffixed AS (
    SELECT *, CASE WHEN sight IS NULL THEN regexp_extract("at", '(Z|[+-][0-9]{2}:?[0-9]{2}|[A-Z]{3,4})$', 1) ELSE '' END AS told_zone
    FROM sighted
), zoned AS (
    SELECT s.*, CASE WHEN told_zone IN ('', 'Z') OR regexp_matches(told_zone, '^[+-]') THEN told_zone ELSE z.suffix END AS suffix
    FROM suffixed s LEFT JOIN signal_zone z ON z.name = s.told_zone
), bared AS (
    SELECT *, CASE WHEN suffix = '' THEN "at" ELSE rtrim(substr("at", 1, length("at") - length(told_zone))) END AS bare FROM zoned
), dated AS (
    SELECT *, CASE WHEN sight IS NULL AND regexp_matches(bare, '^[0-9]{1,2}[-/月][0-9]{1,2}日? ?[0-9]{1,2}:')
        THEN year || '-' || replace(replace(replace(bare, '/', '-'), '月', '-'), '日', '') ELSE bare END AS written,
        sight IS NULL AND regexp_matches(bare, '^([0-9]{10}(\.[0-9]+)?|[0-9]{13}|[0-9]{16})$') AS absolute
    FROM bared
), timed AS (
    SELECT *, CASE WHEN sight IS NOT NULL THEN sight
        WHEN absolute AND length(bare) = 13 AND NOT contains(bare, '.') THEN make_timestamp(CAST(bare AS BIGINT) * 1000)
        WHEN absolute AND length(bare) = 16 AND NOT contains(bare, '.') THEN make_timestamp(CAST(bare AS BIGINT))
        WHEN absolute THEN make_timestamp(CAST(floor(CAST(bare AS DOUBLE)) AS BIGINT) * 1000000)
        ELSE try_strptime(written, $times) END AS told_at
    FROM dated
), possible AS (
    SELECT * REPLACE (CASE WHEN year(told_at) BETWEEN $first_year AND $last_year THEN told_at END AS told_at) FROM timed
)
SELECT t.row, CASE WHEN absolute OR suffix IN ('', 'Z') THEN told_at
        ELSE told_at - to_seconds((CASE WHEN left(suffix, 1) = '-' THEN -1 ELSE 1 END)
            * (CAST(substr(suffix, 2, 2) AS INTEGER) * 3600 + CAST(right(suffix, 2) AS INTEGER) * 60)) END AS at_utc,
    NOT absolute AND suffix = '' AS local,
    CASE WHEN absolute OR suffix = 'Z' THEN 'UTC' WHEN suffix <> '' THEN suffix ELSE $zone END AS zone,
    coalesce(c.meaning, CAST($channel AS VARCHAR)) AS channel,
    CASE WHEN NOT $telephone THEN nullif(trim(t.called), '') WHEN d.meaning = 'in' THEN mine END AS called,
    CASE WHEN NOT $telephone THEN nullif(trim(t.caller), '') END AS caller,
    NOT (($telephone OR $directed) AND d.meaning IS NOT DISTINCT FROM 'out') AS incoming,
    CASE WHEN t.fault IS NOT NULL THEN t.fault
        WHEN $telephone AND d.meaning IS NULL THEN 'it does not tell who called'
        WHEN told_at IS NULL AND written IS NULL AND bare IS NOT NULL THEN 'the time has no year'
        WHEN told_at IS NULL OR suffix IS NULL THEN 'no readable time'
        WHEN $telephone AND d.meaning = 'in' AND mine IS NULL THEN 'no called number'
        WHEN NOT $telephone AND nullif(trim(t.called), '') IS NULL THEN 'no called number' END AS reason
FROM possible t
LEFT JOIN signal_word c ON c.kind = 'channel' AND c.word = coalesce(t.channel, t.piece_channel)
LEFT JOIN signal_word d ON d.kind = 'direction' AND d.word = t.direction
