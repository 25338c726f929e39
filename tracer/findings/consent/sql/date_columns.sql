-- the columns of lists of refusals that may hold the days: all that name no contact, with the rows of the dataset before the part
SELECT c.dataset, c.part, p.raw_table, p.first_row - 1, d.region, list({'position': c.position, 'header': c.header, 'role': c.role} ORDER BY c.position)
FROM dataset_column c JOIN part p ON p.dataset = c.dataset AND p.part = c.part
JOIN dataset d ON d.no = c.dataset AND d.current AND d.purged_at IS NULL AND d.origin = 'refusals'
WHERE NOT list_contains($identifying, c.role) AND c.role NOT IN ('name', 'address', 'organisation', 'secret') AND c.how <> 'key'
GROUP BY c.dataset, c.part, p.raw_table, p.first_row, d.region ORDER BY c.dataset, c.part
