-- What is frozen of the releases of a draw that has no commitment yet; `source` is the SHA-256 of the list's original.
SELECT r.id AS release, r.dataset, d.sha256 AS source, r.recipient, r.date, r.ends, r.purpose, r.use_basis,
    (SELECT count(*) FROM release_canary AS k WHERE k.release = r.id) AS canaries,
    (SELECT count(*) FROM withheld AS w WHERE w.release = r.id AND w.drawn) AS withheld
FROM release AS r
LEFT JOIN dataset AS d ON d.id = r.dataset AND d.current
WHERE r.drawn AND json_extract_string(r.design, '$.draw') = $draw AND r.commitment IS NULL
ORDER BY r.id
