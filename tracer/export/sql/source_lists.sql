-- the lists that came from sources, with the days on which they did; $sources: ids
SELECT id, list_sort(list_distinct([day FOR day IN [obtained, created, exported] IF day IS NOT NULL]))
FROM dataset
WHERE list_contains($sources, holder)
ORDER BY id
