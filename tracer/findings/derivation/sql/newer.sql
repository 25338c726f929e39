-- For every pair of relatives whose rows carry a day: rows of each side that came in after the last ones of the other, and its
-- rows with a day. The last leaves out two in a thousand.
WITH last_day AS (
    SELECT position, quantile_disc(came, 0.998) AS newest FROM cell WHERE came IS NOT NULL GROUP BY position
)
SELECT p.a, p.b,
    count(*) FILTER (c.position = p.a AND c.came > o.newest) / greatest(1, count(*) FILTER (c.position = p.a)) AS newer_a,
    count(*) FILTER (c.position = p.b AND c.came > o.newest) / greatest(1, count(*) FILTER (c.position = p.b)) AS newer_b
FROM relative AS p
JOIN cell AS c ON (c.position = p.a OR c.position = p.b) AND c.came IS NOT NULL
JOIN last_day AS o ON o.position = CASE WHEN c.position = p.a THEN p.b ELSE p.a END
GROUP BY p.a, p.b
ORDER BY p.a, p.b
