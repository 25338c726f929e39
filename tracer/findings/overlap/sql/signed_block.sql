-- signed_block: how many identifiers of signed_key lie in each block of 10,000 Chinese mobile numbers, and how many in none.
SELECT CASE WHEN key BETWEEN 8613000000000 AND 8619999999999 THEN key // 10000 END AS block, count(*) AS keys
FROM {signed_key}
GROUP BY 1;
