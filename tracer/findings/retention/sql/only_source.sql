-- contacts of dataset $child that are in one of $parents and in no other loaded list, by that list
SELECT p.id AS source, count(DISTINCT contact) AS contacts FROM (
    SELECT coalesce(a.contact, x.key) AS contact, min(m.dataset) AS source, count(DISTINCT m.dataset) AS lists
    FROM membership AS x
    LEFT JOIN contact_alias AS a ON a.dataset = x.dataset AND a.key = x.key
    JOIN membership AS m ON m.key = x.key AND m.dataset <> x.dataset
    JOIN dataset AS d ON d.no = m.dataset AND d.current
    WHERE x.dataset = $child
    GROUP BY coalesce(a.contact, x.key)
) AS c
JOIN dataset AS p ON p.no = c.source
WHERE lists = 1 AND p.id IN (SELECT unnest($parents))
GROUP BY p.id ORDER BY p.id
