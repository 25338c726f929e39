-- strongest identifiers of the contacts of dataset $source, those of canaries left out
WITH marked AS (
    SELECT phone AS key FROM canary WHERE phone IS NOT NULL
    UNION
    SELECT email AS key FROM canary WHERE email IS NOT NULL
    UNION
    SELECT key FROM canary_key
)
SELECT coalesce(a.contact, m.key) AS contact
FROM membership AS m LEFT JOIN contact_alias AS a ON a.dataset = m.dataset AND a.key = m.key
LEFT JOIN marked AS c ON c.key = m.key
WHERE m.dataset = $source
GROUP BY coalesce(a.contact, m.key)
HAVING count(c.key) = 0
ORDER BY contact
