INSERT INTO junk SELECT CAST($dataset AS INTEGER), key, NULL, 'hotline', rows, names FROM load_hotline ORDER BY key
