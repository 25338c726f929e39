-- Cells of which no reading is an identifier: load_unread(row, position, raw, reason, silent). Silent ones say nothing.
CREATE OR REPLACE TEMP TABLE load_unread AS
SELECT row, position, min(raw) AS raw, coalesce(min(reason) FILTER (status NOT IN ('empty', 'junk')), min(reason)) AS reason,
    bool_and(status = 'empty' OR reason = 'placeholder') AS silent
FROM ({lines})
GROUP BY row, position
HAVING bool_and(key IS NULL)
ORDER BY row, position;
