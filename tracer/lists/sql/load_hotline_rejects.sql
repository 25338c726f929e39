INSERT INTO reject
WITH hit AS (
    SELECT DISTINCT link.row, link.position, CASE WHEN link.key BETWEEN $further_base AND $email_base THEN 'shared by many' ELSE 'hotline' END AS reason FROM load_link AS link JOIN load_hotline AS hotline ON hotline.key = link.key
)
SELECT CAST($dataset AS INTEGER), hit.row, hit.position, cell.raw, hit.reason, kept.row IS NOT NULL
FROM hit JOIN load_cell AS cell ON cell.row = hit.row AND cell.position = hit.position
    LEFT JOIN load_kept AS kept ON kept.row = hit.row
ORDER BY hit.row, hit.position
