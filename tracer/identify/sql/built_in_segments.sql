INSERT INTO segment
SELECT CAST(prefix AS VARCHAR), province, city, carrier, kind FROM segment_built_in ORDER BY prefix
