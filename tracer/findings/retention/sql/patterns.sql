-- ordinary identifiers of a client's released datasets $sources by the set of them that holds each ("2,5") and the
-- releases that cannot have held it, as the row history says, and how many of each stand in the datasets $targets
-- (dataset 0: in the sources themselves), of which only the sources count that are close: close_source(dataset, source)
WITH marked AS (
    SELECT phone AS key FROM canary WHERE phone IS NOT NULL
    UNION
    SELECT email AS key FROM canary WHERE email IS NOT NULL
), pattern AS (
    SELECT m.key, string_agg(CAST(m.dataset AS VARCHAR), ',' ORDER BY m.dataset) AS sources, any_value(a.lacking) AS lacking
    FROM membership AS m LEFT JOIN (
        SELECT key, list(release ORDER BY release) AS lacking FROM absent_then GROUP BY key
    ) AS a ON a.key = m.key
    WHERE m.dataset IN (SELECT unnest($sources)) AND m.key NOT IN (SELECT key FROM marked)
    GROUP BY m.key
)
SELECT 0 AS dataset, sources, coalesce(lacking, []) AS lacking, count(*) AS keys FROM pattern GROUP BY ALL
UNION ALL
SELECT dataset, sources, lacking, count(*) AS keys
FROM (
    SELECT t.dataset, t.key, string_agg(DISTINCT CAST(c.source AS VARCHAR), ',' ORDER BY CAST(c.source AS VARCHAR)) AS sources,
        any_value(coalesce(p.lacking, [])) AS lacking
    FROM pattern AS p
    JOIN temp.held_identifier AS t ON t.key = p.key
    JOIN temp.close_source AS c ON c.dataset = t.dataset
    JOIN membership AS m ON m.dataset = c.source AND m.key = p.key
    WHERE t.dataset IN (SELECT unnest($targets)) AND c.source IN (SELECT unnest($sources))
    GROUP BY t.dataset, t.key
)
GROUP BY ALL
ORDER BY dataset, sources, lacking
