-- For every dataset: steps from row to row, how many of them rise by number (or letters), and its last row.
SELECT position, count(before) AS steps, count(*) FILTER (sorting >= before) AS rising, max(row) AS last
FROM (
    SELECT position, sorting, row, lag(sorting) OVER (PARTITION BY position ORDER BY row, key) AS before FROM cell
) AS stepped
GROUP BY position
ORDER BY position;
