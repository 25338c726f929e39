INSERT INTO reject
WITH hit AS (
    SELECT DISTINCT place.row, place.position FROM load_link AS place JOIN load_hotline AS hotline ON hotline.key = place.key
),
hit_row AS (
    SELECT DISTINCT row FROM hit
),
kept AS (
    SELECT DISTINCT hit_row.row FROM hit_row JOIN load_link AS link ON link.row = hit_row.row
    WHERE NOT EXISTS (SELECT 1 FROM load_hotline AS hotline WHERE hotline.key = link.key)
)
SELECT CAST($dataset AS INTEGER), hit.row, hit.position, cell.raw, 'hotline', kept.row IS NOT NULL
FROM hit JOIN load_cell AS cell ON cell.row = hit.row AND cell.position = hit.position
    LEFT JOIN kept ON kept.row = hit.row
ORDER BY hit.row, hit.position
