SELECT r.id AS release, r.dataset, r.recipient, r.date, r.ends, k.canary, k.scheme, k.persona, k.row, c.phone, c.email
FROM (
    SELECT id, dataset, recipient, date, ends, drawn, design FROM release
    UNION ALL
    SELECT id, dataset, recipient, date, ends, drawn, design FROM withdrawn_release
) AS r
LEFT JOIN (
    SELECT release, canary, scheme, persona, row FROM release_canary
    UNION ALL
    SELECT release, canary, scheme, persona, row FROM withdrawn_canary
) AS k ON k.release = r.id
LEFT JOIN canary AS c ON c.no = k.canary
WHERE r.drawn AND json_extract_string(r.design, '$.draw') = $draw
ORDER BY r.id, k.canary
