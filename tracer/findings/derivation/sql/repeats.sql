-- For every pair of relatives: common identifiers that are in several rows on one side alone. `datasets`: those compared.
WITH repeated AS (
    SELECT DISTINCT t.position, d.key FROM duplicate AS d JOIN {datasets} AS t ON t.no = d.dataset
),
common AS (
    SELECT p.a, p.b, r.key, r.position = p.a AS in_a
    FROM relative AS p
    JOIN repeated AS r ON r.position = p.a OR r.position = p.b
    JOIN {datasets} AS t ON t.position = CASE WHEN r.position = p.a THEN p.b ELSE p.a END
    JOIN membership AS m ON m.dataset = t.no AND m.key = r.key
)
SELECT
    a, b,
    count(*) FILTER (in_a AND NOT both_sides) AS of_a,
    count(*) FILTER (NOT in_a AND NOT both_sides) AS of_b
FROM (SELECT a, b, key, in_a, count(*) OVER (PARTITION BY a, b, key) > 1 AS both_sides FROM common) AS c
GROUP BY a, b
ORDER BY a, b;
