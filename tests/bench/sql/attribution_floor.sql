-- What every copy has in common with a list, by hand: canaries seen, and rows of the list that was released.
WITH leak AS (
    SELECT key FROM membership WHERE dataset = $leak
), matched AS (
    SELECT m.dataset, count(*) AS rows
    FROM membership AS m
    JOIN leak ON leak.key = m.key
    WHERE m.dataset IN (SELECT d.no FROM release AS r JOIN dataset AS d ON d.id = r.dataset)
    GROUP BY m.dataset
), seen AS (
    SELECT rc.release, count(*) AS canaries
    FROM release_canary AS rc
    JOIN canary AS c ON c.no = rc.canary
    JOIN leak ON leak.key = c.phone
    GROUP BY rc.release
)
SELECT r.id, coalesce(s.canaries, 0) AS canaries, coalesce(m.rows, 0) AS rows
FROM release AS r
JOIN dataset AS d ON d.id = r.dataset
LEFT JOIN matched AS m ON m.dataset = d.no
LEFT JOIN seen AS s ON s.release = r.id
ORDER BY r.id
