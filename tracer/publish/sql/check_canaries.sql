-- canaries and home canaries that are in dataset $id, and the copies that have them
SELECT s.canary, s.kind, list(DISTINCT r.release ORDER BY r.release) FILTER (r.release IS NOT NULL) AS releases
FROM views._sighting AS s LEFT JOIN release_canary AS r USING (canary)
WHERE s.dataset = $id AND s.early AND s.kind <> 'control'
GROUP BY ALL
ORDER BY s.canary
