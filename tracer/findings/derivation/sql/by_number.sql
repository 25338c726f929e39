-- For every dataset: steps from row to row, and how many of them rise by number.
SELECT position, count(before) AS steps, count(*) FILTER (key > before) AS rising
FROM (SELECT position, key, lag(key) OVER (PARTITION BY position ORDER BY row, key) AS before FROM cell) AS stepped
GROUP BY position
ORDER BY position;
