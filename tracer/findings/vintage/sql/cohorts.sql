-- Contacts of `row_history` (of the lists $lists) by when they came and went, and how many of them dataset $dataset has in
-- common with those of these lists that are close to it.
SELECT h.added_after, h.added_by, CASE WHEN h.gone_by IS NOT NULL THEN h.gone_after END AS gone_after, h.gone_by,
    count(*) AS rows, count(m.key) AS seen
FROM row_history AS h LEFT JOIN (
    SELECT DISTINCT m.key
    FROM membership AS m
    JOIN views._close AS c ON c.a = m.dataset AND list_contains($lists, c.b)
    JOIN membership AS o ON o.dataset = c.b AND o.key = m.key
    WHERE m.dataset = $dataset
) AS m ON m.key = h.key
GROUP BY ALL
ORDER BY ALL
