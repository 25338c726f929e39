-- short_key: the identifiers of lists that are looked at whole
SELECT DISTINCT m.key
FROM membership AS m
JOIN {traced} AS t ON t.no = m.dataset
WHERE t.whole;
