-- how many numbers of each block are drawn, known and shared, from what one with the same holders counts for: `claim_counted`
SELECT h.block, CAST(sum(h.numbers * c.drawn) AS BIGINT) AS drawn, CAST(sum(h.numbers * c.known) AS BIGINT) AS known,
    CAST(sum(h.numbers * c.shared) AS BIGINT) AS shared
FROM claim_holders h JOIN claim_counted c ON c.holders = h.holders
GROUP BY h.block
HAVING sum(h.numbers * c.drawn) + sum(h.numbers * c.known) > 0
ORDER BY h.block
