-- the kinds of mask of dataset $dataset, 9 for a visible digit, the most frequent first
SELECT translate(mask, '012345678', '999999999') AS kind FROM mask WHERE dataset = $dataset
GROUP BY kind ORDER BY count(*) DESC, kind LIMIT $most
