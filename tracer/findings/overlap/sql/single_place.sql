-- identifiers that one dataset alone has, by place
SELECT k.position, coalesce(p.place, 0) AS place, count(*) AS keys
FROM {alone} AS k
LEFT JOIN {block_place} AS p ON p.block = CASE WHEN k.key BETWEEN 8613000000000 AND 8619999999999 THEN k.key // 10000 END
GROUP BY 1, 2
ORDER BY 1, 2;
