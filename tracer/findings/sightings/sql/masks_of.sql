-- masked rows of dataset $dataset (a number), and when these bytes or a former version of it were first loaded
SELECT d.masked, min(v.loaded_at) AS first_at
FROM dataset AS d JOIN dataset AS v ON v.id = $id OR (v.sha256 = d.sha256 AND v.sha256 <> '')
WHERE d.no = $dataset
GROUP BY d.masked
