-- Pairs of people that a block brings together, each once; of every person at most $best, by how rare what they have in common
-- is (in whole numbers: their sum does not depend on the order). Pairs across the lists, and those within a list of sampled
-- people.
WITH member AS (
    SELECT f.person, f.second, f.sampled, f.rule, f.one, f.other, CAST(round(1e6 * ln($people / b.people)) AS BIGINT) AS rare
    FROM person_feature AS f
    JOIN person_block AS b ON b.rule = f.rule AND b.one = f.one AND b.other = f.other
    WHERE f.rule IN (SELECT rule FROM person_rule)
), pair AS (
    SELECT x.person AS i, y.person AS j, x.second = y.second AS within, sum(x.rare) AS rare
    FROM member AS x
    JOIN member AS y ON y.rule = x.rule AND y.one = x.one AND y.other = x.other AND y.person > x.person
    WHERE x.second <> y.second OR x.sampled OR y.sampled
    GROUP BY ALL
), ranked AS (
    SELECT i, j, within,
        row_number() OVER (PARTITION BY within, i ORDER BY rare DESC, j) AS of_i,
        row_number() OVER (PARTITION BY within, j ORDER BY rare DESC, i) AS of_j
    FROM pair
)
SELECT i, j, within FROM ranked WHERE of_i <= $best OR of_j <= $best ORDER BY i, j
