SELECT reason, count(DISTINCT row) FROM reject WHERE dataset = $no AND NOT row_kept
GROUP BY reason ORDER BY count(DISTINCT row) DESC, reason LIMIT 3
