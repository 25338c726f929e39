SELECT k.release, k.canary, k.scheme, k.persona, k.row, c.phone, c.email,
    (SELECT list(x.key ORDER BY x.key) FROM canary_key AS x WHERE x.canary = k.canary) AS keys
FROM release AS r
JOIN release_canary AS k ON k.release = r.id
LEFT JOIN canary AS c ON c.no = k.canary
WHERE r.drawn AND json_extract_string(r.design, '$.draw') = $draw
ORDER BY k.release, k.canary, k.row
