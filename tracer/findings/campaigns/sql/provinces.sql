-- the province to which each of the segments $segments (seven digits) was handed out
SELECT prefix, min(province) FROM segment
WHERE province IS NOT NULL AND province <> '' AND prefix IN (SELECT unnest(CAST($segments AS VARCHAR[])))
GROUP BY prefix ORDER BY prefix
