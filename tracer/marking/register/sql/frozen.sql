SELECT id, committed
FROM release
WHERE drawn AND json_extract_string(design, '$.draw') = $draw
ORDER BY id
