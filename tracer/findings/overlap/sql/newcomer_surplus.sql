-- Contacts with several identifiers that are in common by more than one: how often they were counted too often, of the
-- other dataset's contacts (`theirs`) and of the newcomer's.
WITH several AS (
    SELECT dataset, contact, key FROM contact_alias
    UNION
    SELECT DISTINCT dataset, contact, contact AS key FROM contact_alias
),
theirs AS (
    SELECT s.dataset, count(*) - 1 AS surplus
    FROM several AS s
    JOIN {newcomer_key} AS n ON n.key = s.key
    JOIN {traced} AS t ON t.no = s.dataset
    WHERE s.dataset <> $number
    GROUP BY s.dataset, s.contact
),
mine AS (
    SELECT m.dataset, count(*) - 1 AS surplus
    FROM several AS s
    JOIN {newcomer_key} AS n ON n.key = s.key
    JOIN membership AS m ON m.key = s.key
    JOIN {traced} AS t ON t.no = m.dataset
    WHERE s.dataset = $number AND m.dataset <> $number
    GROUP BY m.dataset, s.contact
)
SELECT true AS theirs, dataset, CAST(sum(surplus) AS BIGINT) AS surplus FROM theirs WHERE surplus > 0 GROUP BY dataset
UNION ALL
SELECT false, dataset, CAST(sum(surplus) AS BIGINT) FROM mine WHERE surplus > 0 GROUP BY dataset
ORDER BY ALL;
