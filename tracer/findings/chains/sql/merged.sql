-- parties that were merged, each with the one that it is now
SELECT id, merged_into FROM party WHERE merged_into IS NOT NULL ORDER BY id
