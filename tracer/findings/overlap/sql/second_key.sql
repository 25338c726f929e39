-- second_key: identifiers that link nothing that another one of the same contacts does not link: wherever the one is, the
-- other one is too. The strongest of two that always occur together is kept.
WITH beside AS (
    SELECT a.key, a.contact, count(*) AS lists
    FROM contact_alias AS a
    JOIN {traced} AS t ON t.no = a.dataset
    GROUP BY a.key, a.contact
), holders AS (
    SELECT m.key, count(*) AS lists
    FROM membership AS m
    JOIN {traced} AS t ON t.no = m.dataset
    WHERE m.key IN (SELECT key FROM beside UNION SELECT contact FROM beside)
    GROUP BY m.key
), unlinking AS (
    SELECT DISTINCT j.key FROM junk AS j JOIN {traced} AS t ON t.no = j.dataset WHERE j.key IS NOT NULL
), pair AS (
    SELECT b.key, b.contact, b.lists = k.lists AS key_beside, b.lists = c.lists AS contact_beside
    FROM beside AS b
    JOIN holders AS k ON k.key = b.key
    JOIN holders AS c ON c.key = b.contact
    WHERE NOT EXISTS (SELECT 1 FROM unlinking AS u WHERE u.key = b.key)
        AND NOT EXISTS (SELECT 1 FROM unlinking AS u WHERE u.key = b.contact)
)
SELECT DISTINCT CASE WHEN key_beside THEN key ELSE contact END AS key
FROM pair
WHERE key_beside OR contact_beside;
