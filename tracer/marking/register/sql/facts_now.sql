SELECT id, committed, dataset, recipient, date, ends, purpose, use_basis
FROM (
    SELECT id, committed, dataset, recipient, date, ends, purpose, use_basis, drawn, design FROM release
    UNION ALL
    SELECT id, committed, dataset, recipient, date, ends, purpose, use_basis, drawn, design FROM withdrawn_release
)
WHERE drawn AND json_extract_string(design, '$.draw') = $draw
ORDER BY id
