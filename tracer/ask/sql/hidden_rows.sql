-- The rows that a list must have held from which $children (numbers of versions) were copied: those that two of them have
-- in common; $witness gives each child's group of near-copies, which count as one. How many rows stand in how many groups,
-- and how many of them in each child. Junk identifiers do not link, nor do lists that are not close.
WITH child AS (
    SELECT unnest($children) AS dataset, unnest($witness) AS witness
), close AS (
    SELECT x.dataset AS a, y.dataset AS b FROM main.membership x JOIN main.membership y ON y.key = x.key
    WHERE x.dataset IN (SELECT dataset FROM child) AND y.dataset IN (SELECT dataset FROM child)
    GROUP BY x.dataset, y.dataset HAVING count(*) >= 20
), held AS (
    SELECT m.key, count(DISTINCT c.witness) AS witnesses, list(DISTINCT m.dataset) AS holders
    FROM main.membership m JOIN child c USING (dataset)
    WHERE m.key NOT IN (SELECT j.key FROM main.junk j JOIN child USING (dataset) WHERE j.key IS NOT NULL)
        AND EXISTS (
            SELECT 1 FROM main.membership o JOIN close n ON n.a = m.dataset AND n.b = o.dataset
            JOIN child w ON w.dataset = o.dataset AND w.witness <> c.witness WHERE o.key = m.key
        )
    GROUP BY m.key HAVING witnesses > 1
)
SELECT 'children' AS what, witnesses AS which, count(*) AS contacts FROM held GROUP BY ALL
UNION ALL
SELECT 'dataset', holder, count(*) FROM (SELECT unnest(holders) AS holder FROM held) GROUP BY ALL
ORDER BY ALL
