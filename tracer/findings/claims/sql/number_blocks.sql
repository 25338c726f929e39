-- The blocks of 10^4 in which dataset $dataset (a number) or one of $witnesses has Chinese mobile numbers.
SELECT DISTINCT key // 10000 AS block FROM membership
WHERE dataset IN (SELECT unnest(list_append($witnesses, $dataset))) AND key BETWEEN 8613000000000 AND 8619999999999
ORDER BY block
