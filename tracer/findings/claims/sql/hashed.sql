-- lists of $vendor from after the end of its copy that have the copy's rows as hashes and do not show from which copy, the largest first
SELECT a.dataset, r.id, coalesce(d.obtained, d.created) AS seen, r.ends, s.holder, a.rows_matched, a.grade
FROM attribution AS a
JOIN release AS r ON r.id = a.release AND r.recipient = $vendor
JOIN dataset AS d ON d.id = a.dataset AND d.current AND d.holder = $vendor
JOIN dataset AS s ON s.id = r.dataset AND s.current
WHERE a.superseded IS NULL AND NOT a.accused AND coalesce(d.obtained, d.created) > r.ends
    AND list_contains([one.code FOR one IN a.reasons], $unknown) AND ($dataset IS NULL OR $dataset IN (r.dataset, a.dataset))
ORDER BY a.rows_matched DESC, a.dataset, r.id
