-- All overlaps, written by hand: every pair of holders of every identifier. Of pairs that share fewer than 20 the tool knows
-- nothing.
SELECT a.dataset AS a, b.dataset AS b, count(*) AS shared
FROM membership AS a
JOIN membership AS b ON b.key = a.key AND b.dataset > a.dataset
GROUP BY a.dataset, b.dataset
HAVING count(*) >= 20
ORDER BY a.dataset, b.dataset;
