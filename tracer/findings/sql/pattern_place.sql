-- contacts by set of holders and place
SELECT i.pattern, coalesce(p.place, 0) AS place, CAST(sum(k.keys) AS BIGINT) AS keys
FROM (
    SELECT signature, CASE WHEN key BETWEEN 8613000000000 AND 8619999999999 THEN key // 10000 END AS block, count(*) AS keys
    FROM signed_key
    WHERE holders > 1
    GROUP BY 1, 2
) AS k
JOIN pattern AS i ON i.signature = k.signature
LEFT JOIN block_place AS p ON p.block = k.block
GROUP BY 1, 2
ORDER BY 1, 2;
