INSERT INTO reject
WITH hit AS (
    SELECT DISTINCT link.row, link.position FROM load_link AS link JOIN load_hotline AS hotline ON hotline.key = link.key
)
SELECT CAST($dataset AS INTEGER), hit.row, hit.position, cell.raw, 'hotline', kept.row IS NOT NULL
FROM hit JOIN load_cell AS cell ON cell.row = hit.row AND cell.position = hit.position
    LEFT JOIN load_kept AS kept ON kept.row = hit.row
ORDER BY hit.row, hit.position
