WITH named AS (
    SELECT key, row FROM membership WHERE dataset = $no UNION ALL SELECT key, row FROM duplicate WHERE dataset = $no
),
contact AS (
    SELECT DISTINCT coalesce(a.contact, n.key) AS contact, n.row FROM named AS n
    LEFT JOIN contact_alias AS a ON a.dataset = $no AND a.key = n.key
),
once AS (SELECT contact, min(row) AS row FROM contact GROUP BY contact HAVING count(*) = 1),
marked AS (SELECT phone AS key FROM canary UNION SELECT email FROM canary UNION SELECT key FROM canary_key)
SELECT min(contact) AS contact, row FROM once
WHERE row >= $first AND row < $first + $rows AND contact NOT IN (SELECT key FROM marked WHERE key IS NOT NULL)
GROUP BY row HAVING count(*) = 1 ORDER BY row
