INSERT INTO membership
SELECT CAST($dataset AS INTEGER), key, row FROM load_distinct ANTI JOIN load_hotline USING (key)
ORDER BY key
