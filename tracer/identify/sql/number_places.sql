-- `place_numbers`: the segment of each number of the source (column `number`)
CREATE OR REPLACE TEMP TABLE {target} AS
WITH named AS (
    SELECT DISTINCT number, regexp_full_match(number, '[+]861[3-9][0-9]{{9}}') AS chinese FROM ({source}) WHERE starts_with(number, '+')
), headed AS (
    SELECT number, substr(number, 4, 7) AS head FROM named WHERE chinese
    UNION ALL SELECT number, left(number, digits::INTEGER) FROM named CROSS JOIN range(2, 12) AS r(digits) WHERE NOT chinese
)
SELECT h.number, arg_max(nullif(g.province, ''), length(g.prefix)) AS province, arg_max(nullif(g.carrier, ''), length(g.prefix)) AS carrier
FROM headed h JOIN segment g ON g.prefix = h.head
GROUP BY h.number
