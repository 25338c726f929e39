SELECT w.id, w.recipient, w.date, count(DISTINCT k.canary), count(DISTINCT k.canary) FILTER (k.freed), w.path
FROM withdrawn_release AS w LEFT JOIN withdrawn_canary AS k ON k.release = w.id
WHERE w.id IN (SELECT unnest($ids))
GROUP BY ALL
ORDER BY w.id
