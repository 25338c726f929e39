-- For every pair of relatives whose rows carry a day: the share of each side's rows with a day that came in after the last ones of
-- the other. The last leaves out two in a thousand.
WITH day AS (
    SELECT position, came, count(*) AS rows FROM cell WHERE came IS NOT NULL GROUP BY position, came
),
last_day AS (
    SELECT position, quantile_disc(came, 0.998) AS newest FROM cell WHERE came IS NOT NULL GROUP BY position
),
side AS (
    SELECT p.a, p.b, p.list, coalesce(sum(d.rows) FILTER (d.came > o.newest), 0) / sum(d.rows) AS newer
    FROM (SELECT a, b, a AS list, b AS other FROM relative UNION ALL SELECT a, b, b, a FROM relative) AS p
    JOIN last_day AS o ON o.position = p.other
    JOIN day AS d ON d.position = p.list
    GROUP BY p.a, p.b, p.list
)
SELECT a, b, coalesce(max(newer) FILTER (list = a), 0) AS newer_a, coalesce(max(newer) FILTER (list = b), 0) AS newer_b
FROM side
GROUP BY a, b
ORDER BY a, b
