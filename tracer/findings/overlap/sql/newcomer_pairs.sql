-- contacts of a that b has, of all pairs of which the newcomer is one
WITH newcomer AS (
    SELECT m.key
    FROM membership AS m
    WHERE m.dataset = $number
        AND NOT EXISTS (SELECT 1 FROM junk AS j JOIN {traced} AS t ON t.no = j.dataset WHERE j.key = m.key)
),
common AS (
    SELECT m.dataset, count(*) AS keys
    FROM membership AS m
    JOIN newcomer AS n ON n.key = m.key
    JOIN {traced} AS t ON t.no = m.dataset
    WHERE m.dataset <> $number
    GROUP BY m.dataset
)
SELECT a, b, CAST(sum(contacts) AS BIGINT) AS contacts
FROM (
    SELECT dataset AS a, $number AS b, keys AS contacts FROM common
    UNION ALL
    SELECT $number, dataset, keys FROM common
    UNION ALL
    SELECT a, b, -surplus FROM ({surplus}) AS s
) AS counted
GROUP BY a, b
ORDER BY a, b
