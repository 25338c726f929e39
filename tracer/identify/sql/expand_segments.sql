INSERT INTO segment
WITH given AS (
    SELECT DISTINCT trim(prefix) AS prefix, trim(province) AS province, trim(city) AS city, trim(carrier) AS carrier
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
    SELECT *, row_number() OVER (PARTITION BY segment ORDER BY length(prefix) DESC, province, city, carrier) AS place
    FROM expanded
)
SELECT segment, province, city, carrier FROM ranked WHERE place = 1 ORDER BY segment
