-- signals that reached canaries, by caller; the caller's number or address leaves as a mask (138****5678, a***@***.com)
-- and a pseudonym
SELECT
    coalesce(s.caller, '') AS caller,
    CASE
        WHEN s.caller IS NULL OR s.caller = '' THEN NULL
        WHEN contains(s.caller, '@') THEN left(s.caller, 1) || '***@***.' || regexp_extract(s.caller, '([A-Za-z0-9-]+)$', 1)
        WHEN length(s.caller) >= 11 THEN substr(s.caller, 1, length(s.caller) - 8) || '****' || right(s.caller, 4)
        ELSE substr(s.caller, 1, 3) || '****'
    END AS masked,
    s.canary, c.kind, s.channel, min(s."at") AS first_at, max(s."at") AS last_at, count(*) AS signals
FROM signal s
JOIN canary c ON c.no = s.canary
GROUP BY ALL
ORDER BY caller, s.canary, s.channel
