SELECT c.no, c.kind, c.phone, c.email, c.name, c.organisation, c.imported_at,
    coalesce((SELECT list(k.key ORDER BY k.key) FROM canary_key AS k WHERE k.canary = c.no), []) AS keys
FROM canary AS c
ORDER BY c.no
