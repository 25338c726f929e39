-- ordinary contacts (no canaries) that the datasets $targets share with the released datasets $sources
WITH marked AS (
    SELECT phone AS key FROM canary WHERE phone IS NOT NULL
    UNION
    SELECT email AS key FROM canary WHERE email IS NOT NULL
    UNION
    SELECT key FROM canary_key
)
SELECT t.dataset, s.dataset AS source, count(DISTINCT coalesce(a.contact, s.key)) AS contacts
FROM membership AS s
JOIN temp.held_identifier AS t ON t.key = s.key
LEFT JOIN contact_alias AS a ON a.dataset = s.dataset AND a.key = s.key
WHERE s.dataset IN (SELECT unnest($sources)) AND t.dataset IN (SELECT unnest($targets))
    AND NOT EXISTS (SELECT 1 FROM marked AS c WHERE c.key = s.key)
GROUP BY t.dataset, s.dataset
ORDER BY t.dataset, s.dataset
