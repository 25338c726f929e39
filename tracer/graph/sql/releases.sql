SELECT
    r.id, r.dataset, r.recipient, r.date, r.ends, r.rows, r.purpose, r.use_basis,
    r.commitment IS NOT NULL AS registered, r.sha256 IS NOT NULL AS has_copy, r.evidence,
    (SELECT count(*) FROM release_canary c WHERE c.release = r.id AND c.scheme <> 'second') AS canaries
FROM release r
ORDER BY r.id
