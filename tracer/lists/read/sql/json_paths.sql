-- The columns of a list of JSON objects: keys, and keys of nested objects, in the order in which they first appear.
-- {relation}: (json JSON), one object a row.
WITH lines AS (
    SELECT row_number() OVER () AS line, json FROM {relation}
),
keys AS (
    SELECT line, json, unnest(json_keys(json)) AS key, generate_subscripts(json_keys(json), 1) AS place
    FROM lines WHERE json_type(json) = 'OBJECT'
),
typed AS (
    SELECT line, place, key, json_extract(json, '/' || replace(replace(key, '~', '~0'), '/', '~1')) AS value FROM keys
),
paths AS (
    SELECT line, place, key, unnest(json_keys(value)) AS sub, generate_subscripts(json_keys(value), 1) AS inner_place
    FROM typed WHERE json_type(value) = 'OBJECT'
    UNION ALL
    SELECT line, place, key, NULL, 0 FROM typed WHERE json_type(value) NOT IN ('OBJECT', 'NULL')
)
SELECT key, sub
FROM paths
GROUP BY key, sub
ORDER BY min((line, place, inner_place)), key, sub NULLS FIRST
