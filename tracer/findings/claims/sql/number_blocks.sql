-- The blocks of 10^4 in which one of the datasets $compared has Chinese mobile numbers, and how many: a number of several
-- lists counts in each.
SELECT key // 10000 AS block, count(*) AS numbers FROM membership
WHERE dataset IN (SELECT unnest($compared)) AND key BETWEEN 8613000000000 AND 8619999999999
GROUP BY block ORDER BY block
