SELECT coalesce(p.place, 0) AS place, CAST(sum(k.keys) AS BIGINT) AS keys
FROM {signed_block} AS k
LEFT JOIN {block_place} AS p ON p.block = k.block
GROUP BY 1
ORDER BY 1;
