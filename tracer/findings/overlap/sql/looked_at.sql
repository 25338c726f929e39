-- The memberships by which a large case is compared: `percent` of all identifiers, and all that are in a list that is
-- looked at whole.
WITH short_key AS (
    SELECT DISTINCT m.key FROM membership AS m JOIN {traced} AS t ON t.no = m.dataset WHERE t.whole
)
SELECT m.dataset, m.key
FROM (
    SELECT dataset, key FROM membership WHERE (key % 9973) % 100 < $percent
    UNION ALL
    SELECT dataset, key FROM membership SEMI JOIN short_key USING (key) WHERE (key % 9973) % 100 >= $percent
) AS m
JOIN {traced} AS t ON t.no = m.dataset
