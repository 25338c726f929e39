-- the lists that may come from copies, or that copies were made of; refusals and registers are what people gave for others to read
SELECT no, id, holder, obtained, created, origin = 'own' AS own, contacts, loaded_at
FROM dataset WHERE current AND purged_at IS NULL AND (origin NOT IN ('refusals', 'register') OR id IN (SELECT dataset FROM release))
ORDER BY id
