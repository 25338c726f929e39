-- what attribution says: `grade` where it accuses, and whether this or another copy is surely a source
SELECT dataset, release, if(accused, grade, NULL) AS grade,
    (accused AND grade IN ('G3', 'G4')) OR len(list_filter(against, reason -> reason.code = 'attribution-either')) > 0 AS sure
FROM attribution
WHERE superseded IS NULL
ORDER BY ALL
