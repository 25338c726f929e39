-- Where the shared rows lie: runs of consecutive data rows of dataset $side (a version's number) that have an identifier
-- in dataset $other. Positions only, no contents; junk identifiers do not link.
WITH shared AS (
    SELECT DISTINCT x.row AS row
    FROM main.membership x
    JOIN main.membership y ON y.key = x.key
    WHERE x.dataset = $side AND y.dataset = $other
        AND x.key NOT IN (SELECT key FROM main.junk WHERE dataset IN ($side, $other) AND key IS NOT NULL)
), runs AS (
    SELECT row, row - row_number() OVER (ORDER BY row) AS run FROM shared
)
SELECT min(row) AS first_row, max(row) AS last_row FROM runs GROUP BY run ORDER BY first_row
