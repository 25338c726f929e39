-- The rows of each dataset: set of holders (-1: no other), and which kinds of cells they have, as bits.
SELECT
    position, key, row, coalesce(pattern, -1) AS pattern,
    CAST(
        CASE WHEN name IS NULL THEN 0 ELSE 1 END + CASE WHEN organisation IS NULL THEN 0 ELSE 2 END
        + CASE WHEN address IS NULL THEN 0 ELSE 4 END + CASE WHEN inner_id IS NULL THEN 0 ELSE 8 END
        + CASE WHEN day IS NULL THEN 0 ELSE 16 END AS UTINYINT
    ) AS filled
FROM cell WHERE (key % 9973) % 100 < $percent
ORDER BY position, key;
