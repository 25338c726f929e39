-- every data row of dataset $no with the ordinary contacts that it names; contacts of canaries are left out
WITH named AS (
    SELECT m.key, m.row FROM membership AS m WHERE m.dataset = $no
    UNION ALL
    SELECT d.key, d.row FROM duplicate AS d WHERE d.dataset = $no
), contacts AS (
    SELECT coalesce(a.contact, n.key) AS contact, n.key, n.row
    FROM named AS n LEFT JOIN contact_alias AS a ON a.dataset = $no AND a.key = n.key
), marked AS (
    SELECT contact FROM contacts
    WHERE key IN (SELECT phone FROM canary UNION SELECT email FROM canary UNION SELECT key FROM canary_key)
)
SELECT DISTINCT c.contact, c.row FROM contacts AS c
WHERE c.contact NOT IN (SELECT contact FROM marked)
ORDER BY c.row, c.contact
