-- What the dossier says about each dataset.
SELECT d.no, coalesce(p.merged_into, d.holder), d.obtained, d.created, d.exported, d.origin, d.living
FROM dataset AS d LEFT JOIN party AS p ON p.id = d.holder ORDER BY d.no
