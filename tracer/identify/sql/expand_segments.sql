INSERT INTO segment (prefix, province, city, carrier, kind)
WITH given AS (
    SELECT DISTINCT trim(prefix) AS prefix, trim(province) AS province, trim(city) AS city, trim(carrier) AS carrier,
        nullif(trim(kind), '') AS kind
    FROM segment_given
),
size AS (
    SELECT unnest([3, 4, 5, 6, 7]) AS digits, unnest([10000, 1000, 100, 10, 1]) AS blocks
),
expanded AS (
    SELECT CAST(CAST(given.prefix AS BIGINT) * size.blocks + block.number AS VARCHAR) AS segment, given.*
    FROM given JOIN size ON size.digits = length(given.prefix)
        JOIN (SELECT unnest(range(10000)) AS number) AS block ON block.number < size.blocks
),
ranked AS (
    SELECT *, row_number() OVER (PARTITION BY segment ORDER BY length(prefix) DESC, province, city, carrier, kind) AS place
    FROM expanded
)
-- A kind that is not given follows from the prefix, as the ministry has assigned them: satellites (1349, 1740, 1749), things
-- (140, 141, 144, 146, 148), virtual operators (162, 165, 167, 170, 171).
SELECT segment, province, city, carrier, coalesce(kind, CASE
    WHEN left(segment, 4) IN ('1349', '1740', '1749') THEN 'satellite'
    WHEN left(segment, 3) IN ('140', '141', '144', '146', '148') THEN 'iot'
    WHEN left(segment, 3) IN ('162', '165', '167', '170', '171') OR contains(carrier, '虚拟') THEN 'virtual'
    ELSE 'network' END) AS kind
FROM ranked WHERE place = 1 ORDER BY segment
