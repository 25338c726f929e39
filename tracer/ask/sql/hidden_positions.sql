-- Runs of consecutive data rows of dataset $side that are in another of $children too, near-copies of it ($witness:
-- each child's group of near-copies) aside: positions, no contents.
WITH child AS (
    SELECT unnest($children) AS dataset, unnest($witness) AS witness
), shared AS (
    SELECT DISTINCT x.row AS row
    FROM main.membership x JOIN child a ON a.dataset = x.dataset
    JOIN main.membership y ON y.key = x.key JOIN child b ON b.dataset = y.dataset AND b.witness <> a.witness
    JOIN views._close n ON n.a = x.dataset AND n.b = y.dataset
    WHERE x.dataset = $side
        AND x.key NOT IN (SELECT j.key FROM main.junk j JOIN child USING (dataset) WHERE j.key IS NOT NULL)
), runs AS (
    SELECT row, row - row_number() OVER (ORDER BY row) AS run FROM shared
)
SELECT min(row) AS first_row, max(row) AS last_row FROM runs GROUP BY run ORDER BY first_row
