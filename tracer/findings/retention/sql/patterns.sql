-- ordinary identifiers of a client's released datasets $sources by the set of them that holds each and the releases that
-- cannot have held it, as the row history says, and how many of each are in the datasets $targets (sorted afterwards:
-- an ORDER BY within list() costs ten times as much where groups are small)
-- (dataset 0: in the sources themselves), each by those of its sources that are close to that dataset
WITH marked AS (
    SELECT phone AS key FROM canary WHERE phone IS NOT NULL
    UNION
    SELECT email AS key FROM canary WHERE email IS NOT NULL
    UNION
    SELECT key FROM canary_key
), pattern AS (
    SELECT m.key, list_sort(list(m.dataset)) AS sources, any_value(a.lacking) AS lacking
    FROM membership AS m LEFT JOIN (
        SELECT key, list_sort(list(release)) AS lacking FROM absent_then GROUP BY key
    ) AS a ON a.key = m.key
    WHERE m.dataset IN (SELECT unnest($sources)) AND m.key NOT IN (SELECT key FROM marked)
    GROUP BY m.key
), met AS MATERIALIZED (
    SELECT DISTINCT t.dataset, t.key, m.dataset AS source
    FROM temp.held_identifier AS t JOIN membership AS m ON m.key = t.key
    WHERE t.dataset IN (SELECT unnest($targets)) AND m.dataset IN (SELECT unnest($sources))
        AND t.key NOT IN (SELECT key FROM marked)
), close AS (
    SELECT m.dataset, m.source
    FROM met AS m LEFT JOIN contact_alias AS a ON a.dataset = m.source AND a.key = m.key
    GROUP BY m.dataset, m.source HAVING views._enough(count(DISTINCT coalesce(a.contact, m.key)))
)
SELECT 0 AS dataset, sources, coalesce(lacking, []) AS lacking, count(*) AS keys FROM pattern GROUP BY ALL
UNION ALL
SELECT dataset, sources, lacking, count(*) AS keys
FROM (
    SELECT m.dataset, m.key, list_sort(list(m.source)) AS sources,
        any_value(coalesce(p.lacking, [])) AS lacking
    FROM met AS m
    SEMI JOIN close AS c ON c.dataset = m.dataset AND c.source = m.source
    JOIN pattern AS p ON p.key = m.key
    GROUP BY m.dataset, m.key
)
GROUP BY ALL
ORDER BY dataset, sources, lacking
