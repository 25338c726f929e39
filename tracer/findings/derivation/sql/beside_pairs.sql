-- For every pair: common contacts, how many differ in each kind of cell, how many steps of the one rise in the order of
-- the other, and between which rows of each side 99, 90 and 80 % of them lie.
SELECT
    a, b, count(*) AS rows,
    count(*) FILTER (differ % 2 >= 1) AS name, count(*) FILTER (differ % 4 >= 2) AS organisation,
    count(*) FILTER (differ % 8 >= 4) AS address, count(*) FILTER (differ % 16 >= 8) AS id,
    count(*) FILTER (differ % 32 >= 16) AS day,
    CAST(sum(rises_a) AS BIGINT) AS rising_a, CAST(sum(rises_b) AS BIGINT) AS rising_b,
    quantile_disc(row_a, 0.005) AS low_a0, quantile_disc(row_a, 0.995) AS high_a0,
    quantile_disc(row_a, 0.05) AS low_a1, quantile_disc(row_a, 0.95) AS high_a1,
    quantile_disc(row_a, 0.1) AS low_a2, quantile_disc(row_a, 0.9) AS high_a2,
    quantile_disc(row_b, 0.005) AS low_b0, quantile_disc(row_b, 0.995) AS high_b0,
    quantile_disc(row_b, 0.05) AS low_b1, quantile_disc(row_b, 0.95) AS high_b1,
    quantile_disc(row_b, 0.1) AS low_b2, quantile_disc(row_b, 0.9) AS high_b2
FROM beside
GROUP BY a, b
ORDER BY a, b;
