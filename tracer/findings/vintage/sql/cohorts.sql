-- Contacts of `row_history` by when they came and went, and how many of them stand in dataset $dataset.
SELECT h.added_after, h.added_by, CASE WHEN h.gone_by IS NOT NULL THEN h.gone_after END AS gone_after, h.gone_by,
    count(*) AS rows, count(m.key) AS seen
FROM row_history AS h LEFT JOIN (SELECT key FROM membership WHERE dataset = $dataset) AS m ON m.key = h.key
GROUP BY ALL
ORDER BY ALL
