SELECT no, id, holder, obtained, created, origin = 'own' AS own, contacts, loaded_at
FROM dataset WHERE current AND purged_at IS NULL ORDER BY id
