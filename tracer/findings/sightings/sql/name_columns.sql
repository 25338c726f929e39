-- columns of dataset $dataset that hold names or firms, by part; piece: given_name or family_name where it is one of both
SELECT p.raw_table, p.first_row, c.position, c.role, c.piece
FROM dataset_column AS c JOIN part AS p ON p.dataset = c.dataset AND p.part = c.part
WHERE c.dataset = $dataset AND (c.role IN ('name', 'organisation') OR c.piece IN ('given_name', 'family_name'))
ORDER BY p.part, c.role, c.position
