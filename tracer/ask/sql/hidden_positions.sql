-- Runs of consecutive data rows of dataset $side that stand in another of $children too: positions, no contents.
WITH shared AS (
    SELECT DISTINCT x.row AS row
    FROM main.membership x JOIN main.membership y ON y.key = x.key AND y.dataset <> x.dataset
    WHERE x.dataset = $side AND list_contains($children, y.dataset)
        AND x.key NOT IN (SELECT key FROM main.junk WHERE list_contains($children, dataset) AND key IS NOT NULL)
), runs AS (
    SELECT row, row - row_number() OVER (ORDER BY row) AS run FROM shared
)
SELECT min(row) AS first_row, max(row) AS last_row FROM runs GROUP BY run ORDER BY first_row
