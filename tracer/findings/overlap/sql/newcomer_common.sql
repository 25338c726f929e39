-- identifiers that the newcomer has in common with each other dataset
SELECT m.dataset, count(*) AS keys
FROM membership AS m
JOIN {newcomer_key} AS n ON n.key = m.key
JOIN {traced} AS t ON t.no = m.dataset
WHERE m.dataset <> $number
GROUP BY m.dataset
ORDER BY m.dataset;
