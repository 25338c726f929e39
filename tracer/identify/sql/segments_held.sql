-- how many Chinese segments there are, and the prefixes of other countries
SELECT count(*) FILTER (NOT starts_with(prefix, '+')), coalesce(list(DISTINCT prefix) FILTER (starts_with(prefix, '+')), [])
FROM segment
