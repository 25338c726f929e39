-- which of the keys are identifiers of a list, of a canary or of a caller; $candidates, a JSON list
WITH candidate(key) AS MATERIALIZED (SELECT unnest(from_json($candidates, '["BIGINT"]')))
SELECT DISTINCT c.key, 'an identifier of a list' AS what
FROM candidate c
WHERE EXISTS (SELECT 1 FROM membership m WHERE m.key = c.key)
UNION
SELECT DISTINCT c.key, 'a canary''s' AS what
FROM candidate c
WHERE EXISTS (SELECT 1 FROM canary k WHERE k.phone = c.key OR k.email = c.key)
ORDER BY 1, 2
