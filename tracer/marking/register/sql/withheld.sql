SELECT w.release, w.key
FROM release AS r
JOIN withheld AS w ON w.release = r.id
WHERE r.drawn AND w.drawn AND json_extract_string(r.design, '$.draw') = $draw
ORDER BY w.release, w.key
