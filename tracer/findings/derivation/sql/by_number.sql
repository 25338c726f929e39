-- For every dataset: steps from row to row, how many of them rise by number (or letters) or else by id, and its last row.
SELECT
    position, count(before) AS steps,
    greatest(count(*) FILTER (sorting >= before), count(*) FILTER (inner_id >= id_before)) AS rising, max(row) AS last
FROM (
    SELECT
        position, sorting, inner_id, row, lag(sorting) OVER (PARTITION BY position ORDER BY row, key) AS before,
        lag(inner_id) OVER (PARTITION BY position ORDER BY row, key) AS id_before
    FROM cell
) AS stepped
GROUP BY position
ORDER BY position;
