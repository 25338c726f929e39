SELECT id, committed
FROM (SELECT id, committed, drawn, design FROM release UNION ALL SELECT id, committed, drawn, design FROM withdrawn_release)
WHERE drawn AND json_extract_string(design, '$.draw') = $draw
ORDER BY id
