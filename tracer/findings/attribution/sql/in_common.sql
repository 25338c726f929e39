-- what the datasets $numbers have in common of the canaries and the lists $sources, as a share of what the smaller one has
WITH asked AS (
    SELECT key FROM membership WHERE dataset IN (SELECT unnest($sources))
    UNION SELECT phone FROM canary WHERE phone IS NOT NULL UNION SELECT email FROM canary WHERE email IS NOT NULL
    UNION SELECT key FROM canary_key
), known AS (
    SELECT DISTINCT h.dataset, h.key FROM temp.held_identifier AS h JOIN asked USING (key)
    WHERE h.dataset IN (SELECT unnest($numbers))
), size AS (
    SELECT dataset, count(*) AS n FROM known GROUP BY dataset
)
SELECT x.dataset, y.dataset, count(*) / least(any_value(a.n), any_value(b.n)) AS share
FROM known AS x JOIN known AS y ON y.key = x.key AND x.dataset < y.dataset
JOIN size AS a ON a.dataset = x.dataset JOIN size AS b ON b.dataset = y.dataset
GROUP BY x.dataset, y.dataset
ORDER BY x.dataset, y.dataset
