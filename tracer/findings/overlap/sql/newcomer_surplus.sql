-- Contacts with several identifiers that are in common by more than one: how often contacts of a were counted too often
-- in b, of the other dataset's contacts (`theirs`) and of the newcomer's.
WITH newcomer AS (
    SELECT m.key
    FROM membership AS m
    WHERE m.dataset = $number
        AND NOT EXISTS (SELECT 1 FROM junk AS j JOIN {traced} AS t ON t.no = j.dataset WHERE j.key = m.key)
),
several AS (
    SELECT dataset, contact, key FROM contact_alias
    UNION
    SELECT DISTINCT dataset, contact, contact AS key FROM contact_alias
),
theirs AS (
    SELECT s.dataset, count(*) - 1 AS surplus
    FROM several AS s
    JOIN newcomer AS n ON n.key = s.key
    JOIN {traced} AS t ON t.no = s.dataset
    WHERE s.dataset <> $number
    GROUP BY s.dataset, s.contact
),
mine AS (
    SELECT m.dataset, count(*) - 1 AS surplus
    FROM several AS s
    JOIN newcomer AS n ON n.key = s.key
    JOIN membership AS m ON m.key = s.key
    JOIN {traced} AS t ON t.no = m.dataset
    WHERE s.dataset = $number AND m.dataset <> $number
    GROUP BY m.dataset, s.contact
)
SELECT dataset AS a, $number AS b, CAST(sum(surplus) AS BIGINT) AS surplus FROM theirs WHERE surplus > 0 GROUP BY dataset
UNION ALL
SELECT $number, dataset, CAST(sum(surplus) AS BIGINT) FROM mine WHERE surplus > 0 GROUP BY dataset
ORDER BY ALL
