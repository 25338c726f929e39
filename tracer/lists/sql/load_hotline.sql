-- Identifiers with too many names to be one person's. Only frequent ones are looked at.
CREATE TEMP TABLE load_hotline AS
WITH frequent AS (
    SELECT key FROM load_keys WHERE n > $most AND (key < $key_base OR key >= $hash_base)
)
SELECT link.key, count(DISTINCT link.row) AS rows, count(DISTINCT name.name) AS names
FROM frequent JOIN load_link AS link ON link.key = frequent.key JOIN load_name AS name ON name.row = link.row
GROUP BY link.key HAVING count(DISTINCT name.name) > $most
