-- load_kept(row): rows that have a usable identifier and a cell that gives none
INSERT INTO load_kept SELECT DISTINCT row FROM load_link
WHERE NOT EXISTS (SELECT 1 FROM load_hotline AS hotline WHERE hotline.key = load_link.key)
    AND (row IN (SELECT row FROM load_bad) OR row IN (SELECT row FROM load_link JOIN load_hotline USING (key)))
