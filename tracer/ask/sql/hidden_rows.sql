-- The rows that a list must have held from which $children (numbers of versions) were copied: those that two of them have
-- in common; $witness gives each child's group of near-copies, which count as one. How many rows stand in how many groups,
-- and how many of them in each child. Junk identifiers do not link, nor do lists that are not close.
WITH child AS (
    SELECT unnest($children) AS dataset, unnest($witness) AS witness
), held AS (
    SELECT m.key, count(DISTINCT c.witness) AS witnesses, list(DISTINCT m.dataset) AS holders
    FROM main.membership m JOIN child c USING (dataset)
    WHERE m.key NOT IN (SELECT j.key FROM main.junk j JOIN child USING (dataset) WHERE j.key IS NOT NULL)
        AND EXISTS (
            SELECT 1 FROM main.membership o JOIN views._close n ON n.a = m.dataset AND n.b = o.dataset
            JOIN child w ON w.dataset = o.dataset AND w.witness <> c.witness WHERE o.key = m.key
        )
    GROUP BY m.key HAVING witnesses > 1
)
SELECT 'children' AS what, witnesses AS which, count(*) AS contacts FROM held GROUP BY ALL
UNION ALL
SELECT 'dataset', holder, count(*) FROM (SELECT unnest(holders) AS holder FROM held) GROUP BY ALL
ORDER BY ALL
