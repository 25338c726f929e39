-- For every pair: common contacts, how many differ in each kind of cell, and how many steps of the one rise in
-- the order of the other.
SELECT
    a, b, count(*) AS rows,
    count(*) FILTER (differ % 2 >= 1) AS name, count(*) FILTER (differ % 4 >= 2) AS organisation,
    count(*) FILTER (differ % 8 >= 4) AS address, count(*) FILTER (differ % 16 >= 8) AS id,
    count(*) FILTER (differ % 32 >= 16) AS day,
    CAST(sum(rises_a) AS BIGINT) AS rising_a, CAST(sum(rises_b) AS BIGINT) AS rising_b
FROM beside
GROUP BY a, b
ORDER BY a, b;
