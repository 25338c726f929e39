-- ordinary contacts of the released datasets $sources: all but those of canaries
SELECT s.no AS source, s.contacts - count(DISTINCT coalesce(a.contact, m.key)) AS contacts
FROM dataset AS s
LEFT JOIN (
    SELECT m.dataset, m.key FROM membership AS m
    JOIN (
        SELECT phone AS key FROM canary WHERE phone IS NOT NULL
        UNION
        SELECT email AS key FROM canary WHERE email IS NOT NULL
        UNION
        SELECT key FROM canary_key
    ) AS c ON c.key = m.key
    WHERE m.dataset IN (SELECT unnest($sources))
) AS m ON m.dataset = s.no
LEFT JOIN contact_alias AS a ON a.dataset = m.dataset AND a.key = m.key
WHERE s.no IN (SELECT unnest($sources))
GROUP BY s.no, s.contacts
ORDER BY s.no
