-- All overlaps, written by hand: every pair of holders of every identifier.
SELECT a.dataset AS a, b.dataset AS b, count(*) AS shared
FROM membership AS a
JOIN membership AS b ON b.key = a.key AND b.dataset > a.dataset
GROUP BY a.dataset, b.dataset
ORDER BY a.dataset, b.dataset;
