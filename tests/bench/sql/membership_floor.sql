CREATE TABLE membership AS
SELECT 1 AS dataset, key, min(row) AS row
FROM (
    SELECT 8600000000000 + TRY_CAST(right(regexp_replace(replace(手机号, '.0', ''), '[^0-9]+', '', 'g'), 11) AS BIGINT) AS key,
        rowid + 1 AS row
    FROM bare.raw
)
WHERE key IS NOT NULL GROUP BY key ORDER BY key
