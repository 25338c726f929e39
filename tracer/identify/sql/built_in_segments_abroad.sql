INSERT INTO segment
SELECT prefix, province, city, carrier, 'network' FROM segment_built_in
WHERE country IN (SELECT unnest($held)) ORDER BY prefix
