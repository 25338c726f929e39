-- the lists that may come from copies, or that copies were made of; refusals and registers are what people gave for others to read
SELECT d.no, d.id, holder, obtained, created, origin = 'own' AS own, contacts, f.first_at
FROM dataset AS d JOIN views._first_load AS f ON f.no = d.no
WHERE current AND purged_at IS NULL AND (origin NOT IN ('refusals', 'register') OR d.id IN (SELECT dataset FROM release))
ORDER BY d.id
