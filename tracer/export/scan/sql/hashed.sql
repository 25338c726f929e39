-- which hashes are those of a number in a list, in the forms in which sellers hash it; candidate(hash VARCHAR)
WITH number(text) AS (
    SELECT DISTINCT unnest([key::VARCHAR, '+' || key::VARCHAR, substr(key::VARCHAR, 3)])
    FROM membership
    WHERE key < 1000000000000000
)
SELECT DISTINCT c.hash
FROM candidate c
JOIN number n ON c.hash = md5(n.text) OR c.hash = sha1(n.text) OR c.hash = sha256(n.text)
ORDER BY c.hash
