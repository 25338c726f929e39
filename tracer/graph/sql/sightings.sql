-- Canaries found in current datasets. A canary that was imported after the list's bytes were first loaded is left out:
-- otherwise anybody's number, imported as a canary, would tell in which lists that person stands.
WITH first_loaded AS (
    SELECT sha256, min(loaded_at) AS first_at FROM dataset GROUP BY sha256
), wanted AS (
    SELECT no, phone AS key, imported_at FROM canary WHERE phone IS NOT NULL
    UNION
    SELECT no, email AS key, imported_at FROM canary WHERE email IS NOT NULL
)
SELECT DISTINCT w.no, c.kind, d.id
FROM wanted w
JOIN canary c ON c.no = w.no
JOIN membership m ON m.key = w.key
JOIN dataset d ON d.no = m.dataset AND d.current
JOIN first_loaded f ON f.sha256 = d.sha256
WHERE w.imported_at <= f.first_at AND c.kind <> 'control'
ORDER BY w.no, d.id
