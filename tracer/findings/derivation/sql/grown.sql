-- For every pair of relatives, the share of each side's rows that came in after the day on which it was made.
WITH grown AS (
    SELECT c.position, count(*) FILTER (c.came > t.made) / count(*) AS share
    FROM cell AS c JOIN there AS t ON t.position = c.position
    WHERE c.came IS NOT NULL AND t.made IS NOT NULL GROUP BY c.position
)
SELECT p.a, p.b, coalesce(x.share, 0) AS grown_a, coalesce(y.share, 0) AS grown_b
FROM relative AS p LEFT JOIN grown AS x ON x.position = p.a LEFT JOIN grown AS y ON y.position = p.b
ORDER BY p.a, p.b
