SELECT t.position, coalesce(p.place, 0) AS place, CAST(sum(m.keys) AS BIGINT) AS keys
FROM (
    SELECT dataset, CASE WHEN key BETWEEN 8613000000000 AND 8619999999999 THEN key // 10000 END AS block, count(*) AS keys
    FROM membership AS h
    WHERE NOT EXISTS (SELECT 1 FROM {second_key} AS k WHERE k.key = h.key)
    GROUP BY 1, 2
) AS m
JOIN {traced} AS t ON t.no = m.dataset
LEFT JOIN {block_place} AS p ON p.block = m.block
GROUP BY 1, 2
ORDER BY 1, 2;
