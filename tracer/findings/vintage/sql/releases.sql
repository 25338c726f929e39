-- Releases of the own lists $sources, with their days and those of the lists (days since 1970).
SELECT r.id, r.recipient, epoch(r.date) // 86400 AS day, epoch(coalesce(d.created, d.obtained)) // 86400 AS made
FROM release AS r JOIN dataset AS d ON d.id = r.dataset AND d.current
WHERE list_contains($sources, r.dataset) AND r.date IS NOT NULL
ORDER BY r.date, r.id
