-- firms of dataset $dataset (a number) that are in the public lists $public too, and those for which a number agrees
WITH stands AS (
    SELECT dataset, key, row FROM membership UNION ALL SELECT dataset, key, row FROM duplicate
), mine AS (
    SELECT DISTINCT f.firm, m.key FROM claim_firm f JOIN stands m ON m.dataset = f.dataset AND m.row = f.row WHERE f.dataset = $dataset
), published AS (
    SELECT DISTINCT f.firm, m.key FROM claim_firm f JOIN stands m ON m.dataset = f.dataset AND m.row = f.row
    WHERE list_contains(CAST($public AS INTEGER[]), f.dataset)
)
SELECT count(DISTINCT firm), count(DISTINCT firm) FILTER ((firm, key) IN (SELECT firm, key FROM published))
FROM mine WHERE firm IN (SELECT firm FROM published)
