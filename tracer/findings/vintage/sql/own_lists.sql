-- Own lists of all holders that can be put in order of their days.
SELECT coalesce(p.merged_into, d.holder) AS client, d.id, d.no, epoch(coalesce(d.created, d.obtained)) // 86400 AS day
FROM dataset AS d LEFT JOIN party AS p ON p.id = d.holder
WHERE d.current AND d.purged_at IS NULL AND d.origin = 'own' AND coalesce(d.created, d.obtained) IS NOT NULL
ORDER BY client, day, d.id
