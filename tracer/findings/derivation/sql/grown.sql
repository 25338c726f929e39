-- The share of each list's rows that came in after the day on which it was made.
SELECT c.position, count(*) FILTER (c.came > t.made) / count(*)
FROM cell AS c JOIN there AS t ON t.position = c.position
WHERE c.came IS NOT NULL AND t.made IS NOT NULL GROUP BY c.position ORDER BY c.position
