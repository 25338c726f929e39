WITH used AS (
    SELECT DISTINCT unnest([c.phone, c.email]) AS key FROM release_canary AS k JOIN canary AS c ON c.no = k.canary
),
taken AS (
    SELECT canary FROM release_canary UNION SELECT canary FROM code_position WHERE freed IS DISTINCT FROM true
)
SELECT c.no, c.phone, c.email, c.kind, c.state, c.since, c.until, c.consent IS NOT NULL,
    c.no IN (SELECT canary FROM taken), c.phone IN (SELECT key FROM used) OR c.email IN (SELECT key FROM used),
    min(c.no) OVER (PARTITION BY coalesce(c.phone, c.email), c.kind) < c.no,
    CAST(c.imported_at AS DATE), h.heard, coalesce(o.holders, [])
FROM canary AS c
LEFT JOIN (SELECT canary, CAST(max("at") AS DATE) AS heard FROM signal GROUP BY canary) AS h ON h.canary = c.no
LEFT JOIN (
    SELECT k.canary, list(DISTINCT r.recipient ORDER BY r.recipient) AS holders FROM release_canary AS k
    JOIN release AS r ON r.id = k.release GROUP BY k.canary
) AS o ON o.canary = c.no
ORDER BY c.no
