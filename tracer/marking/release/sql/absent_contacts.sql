-- contacts of the loaded version $no that the copy of release $release lacks, home canaries left out
INSERT INTO withheld
WITH contacts AS (
    SELECT coalesce(a.contact, m.key) AS contact, bool_or(k.key IS NOT NULL) AS copied,
        bool_or(m.key IN (SELECT unnest([phone, email]) FROM canary UNION SELECT key FROM canary_key)) AS marked
    FROM membership AS m
    LEFT JOIN contact_alias AS a ON a.dataset = m.dataset AND a.key = m.key
    LEFT JOIN (SELECT DISTINCT key FROM handed_over_key) AS k ON k.key = m.key
    WHERE m.dataset = $no
    GROUP BY coalesce(a.contact, m.key)
)
SELECT $release, contact, false FROM contacts WHERE NOT copied AND NOT coalesce(marked, false) ORDER BY contact
