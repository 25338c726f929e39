SELECT id, holder, origin, obtained, created, rows, contacts, purged_at, evidence
FROM dataset
WHERE current
ORDER BY id
