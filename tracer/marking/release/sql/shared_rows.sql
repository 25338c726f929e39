-- how many rows of a copy have an identifier, and how many of them one that is in the loaded version $no
SELECT count(*), count(*) FILTER (shared)
FROM (
    SELECT k.part, k.row, count(m.key) > 0 AS shared
    FROM handed_over_key AS k LEFT JOIN membership AS m ON m.key = k.key AND m.dataset = $no
    GROUP BY k.part, k.row
)
