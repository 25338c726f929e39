-- The same as cohorts for a list of hashes: contacts of the released lists $sources alone, for no others are hashed.
WITH held AS (
    SELECT DISTINCT coalesce(f.contact, t.key) AS key
    FROM temp.held_identifier AS t LEFT JOIN own_contact AS f USING (key)
    WHERE t.dataset = $dataset
), released AS (
    SELECT DISTINCT coalesce(f.contact, m.key) AS key
    FROM membership AS m LEFT JOIN own_contact AS f USING (key)
    WHERE m.dataset IN (SELECT unnest($sources))
)
SELECT h.added_after, h.added_by, CASE WHEN h.gone_by IS NOT NULL THEN h.gone_after END AS gone_after, h.gone_by,
    count(*) AS rows, count(m.key) AS seen
FROM row_history AS h JOIN released AS r ON r.key = h.key LEFT JOIN held AS m ON m.key = h.key
WHERE h.contact
GROUP BY ALL
ORDER BY ALL
