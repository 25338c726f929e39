-- The blocks of 10^4 in which one of the datasets $compared has Chinese mobile numbers.
SELECT DISTINCT key // 10000 AS block FROM membership
WHERE dataset IN (SELECT unnest($compared)) AND key BETWEEN 8613000000000 AND 8619999999999
ORDER BY block
