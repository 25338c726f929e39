-- Rejected records of signals and complaints
-- answers: Which records of calls, messages and complaints could not be read, and why?
-- param file integer = none: only this file (see views.signal_files)
-- param limit integer = 10000: at most so many rows
-- column file integer: the number of the file
-- column format text: its format
-- column row integer: the record in the file
-- column reason text: why it was rejected
-- column shown text: the cell at fault, masked
SELECT file, format, row, reason, shown
FROM views.signal_rejects
WHERE $file IS NULL OR file = $file
ORDER BY file, row
LIMIT $limit
