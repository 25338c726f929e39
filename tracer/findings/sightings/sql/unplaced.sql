-- hashes of the datasets $targets that are of no ordinary member of a released dataset
WITH marked AS (
    SELECT phone AS key FROM canary WHERE phone IS NOT NULL
    UNION
    SELECT email AS key FROM canary WHERE email IS NOT NULL
), placed AS (
    SELECT DISTINCT dataset, hash FROM temp.hash_match
    WHERE NOT EXISTS (SELECT 1 FROM marked AS c WHERE c.key = hash_match.key)
)
SELECT m.dataset, count(*) FILTER (p.hash IS NULL) AS hashes
FROM membership AS m LEFT JOIN placed AS p ON p.dataset = m.dataset AND p.hash = m.key
WHERE m.dataset IN (SELECT unnest($targets)) AND m.key >= $first AND m.key < $end
GROUP BY m.dataset ORDER BY m.dataset
