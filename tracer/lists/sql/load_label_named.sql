INSERT INTO load_label_cell
SELECT row, lower(trim(raw)) FROM ({cells}) WHERE lower(split_part(raw, '@', 1)) IN (SELECT unnest($words))
