INSERT INTO duplicate
SELECT DISTINCT CAST($dataset AS INTEGER), keys.key, link.row
FROM load_keys AS keys JOIN load_link AS link ON link.key = keys.key
WHERE keys.n > 1 AND link.row <> keys.row
    AND NOT EXISTS (SELECT 1 FROM load_hotline AS hotline WHERE hotline.key = keys.key)
ORDER BY keys.key, link.row
