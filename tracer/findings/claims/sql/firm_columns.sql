-- the columns of firms in the lists $lists
SELECT c.dataset, c.position, p.first_row, p.raw_table FROM dataset_column c
JOIN part p ON p.dataset = c.dataset AND p.part = c.part
WHERE c.role = 'organisation' AND list_contains(CAST($lists AS INTEGER[]), c.dataset)
ORDER BY ALL
