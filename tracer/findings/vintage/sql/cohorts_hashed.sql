-- The same as cohorts for a list of hashes: contacts of the released lists $sources alone, for no others are hashed.
SELECT h.added_after, h.added_by, CASE WHEN h.gone_by IS NOT NULL THEN h.gone_after END AS gone_after, h.gone_by,
    count(*) AS rows, count(m.key) AS seen
FROM row_history AS h LEFT JOIN (SELECT DISTINCT key FROM temp.held_identifier WHERE dataset = $dataset) AS m ON m.key = h.key
WHERE h.key IN (SELECT key FROM membership WHERE dataset IN (SELECT unnest($sources)))
GROUP BY ALL
ORDER BY ALL
