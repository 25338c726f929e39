-- firms of dataset $dataset (a number), its mobile numbers with a firm, and those under $least firms or more; `{mobile}` is SQL
-- for whether `key` is one
WITH stands AS (
    SELECT key, row FROM membership WHERE dataset = $dataset UNION ALL SELECT key, row FROM duplicate WHERE dataset = $dataset
), under AS (
    SELECT s.key, count(DISTINCT f.firm) AS firms FROM stands s JOIN claim_firm f ON f.dataset = $dataset AND f.row = s.row
    WHERE {mobile} GROUP BY s.key
)
SELECT (SELECT count(DISTINCT firm) FROM claim_firm WHERE dataset = $dataset), count(*), count(*) FILTER (firms >= $least) FROM under
