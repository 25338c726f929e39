-- columns of the datasets $targets that can hold a persona's name or firm
SELECT c.dataset, p.raw_table, p.first_row, p.rows, c.position, c.role
FROM dataset_column AS c JOIN part AS p ON p.dataset = c.dataset AND p.part = c.part
WHERE c.dataset IN (SELECT unnest($targets)) AND c.role IN ('name', 'organisation')
ORDER BY c.dataset, p.part, c.role, c.position
