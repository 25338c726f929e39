-- For every pair: common contacts, how many differ in each kind of cell, how many follow in b in the order of a, and how
-- many in a in the order of b. (Parts that were put one behind the other are in order seen from the merge alone.) And
-- between which rows of each side 99, 90 and 80 % of them lie.
SELECT
    a, b, count(*) AS rows,
    count(*) FILTER (differ % 2 >= 1) AS name, count(*) FILTER (differ % 4 >= 2) AS organisation,
    count(*) FILTER (differ % 8 >= 4) AS address, count(*) FILTER (differ % 16 >= 8) AS id,
    count(*) FILTER (differ >= 16) AS day,
    count(*) FILTER (row_b > before_b) AS rising_b, count(*) FILTER (row_a > before_a) AS rising_a,
    quantile_disc(row_a, 0.005) AS low_a0, quantile_disc(row_a, 0.995) AS high_a0, quantile_disc(row_a, 0.05) AS low_a1, quantile_disc(row_a, 0.95) AS high_a1, quantile_disc(row_a, 0.1) AS low_a2, quantile_disc(row_a, 0.9) AS high_a2,
    quantile_disc(row_b, 0.005) AS low_b0, quantile_disc(row_b, 0.995) AS high_b0, quantile_disc(row_b, 0.05) AS low_b1, quantile_disc(row_b, 0.95) AS high_b1, quantile_disc(row_b, 0.1) AS low_b2, quantile_disc(row_b, 0.9) AS high_b2
FROM (
    SELECT
        a, b, row_a, row_b, differ, lag(row_b) OVER (PARTITION BY a, b ORDER BY row_a, key) AS before_b,
        lag(row_a) OVER (PARTITION BY a, b ORDER BY row_b, key) AS before_a
    FROM beside
) AS stepped
GROUP BY a, b
ORDER BY a, b;
