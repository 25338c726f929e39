SELECT id, committed, dataset, recipient, date, ends, purpose, use_basis
FROM release
WHERE drawn AND json_extract_string(design, '$.draw') = $draw
ORDER BY id
