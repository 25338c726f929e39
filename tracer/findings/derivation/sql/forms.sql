-- For every pair of relatives: how many ways of writing the numbers of the common contacts each side has, beside the
-- commonest one.
WITH paired AS (
    SELECT p.a, p.b, x.form AS of_a, y.form AS of_b
    FROM relative AS p
    JOIN cell AS x ON x.position = p.a
    JOIN cell AS y ON y.position = p.b AND y.key = x.key
),
count_a AS (SELECT a, b, of_a, count(*) AS rows FROM paired GROUP BY a, b, of_a),
count_b AS (SELECT a, b, of_b, count(*) AS rows FROM paired GROUP BY a, b, of_b),
same AS (SELECT a, b, count(*) AS rows, count(*) FILTER (of_a = of_b) AS alike FROM paired GROUP BY a, b)
SELECT
    s.a, s.b, s.rows, s.alike,
    s.rows - (SELECT max(c.rows) FROM count_a AS c WHERE c.a = s.a AND c.b = s.b) AS others_a,
    s.rows - (SELECT max(c.rows) FROM count_b AS c WHERE c.a = s.a AND c.b = s.b) AS others_b
FROM same AS s
ORDER BY s.a, s.b;
