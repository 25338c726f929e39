-- block_place: a block of 10,000 numbers with the number of its place: the province and city of the case's segment
-- table, or where that says nothing the first four digits of the number. Identifiers other than Chinese mobile numbers
-- are in no block: place 0.
WITH block AS (
    SELECT block
    FROM {signed_block}
    WHERE block IS NOT NULL
),
named AS (
    SELECT b.block, coalesce(min(s.province || '/' || coalesce(s.city, '')), CAST(b.block // 1000 AS VARCHAR)) AS name
    FROM block AS b
    LEFT JOIN (
        SELECT CASE WHEN length(prefix) = 7 AND NOT starts_with(prefix, '+') THEN '86' || prefix ELSE prefix END AS prefix, province, city FROM segment
    ) AS s ON s.prefix = CAST(b.block AS VARCHAR)
    GROUP BY b.block
)
SELECT n.block, r.place
FROM named AS n
JOIN (SELECT name, row_number() OVER (ORDER BY name) AS place FROM (SELECT DISTINCT name FROM named) AS d) AS r
    ON r.name = n.name;
