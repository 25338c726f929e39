SELECT k.release, k.canary, k.scheme, k.persona, k.row, c.phone, c.email,
    (SELECT list(x.key ORDER BY x.key) FROM canary_key AS x WHERE x.canary = k.canary) AS keys
FROM (SELECT id, drawn, design FROM release UNION ALL SELECT id, drawn, design FROM withdrawn_release) AS r
JOIN (
    SELECT release, canary, scheme, persona, row FROM release_canary
    UNION ALL
    SELECT release, canary, scheme, persona, row FROM withdrawn_canary
) AS k ON k.release = r.id
LEFT JOIN canary AS c ON c.no = k.canary
WHERE r.drawn AND json_extract_string(r.design, '$.draw') = $draw
ORDER BY k.release, k.canary, k.row
