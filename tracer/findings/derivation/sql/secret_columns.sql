-- The columns of secrets of the current datasets, each with the column of sites next to it.
SELECT d.no, p.raw_table, p.first_row, c.position, min(s.position)
FROM dataset d
JOIN dataset_column c ON c.dataset = d.no AND c.role = 'secret'
JOIN part p ON p.dataset = d.no AND p.part = c.part
LEFT JOIN dataset_column s ON s.dataset = d.no AND s.part = c.part AND s.role = 'site'
WHERE d.current AND d.purged_at IS NULL
GROUP BY d.no, p.part, p.raw_table, p.first_row, c.position
ORDER BY d.no, p.part, c.position
