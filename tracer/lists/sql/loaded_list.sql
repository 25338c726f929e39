-- what a case holds of the current version of list $id, and whether its original is there
SELECT d.*, d.list_title AS title, EXISTS (SELECT 1 FROM original o WHERE o.sha256 = d.sha256) AS original
FROM dataset d
WHERE d.id = $id AND d.current
