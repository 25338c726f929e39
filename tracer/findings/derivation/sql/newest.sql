-- For every pair of relatives whose rows carry a day (or an id: {value}): rows of each side that come after the other's
-- last ones, its other rows, and the contacts in common that have the same one. The last leaves out two in a thousand.
WITH last_day AS (
    SELECT position, quantile_disc({value}, 0.998) AS newest FROM cell WHERE {value} IS NOT NULL GROUP BY position
),
counted AS (
    SELECT p.a, p.b, c.position, count(*) FILTER (c.{value} > o.newest) AS newer, count(*) FILTER (c.{value} <= o.newest) AS older
    FROM relative AS p
    JOIN cell AS c ON (c.position = p.a OR c.position = p.b) AND c.{value} IS NOT NULL
    JOIN last_day AS o ON o.position = CASE WHEN c.position = p.a THEN p.b ELSE p.a END
    GROUP BY p.a, p.b, c.position
),
common AS (
    SELECT p.a, p.b, count(*) AS rows
    FROM relative AS p
    JOIN cell AS x ON x.position = p.a AND x.{value} IS NOT NULL
    JOIN cell AS y ON y.position = p.b AND y.key = x.key AND y.{value} = x.{value}
    GROUP BY p.a, p.b
)
SELECT k.a, k.b, k.rows, i.newer AS newer_a, i.older AS older_a, j.newer AS newer_b, j.older AS older_b
FROM common AS k
JOIN counted AS i ON i.a = k.a AND i.b = k.b AND i.position = k.a
JOIN counted AS j ON j.a = k.a AND j.b = k.b AND j.position = k.b
ORDER BY k.a, k.b;
