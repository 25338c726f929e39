-- Pairs of relatives whose common contacts are not the same people: of every kind of cell that both fill often enough ($least),
-- no more cells are alike than when each is held against the next contact's. Alike: one contains the other, or half of the
-- signs that they use are the same, in whatever order, or in Chinese the first (a family name with a title has no other);
-- cells in scripts that differ are not compared. Reads `cell_text` and
-- `cell_kind`; of each pair and kind $most contacts are looked at.
WITH candidate AS (
    SELECT a, b, kind FROM (
        SELECT *, min(differ / filled) OVER (PARTITION BY a, b) AS least
        FROM cell_kind SEMI JOIN relative USING (a, b) WHERE filled >= $least
    ) WHERE least > $differ
),
common AS MATERIALIZED (  -- else every cell of the family is looked at for its script
    SELECT c.a, c.b, c.kind, x.key, x.value AS of_a, y.value AS of_b
    FROM candidate AS c
    JOIN cell_text AS x ON x.position = c.a AND x.kind = c.kind
    JOIN cell_text AS y ON y.position = c.b AND y.key = x.key AND y.kind = c.kind
),
met AS MATERIALIZED (
    SELECT a, b, kind, of_a, of_b, lead(of_b) OVER (PARTITION BY a, b, kind ORDER BY key) AS next_b
    FROM (
        SELECT *, row_number() OVER (PARTITION BY a, b, kind ORDER BY key) AS nth
        FROM common WHERE regexp_matches(of_a, '[a-z]') = regexp_matches(of_b, '[a-z]')
    ) WHERE nth <= $most
),
counted AS (
    SELECT a, b, kind, count(*) AS compared,
        count(*) FILTER (contains(of_a, of_b) OR contains(of_b, of_a) OR jaccard(of_a, of_b) >= 0.5
            OR NOT regexp_matches(of_a, '[a-z]') AND left(of_a, 1) = left(of_b, 1)) AS alike,
        count(*) FILTER (contains(of_a, next_b) OR contains(next_b, of_a) OR jaccard(of_a, next_b) >= 0.5
            OR NOT regexp_matches(of_a, '[a-z]') AND left(of_a, 1) = left(next_b, 1)) AS by_chance
    FROM met WHERE next_b IS NOT NULL GROUP BY a, b, kind
)
SELECT a, b, CAST(sum(compared) AS BIGINT) AS compared
FROM counted
GROUP BY a, b
HAVING min(compared) >= $least AND max((alike - by_chance) / compared) < $alike
ORDER BY a, b;
