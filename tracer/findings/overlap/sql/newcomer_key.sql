-- newcomer_key: the linking identifiers of one dataset
SELECT m.key
FROM membership AS m
WHERE m.dataset = $number
    AND NOT EXISTS (SELECT 1 FROM junk AS j JOIN {traced} AS t ON t.no = j.dataset WHERE j.key = m.key);
