-- Texts of `signal_text` (row, at, caller, called, channel, duration, text, direction, raw) become records: times in UTC
-- by `signal_offset` (hour, offset_s), which tells what the zone's clock stood at.
CREATE OR REPLACE TEMP TABLE signal_record AS
WITH told AS (
    SELECT *, regexp_extract(trim("at"), '(Z|[+-][0-9]{2}:?[0-9]{2})$', 1) AS suffix,
        regexp_replace(trim("at"), '\s*(Z|[+-][0-9]{2}:?[0-9]{2})$', '') AS clock,
        lower(regexp_replace(coalesce(channel, ''), '[\s_-]', '', 'g')) AS channel_word,
        lower(regexp_replace(coalesce(direction, ''), '[\s_-]', '', 'g')) AS direction_word
    FROM signal_text
), timed AS (
    SELECT *, CASE
        WHEN regexp_matches(clock, '^[0-9]{10}(\.[0-9]+)?$') THEN make_timestamp(CAST(floor(CAST(clock AS DOUBLE)) AS BIGINT) * 1000000)
        WHEN regexp_matches(clock, '^[0-9]{13}$') THEN make_timestamp(CAST(clock AS BIGINT) * 1000)
        ELSE try_strptime(clock, $times) END AS local_at,
        regexp_matches(clock, '^[0-9]{10}(\.[0-9]+)?$|^[0-9]{13}$') AS absolute
    FROM told
)
SELECT t.row, CASE
        WHEN t.absolute OR t.suffix = 'Z' THEN t.local_at
        WHEN t.suffix <> '' THEN t.local_at - to_seconds((CASE WHEN left(t.suffix, 1) = '-' THEN -1 ELSE 1 END)
            * (CAST(substr(t.suffix, 2, 2) AS INTEGER) * 3600 + CAST(right(t.suffix, 2) AS INTEGER) * 60))
        ELSE t.local_at - to_seconds(coalesce(o.offset_s, 0)) END AS at_utc,
    CASE WHEN t.absolute THEN 'UTC' WHEN t.suffix = 'Z' THEN 'UTC' WHEN t.suffix <> '' THEN t.suffix ELSE $zone END AS zone,
    coalesce((SELECT w.channel FROM signal_channel_word w WHERE w.word = t.channel_word), CAST($channel AS VARCHAR)) AS channel,
    nullif(trim(t.caller), '') AS caller, nullif(trim(t.called), '') AS called,
    try_cast(t.duration AS DOUBLE) AS duration_s, t.text, t.raw,
    t.direction_word NOT IN (SELECT unnest(CAST($outgoing AS VARCHAR[]))) AS incoming
FROM timed t LEFT JOIN signal_offset o ON o.hour = date_trunc('hour', t.local_at)
