-- Segments are compared as numbers, and repeated lines go where the longest prefix is chosen: both are much faster than texts
-- and a step of their own, and a case waits for this once.
INSERT INTO segment (prefix, province, city, carrier, kind)
WITH given AS (
    SELECT trim(prefix) AS prefix, trim(province) AS province, trim(city) AS city, trim(carrier) AS carrier,
        nullif(trim(kind), '') AS kind, length(trim(prefix)) AS digits
    FROM segment_given
),
expanded AS (
    SELECT unnest(range(CAST(prefix AS INTEGER) * blocks, (CAST(prefix AS INTEGER) + 1) * blocks)) AS segment,
        given.* EXCLUDE (prefix)
    FROM given JOIN (SELECT unnest([3, 4, 5, 6]) AS digits, unnest([10000, 1000, 100, 10]) AS blocks) AS size USING (digits)
    UNION ALL SELECT CAST(prefix AS INTEGER), given.* EXCLUDE (prefix) FROM given WHERE digits = 7
),
ranked AS (
    SELECT *, row_number() OVER (PARTITION BY segment ORDER BY digits DESC, province, city, carrier, kind) AS place
    FROM expanded
)
-- A kind that is not given follows from the prefix, as the ministry has assigned them: satellites (1349, 1740, 1749), things
-- (140, 141, 144, 146, 148), virtual operators (162, 165, 167, 170, 171).
SELECT lpad(CAST(segment AS VARCHAR), 7, '0'), province, city, carrier, coalesce(kind, CASE
    WHEN segment // 1000 IN (1349, 1740, 1749) THEN 'satellite'
    WHEN segment // 10000 IN (140, 141, 144, 146, 148) THEN 'iot'
    WHEN segment // 10000 IN (162, 165, 167, 170, 171) OR contains(carrier, '虚拟') THEN 'virtual'
    ELSE 'network' END) AS kind
FROM ranked WHERE place = 1 ORDER BY segment
