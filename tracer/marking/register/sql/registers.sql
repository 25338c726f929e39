-- One row for each register: a draw whose root was committed.
WITH drawn AS (
    SELECT json_extract_string(design, '$.draw') AS draw, id, dataset, date, commitment, sha256, withdrawn
    FROM (
        SELECT id, dataset, date, commitment, sha256, drawn, design, false AS withdrawn FROM release
        UNION ALL
        SELECT id, dataset, date, commitment, sha256, drawn, design, true AS withdrawn FROM withdrawn_release
    )
    WHERE drawn AND commitment IS NOT NULL
), marked AS (
    SELECT r.draw, count(DISTINCT k.canary) AS canaries
    FROM drawn AS r
    JOIN (
        SELECT release, canary FROM release_canary UNION ALL SELECT release, canary FROM withdrawn_canary
    ) AS k ON k.release = r.id
    GROUP BY r.draw
), absent AS (
    SELECT r.draw, count(*) AS rows
    FROM drawn AS r
    JOIN (
        SELECT release, drawn FROM withheld UNION ALL SELECT release, drawn FROM withdrawn_withheld
    ) AS w ON w.release = r.id
    WHERE w.drawn GROUP BY r.draw
), stamped AS (
    SELECT draw, min(stamped_at) AS first FROM register_stamp GROUP BY draw
)
SELECT d.draw, min(d.dataset), min(d.date), list(d.id ORDER BY d.id), min(d.commitment),
    coalesce(min(m.canaries), 0), coalesce(min(a.rows), 0), count(d.sha256), min(s.first),
    coalesce(list(d.id ORDER BY d.id) FILTER (d.withdrawn), [])
FROM drawn AS d
LEFT JOIN marked AS m ON m.draw = d.draw
LEFT JOIN absent AS a ON a.draw = d.draw
LEFT JOIN stamped AS s ON s.draw = d.draw
GROUP BY d.draw
ORDER BY min(d.date), min(d.dataset), d.draw
