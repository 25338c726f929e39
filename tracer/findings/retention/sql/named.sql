-- `one_of`: it or another copy is a source
SELECT dataset, release, accused, grade, len(list_filter(against, reason -> reason.code = 'attribution-either')) > 0 AS one_of
FROM attribution
WHERE superseded IS NULL
ORDER BY ALL
