-- `signal_hit` for `signal`, with the texts of its records. $file: number of the file; $telephone: see records.sql.
-- A record that an earlier file held already, word for word, is not kept again: logs grow, and backups repeat themselves.
INSERT INTO signal (file, row, "at", zone, channel, caller, called_key, canary, duration_s, text, raw, subject, timed)
SELECT $file, h.row, h.at_utc, h.zone, h.channel, nullif(trim(CASE WHEN $telephone THEN t.other ELSE t.caller END), ''), h.key, h.no,
    coalesce(try_cast(t.duration AS DOUBLE),
        CASE WHEN regexp_matches(t.duration, '^[0-9]{1,2}:[0-9]{2}(:[0-9]{2})?$')
            THEN list_reduce(string_split(t.duration, ':'), lambda a, b: CAST(CAST(a AS BIGINT) * 60 + CAST(b AS BIGINT) AS VARCHAR))::DOUBLE
        WHEN regexp_matches(t.duration, '[0-9](小时|时|分|秒)')
            THEN 3600 * coalesce(try_cast(regexp_extract(t.duration, '([0-9]+)小?时', 1) AS DOUBLE), 0)
                + 60 * coalesce(try_cast(regexp_extract(t.duration, '([0-9]+)分', 1) AS DOUBLE), 0)
                + coalesce(try_cast(regexp_extract(t.duration, '([0-9]+)秒', 1) AS DOUBLE), 0) END),
    t.text, w.raw, t.subject, t.timed
FROM signal_hit h
JOIN (SELECT * FROM signal_text WHERE row IN (SELECT row FROM signal_hit)) t ON t.row = h.row
JOIN signal_raw w ON w.row = h.row
WHERE NOT EXISTS (
    SELECT 1 FROM signal s WHERE s.canary = h.no AND s."at" = h.at_utc AND s.raw = w.raw AND s.file < $file
)
ORDER BY h.row, h.no
