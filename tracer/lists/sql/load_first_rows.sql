-- How many rows are the first of some contact: all other accepted rows are duplicates.
SELECT count(DISTINCT first_row) FROM (
    SELECT min(keys.row) AS first_row
    FROM load_keys AS keys LEFT JOIN load_alias AS alias ON alias.key = keys.key
    WHERE NOT EXISTS (SELECT 1 FROM load_hotline AS hotline WHERE hotline.key = keys.key)
    GROUP BY coalesce(alias.contact, keys.key)
)
