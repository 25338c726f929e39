-- names and ids of the case's own things; protected parties' names are looked for by themselves
SELECT DISTINCT text
FROM (
    SELECT unnest([id, name, name_en, name_zh, registration, province, industry, role]) AS text FROM party WHERE NOT protected
    UNION ALL SELECT alias FROM party_alias
    UNION ALL SELECT unnest([id, origin, collected_under, used_under]) FROM dataset
    UNION ALL SELECT unnest([id, purpose, use_basis]) FROM release
    UNION ALL SELECT unnest([id, purpose, use_basis]) FROM withdrawn_release
    UNION ALL SELECT unnest([id, kind]) FROM evidence
    UNION ALL SELECT id FROM claim
    UNION ALL SELECT unnest([province, city, carrier]) FROM segment
    UNION ALL SELECT value FROM meta WHERE name = 'name'
)
WHERE text IS NOT NULL
ORDER BY text
