-- ordinary contacts of dataset $source by which of the copies $copies lack them, and how many of each kind $target shows
WITH lacking AS (
    SELECT w.key, list(DISTINCT list_position($copies::VARCHAR[], w.release) - 1) AS copies
    FROM withheld AS w
    WHERE w.release IN (SELECT unnest($copies::VARCHAR[]))
        AND w.key IN (SELECT key FROM membership WHERE dataset = $source)
        AND NOT EXISTS (SELECT 1 FROM canary AS c WHERE c.phone = w.key OR c.email = w.key)
    GROUP BY w.key
), shown AS (
    SELECT DISTINCT coalesce(a.contact, t.key) AS key
    FROM temp.held_identifier AS t
    LEFT JOIN contact_alias AS a ON a.dataset = $source AND a.key = t.key
    WHERE t.dataset = $target
)
SELECT list_sort(l.copies) AS lacking, count(*) AS contacts, count(s.key) AS shown
FROM lacking AS l LEFT JOIN shown AS s USING (key)
GROUP BY lacking
ORDER BY lacking
