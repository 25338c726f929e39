INSERT INTO membership
SELECT CAST($dataset AS INTEGER), key, row FROM load_keys
WHERE NOT EXISTS (SELECT 1 FROM load_hotline AS hotline WHERE hotline.key = load_keys.key)
ORDER BY key
