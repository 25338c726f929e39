-- The columns of dataset $number that say when a row came and went, or have a day of its own, with the rows of their part.
SELECT p.raw_table, p.first_row, list({'position': c.position, 'role': c.role, 'header': c.header, 'how': c.how} ORDER BY c.position)
FROM part AS p JOIN dataset_column AS c ON c.dataset = p.dataset AND c.part = p.part
WHERE p.dataset = $number AND c.role IN ('created', 'deleted', 'date') AND c.how <> 'key'
GROUP BY ALL ORDER BY p.first_row
