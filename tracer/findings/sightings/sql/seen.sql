-- canaries in the datasets $targets, with the first row that holds the number, the address or the key
SELECT m.dataset, k.canary, min(m.row) AS row
FROM temp.held_identifier AS m
JOIN (
    SELECT no AS canary, phone AS key FROM canary WHERE phone IS NOT NULL
    UNION
    SELECT no AS canary, email AS key FROM canary WHERE email IS NOT NULL
    UNION
    SELECT canary, key FROM canary_key
) AS k ON k.key = m.key
WHERE m.dataset IN (SELECT unnest($targets))
GROUP BY m.dataset, k.canary
ORDER BY m.dataset, k.canary
