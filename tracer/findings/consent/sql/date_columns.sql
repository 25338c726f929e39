-- the date columns of lists of refusals: of several in a part the first
SELECT c.dataset, min(c.position), p.first_row, p.raw_table
FROM dataset_column c JOIN part p ON p.dataset = c.dataset AND p.part = c.part
JOIN dataset d ON d.no = c.dataset AND d.current AND d.purged_at IS NULL AND d.origin = 'refusals'
WHERE c.role = 'date' AND c.how <> 'key'
GROUP BY c.dataset, c.part, p.first_row, p.raw_table ORDER BY ALL
