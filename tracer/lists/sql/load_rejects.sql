-- Cells that give no identifier, and rows without one. Cells that say nothing are no loss to a row that has another.
INSERT INTO reject
WITH bad AS (
    SELECT row, position, raw, status, reason FROM load_bad
),
bad_row AS (
    SELECT DISTINCT row FROM bad
),
kept AS (
    SELECT DISTINCT bad_row.row FROM bad_row JOIN load_link AS link ON link.row = bad_row.row
    WHERE NOT EXISTS (SELECT 1 FROM load_hotline AS hotline WHERE hotline.key = link.key)
),
refused AS (
    SELECT bad.row, bad.position, bad.raw, bad.reason, kept.row IS NOT NULL AS row_kept, bad.status
    FROM bad LEFT JOIN kept ON kept.row = bad.row
    UNION ALL
    SELECT row, NULL, NULL, reason, false, 'blank' FROM load_blank
)
SELECT CAST($dataset AS INTEGER), row, position, raw, reason, row_kept FROM refused
WHERE NOT (row_kept AND (status = 'empty' OR reason = 'placeholder'))
ORDER BY row, position, raw, reason
