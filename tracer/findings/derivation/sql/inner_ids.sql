-- For every pair of relatives whose rows carry an id: common contacts with the same id, and on each side the share of
-- the dataset's rows whose id is the one before plus one.
WITH step AS (
    SELECT position, inner_id - lag(inner_id) OVER (PARTITION BY position ORDER BY row, key) AS gap
    FROM cell WHERE inner_id IS NOT NULL
),
counted AS (
    SELECT position, avg(CASE WHEN gap BETWEEN 1 AND $widest THEN 1.0 ELSE 0.0 END) AS consecutive FROM step GROUP BY position
)
SELECT p.a, p.b, count(*) AS rows, count(*) FILTER (x.inner_id = y.inner_id) AS alike, min(i.consecutive) AS of_a, min(j.consecutive) AS of_b
FROM relative AS p
JOIN cell AS x ON x.position = p.a AND x.inner_id IS NOT NULL
JOIN cell AS y ON y.position = p.b AND y.key = x.key AND y.inner_id IS NOT NULL
JOIN counted AS i ON i.position = p.a
JOIN counted AS j ON j.position = p.b
GROUP BY p.a, p.b
ORDER BY p.a, p.b;
