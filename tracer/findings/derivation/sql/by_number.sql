-- For every dataset: steps from row to row, and how many of them rise by number (or by letters).
SELECT position, count(before) AS steps, count(*) FILTER (sorting >= before) AS rising
FROM (SELECT position, sorting, lag(sorting) OVER (PARTITION BY position ORDER BY row, key) AS before FROM cell) AS stepped
GROUP BY position
ORDER BY position;
