-- contacts by set of holders and place; `drawn`: those among the $percent of all identifiers that are looked at in any case
SELECT k.pattern, coalesce(p.place, 0) AS place, count(*) AS keys, count(*) FILTER ((k.key % 9973) % 100 < $percent) AS drawn
FROM {key_pattern} AS k
LEFT JOIN {block_place} AS p ON p.block = CASE WHEN k.key BETWEEN 8613000000000 AND 8619999999999 THEN k.key // 10000 END
GROUP BY 1, 2;
