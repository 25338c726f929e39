-- For every pair of relatives, of the cells that the lists of their family do not all write alike: how many both fill, in how
-- many they agree, in how many they alone agree; and of those in which they differ, how often a third list writes it as the
-- first while no third list writes it as the second (a slip of the second), and the other way round. Kinds of cells of which more than
-- $most differ were written in another way and are left out. Reads `cell_text` and `cell_kind` (`kinds.sql`).
WITH counted AS (
    SELECT family, key, kind, value, count(*) AS lists FROM cell_text GROUP BY ALL
),
several AS (
    SELECT family, key, kind FROM counted GROUP BY ALL HAVING sum(lists) >= 3 AND count(*) >= 2
),
varied AS MATERIALIZED (
    SELECT t.position, t.key, t.kind, t.value, c.lists
    FROM several AS v
    JOIN cell_text AS t ON t.family = v.family AND t.key = v.key AND t.kind = v.kind
    JOIN counted AS c ON c.family = t.family AND c.key = t.key AND c.kind = t.kind AND c.value = t.value
)
SELECT p.a, p.b, count(*) AS varied,
    count(*) FILTER (x.value = y.value) AS alike,
    count(*) FILTER (x.value = y.value AND x.lists = 2) AS alone,
    count(*) FILTER (x.value <> y.value AND x.lists = 1 AND y.lists > 1) AS slip_a,
    count(*) FILTER (x.value <> y.value AND x.lists > 1 AND y.lists = 1) AS slip_b
FROM cell_kind AS p
JOIN varied AS x ON x.position = p.a AND x.kind = p.kind
JOIN varied AS y ON y.position = p.b AND y.key = x.key AND y.kind = x.kind
WHERE p.differ <= $most * p.filled
GROUP BY p.a, p.b
ORDER BY p.a, p.b
