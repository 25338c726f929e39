-- raw relations of current lists with the columns that hold names and addresses of people
SELECT p.raw_table, list(c.position ORDER BY c.position) AS positions
FROM dataset d
JOIN part p ON p.dataset = d.no
JOIN dataset_column c ON c.dataset = p.dataset AND c.part = p.part
WHERE c.role IN ('name', 'address') AND d.purged_at IS NULL
GROUP BY ALL
ORDER BY p.raw_table
