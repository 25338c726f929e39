-- The parts of dataset $number with the columns that say when a row came and went; a column of plain dates counts where
-- none says that it is of adding.
SELECT p.raw_table, p.first_row,
    min(c.position) FILTER (c.role = 'created') AS created, min(c.position) FILTER (c.role = 'deleted') AS deleted,
    min(c.position) FILTER (c.role = 'date') AS date
FROM part AS p JOIN dataset_column AS c ON c.dataset = p.dataset AND c.part = p.part
WHERE p.dataset = $number AND c.role IN ('created', 'deleted', 'date') AND c.how <> 'key'
GROUP BY ALL ORDER BY p.first_row
