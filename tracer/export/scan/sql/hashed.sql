-- which hashes are those of a number in a list, in the forms in which sellers hash it; $candidates, a JSON list. `{hash}`
-- is md5, sha1 or sha256, as the candidates are long: one pass over all numbers for each length that occurs.
WITH candidate(hash) AS MATERIALIZED (SELECT unnest(from_json($candidates, '["VARCHAR"]'))),
number(text) AS (
    SELECT DISTINCT unnest([key::VARCHAR, '+' || key::VARCHAR, substr(key::VARCHAR, 3)])
    FROM membership
    WHERE key < 1000000000000000
)
SELECT DISTINCT c.hash
FROM candidate c
JOIN number n ON c.hash = {hash}(n.text)
ORDER BY c.hash
