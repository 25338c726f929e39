-- The rows that a list must have held from which $children (numbers of versions) were copied: those that two of them have
-- in common. How many stand in how many of them, and how many in each. Junk identifiers do not link.
WITH held AS (
    SELECT key, list(DISTINCT dataset) AS holders FROM main.membership
    WHERE list_contains($children, dataset) AND key NOT IN (SELECT key FROM main.junk WHERE list_contains($children, dataset) AND key IS NOT NULL)
    GROUP BY key HAVING len(holders) > 1
)
SELECT 'children' AS what, len(holders) AS which, count(*) AS contacts FROM held GROUP BY ALL
UNION ALL
SELECT 'dataset', unnest(holders) AS which, count(*) FROM held GROUP BY ALL
ORDER BY ALL
