-- ordinary identifiers of a client's released datasets $sources by the set of them that holds each ("2,5"), and how
-- many of each set stand in the datasets $targets (dataset 0: in the sources themselves)
WITH marked AS (
    SELECT phone AS key FROM canary WHERE phone IS NOT NULL
    UNION
    SELECT email AS key FROM canary WHERE email IS NOT NULL
), pattern AS (
    SELECT key, string_agg(CAST(dataset AS VARCHAR), ',' ORDER BY dataset) AS sources
    FROM membership
    WHERE dataset IN (SELECT unnest($sources)) AND key NOT IN (SELECT key FROM marked)
    GROUP BY key
)
SELECT 0 AS dataset, sources, count(*) AS keys FROM pattern GROUP BY sources
UNION ALL
SELECT t.dataset, p.sources, count(DISTINCT p.key) AS keys
FROM pattern AS p JOIN temp.held_identifier AS t ON t.key = p.key
WHERE t.dataset IN (SELECT unnest($targets))
GROUP BY t.dataset, p.sources
ORDER BY dataset, sources
