SELECT id, holder, origin, obtained, created, rows, contacts, evidence
FROM dataset
WHERE current
ORDER BY id
