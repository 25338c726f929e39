-- The columns of names and firms of dataset $dataset and of the datasets in $others, by part: a role that only one of the
-- two sides has compares nothing.
WITH text_column AS (
    SELECT c.dataset, c.role, c.position, p.first_row, p.raw_table, c.dataset = $dataset AS mine
    FROM dataset_column c JOIN part p ON p.dataset = c.dataset AND p.part = c.part
    WHERE c.role IN ('name', 'organisation') AND c.how <> 'key' AND (c.dataset = $dataset OR c.dataset IN (SELECT unnest($others)))
)
SELECT dataset, role, position, first_row, raw_table
FROM text_column
WHERE role IN (SELECT role FROM text_column WHERE mine) AND role IN (SELECT role FROM text_column WHERE NOT mine)
ORDER BY ALL
