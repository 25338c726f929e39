-- what those are called whose lists are the case's own or were released
WITH client AS (
    SELECT holder AS id FROM dataset WHERE current AND (origin = 'own' OR id IN (SELECT dataset FROM release))
)
SELECT id, name FROM party WHERE name IS NOT NULL AND id IN (FROM client)
UNION
SELECT party, alias FROM party_alias WHERE party IN (FROM client)
ORDER BY 1, 2
