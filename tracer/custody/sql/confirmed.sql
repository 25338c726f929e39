-- copies $ids that a person's newest decision confirmed as the source of a list
SELECT release, other
FROM (
    SELECT no, verdict, CASE WHEN a IN (SELECT unnest($ids)) THEN a ELSE b END AS release,
        CASE WHEN a IN (SELECT unnest($ids)) THEN b ELSE a END AS other
    FROM judgement WHERE a IN (SELECT unnest($ids)) OR b IN (SELECT unnest($ids))
)
GROUP BY release, other
HAVING arg_max(verdict, no) = 'confirm'
ORDER BY release, other
