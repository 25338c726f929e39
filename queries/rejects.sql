-- Rejected cells
-- answers: Which cells gave no usable identifier, and why?
-- param dataset id = none: only this dataset
-- param reason text = none: only this reason
-- param limit integer = 1000: at most so many rows
-- column dataset id: the dataset
-- column row integer: the data row, counted from 1 after the header
-- column position integer: the column, counted from 0
-- column reason text: why the cell was rejected
-- column shown text: the cell, letters and digits masked
-- column row_kept boolean: the row has another, usable identifier
-- column of_reason integer: cells with this reason, of those asked about
SELECT dataset, row, position, reason, shown, row_kept, count(*) OVER (PARTITION BY reason) AS of_reason
FROM views.rejects
WHERE ($dataset IS NULL OR dataset = $dataset) AND ($reason IS NULL OR reason = $reason)
ORDER BY dataset, row, position, reason, shown
LIMIT $limit
