-- seven digits and the province to which they were handed out
SELECT prefix, min(province) FROM segment WHERE province IS NOT NULL AND province <> '' GROUP BY prefix ORDER BY prefix
