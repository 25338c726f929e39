-- which of $candidates, a JSON list of digits without country code, are the number of somebody who called or complained
WITH candidate(digits) AS MATERIALIZED (SELECT unnest(from_json($candidates, '["VARCHAR"]'))),
shown(digits) AS (
    SELECT DISTINCT ltrim(regexp_replace(regexp_replace(number, '[^0-9]', '', 'g'), '^(00)?{country}', ''), '0')
    FROM (
        SELECT caller AS number FROM signal
        UNION SELECT caller FROM complaint
        UNION SELECT called FROM complaint
    )
    WHERE number IS NOT NULL
)
SELECT DISTINCT c.digits
FROM candidate c
JOIN shown s ON s.digits = c.digits
WHERE length(c.digits) >= 7
ORDER BY c.digits
