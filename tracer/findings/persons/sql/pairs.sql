-- Pairs of people that a block brings together, each once, with the number of blocks that do; of every person at most $best,
-- by how rare what they have in common is.
WITH member AS (
    SELECT f.person, f.second, f.sampled, f.rule, f.one, f.other, ln($people / b.people) AS rare
    FROM person_feature AS f
    JOIN person_block AS b ON b.rule = f.rule AND b.one = f.one AND b.other = f.other
    WHERE f.rule IN (SELECT rule FROM person_rule)
), pair AS (
    SELECT x.person AS i, y.person AS j, x.second = y.second AS within, count(*) AS blocks, sum(x.rare) AS rare
    FROM member AS x
    JOIN member AS y ON y.rule = x.rule AND y.one = x.one AND y.other = x.other AND y.person > x.person
    WHERE x.second <> y.second OR x.sampled OR y.sampled
    GROUP BY ALL
), ranked AS (
    SELECT i, j, within, blocks,
        row_number() OVER (PARTITION BY within, i ORDER BY rare DESC, j) AS of_i,
        row_number() OVER (PARTITION BY within, j ORDER BY rare DESC, i) AS of_j
    FROM pair
)
SELECT i, j, within, blocks FROM ranked WHERE of_i <= $best OR of_j <= $best ORDER BY i, j
