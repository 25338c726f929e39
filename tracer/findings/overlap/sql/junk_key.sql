-- identifiers that link nothing in some list that is compared
SELECT DISTINCT j.key FROM junk AS j JOIN {traced} AS t ON t.no = j.dataset WHERE j.key IS NOT NULL
