-- The latest day that the case knows of (days since 1970): a list of which no day is known left its source by then.
SELECT epoch(max(day)) // 86400 FROM (
    SELECT unnest([obtained, created]) AS day FROM dataset WHERE current
    UNION ALL
    SELECT date FROM release
)
