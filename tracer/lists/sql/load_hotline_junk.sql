-- What too many people have: a number is a hotline, anything else is shared.
INSERT INTO junk
SELECT CAST($dataset AS INTEGER), key, NULL, CASE WHEN key BETWEEN $further_base AND $email_base THEN 'shared by many' ELSE 'hotline' END, rows, names
FROM load_hotline ORDER BY key
