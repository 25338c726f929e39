-- Canaries that stand in a release or in the client's database, by block: how many there are, and how many dataset $dataset
-- (a number) holds; `late`: of those, imported after it. $consumers: only those whose persona has no firm.
SELECT c.phone // 10000 AS block, count(DISTINCT c.phone)::BIGINT AS planted,
    count(DISTINCT m.key)::BIGINT AS seen, count(DISTINCT m.key) FILTER (c.imported_at > d.loaded_at)::BIGINT AS late
FROM canary c CROSS JOIN (SELECT no, loaded_at FROM dataset WHERE no = $dataset) d
LEFT JOIN membership m ON m.dataset = d.no AND m.key = c.phone
WHERE c.phone BETWEEN 8613000000000 AND 8619999999999 AND c.kind IN ('canary', 'home', 'reserve')
    AND (NOT $consumers OR c.organisation IS NULL)
GROUP BY block ORDER BY block
