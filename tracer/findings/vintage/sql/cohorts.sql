-- Contacts of `row_history` (of the lists $lists) by when they came and went, and how many of them each of $datasets has in
-- common, by whichever identifier, with those of these lists that are close to it: one row for every dataset and cohort.
WITH history AS (
    SELECT key, added_after, added_by, CASE WHEN gone_by IS NOT NULL THEN gone_after END AS gone_after, gone_by
    FROM row_history WHERE contact
), cohort AS (
    SELECT added_after, added_by, gone_after, gone_by, count(*) AS rows FROM history GROUP BY ALL
), held AS (
    SELECT DISTINCT m.dataset, coalesce(f.contact, m.key) AS key
    FROM membership AS m
    JOIN views._close AS c ON c.a = m.dataset AND list_contains($lists, c.b)
    JOIN membership AS o ON o.dataset = c.b AND o.key = m.key
    LEFT JOIN own_contact AS f ON f.key = o.key
    WHERE m.dataset IN (SELECT unnest($datasets))
), seen AS (
    SELECT m.dataset, h.added_after, h.added_by, h.gone_after, h.gone_by, count(*) AS seen
    FROM held AS m JOIN history AS h USING (key)
    GROUP BY ALL
)
SELECT d.dataset, c.added_after, c.added_by, c.gone_after, c.gone_by, c.rows, coalesce(s.seen, 0) AS seen
FROM (SELECT unnest($datasets) AS dataset) AS d CROSS JOIN cohort AS c LEFT JOIN seen AS s
    ON s.dataset = d.dataset AND s.added_after IS NOT DISTINCT FROM c.added_after
    AND s.added_by IS NOT DISTINCT FROM c.added_by AND s.gone_after IS NOT DISTINCT FROM c.gone_after
    AND s.gone_by IS NOT DISTINCT FROM c.gone_by
ORDER BY ALL
