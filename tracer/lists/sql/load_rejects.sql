-- Cells that give no identifier, and rows without one. Cells that say nothing do not count in a row that has another.
INSERT INTO reject
WITH refused AS (
    SELECT bad.row, bad.position, bad.raw, bad.reason, bad.status, kept.row IS NOT NULL AS row_kept
    FROM load_bad AS bad LEFT JOIN load_kept AS kept ON kept.row = bad.row
    UNION ALL
    SELECT row, NULL, NULL, reason, 'blank', false FROM load_blank
)
SELECT CAST($dataset AS INTEGER), row, position, raw, reason, row_kept FROM refused
WHERE NOT (row_kept AND (status = 'empty' OR reason = 'placeholder'))
ORDER BY row, position, raw, reason
