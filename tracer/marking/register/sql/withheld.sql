SELECT w.release, w.key
FROM (SELECT id, drawn, design FROM release UNION ALL SELECT id, drawn, design FROM withdrawn_release) AS r
JOIN (SELECT release, key, drawn FROM withheld UNION ALL SELECT release, key, drawn FROM withdrawn_withheld) AS w ON w.release = r.id
WHERE r.drawn AND w.drawn AND json_extract_string(r.design, '$.draw') = $draw
ORDER BY w.release, w.key
