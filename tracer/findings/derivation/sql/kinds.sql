-- The texts of cells, one row each (`cell_text`), and for every pair of `related` lists and kind of cell how many of their common
-- contacts both fill, and with how many of these they differ (`cell_kind`). Contacts with several rows are left out: which of
-- them was copied is not known.
CREATE OR REPLACE TEMP TABLE cell_text AS
SELECT t.family, v.*
FROM (
    SELECT position, key, 1 AS kind, name AS value FROM cell WHERE NOT repeated AND name IS NOT NULL
    UNION ALL
    SELECT position, key, 2 AS kind, organisation AS value FROM cell WHERE NOT repeated AND organisation IS NOT NULL
    UNION ALL
    SELECT position, key, 3 AS kind, address AS value FROM cell WHERE NOT repeated AND address IS NOT NULL
) AS v JOIN there AS t ON t.position = v.position;
CREATE OR REPLACE TEMP TABLE cell_kind AS
SELECT p.a, p.b, x.kind, count(*) AS filled, count(*) FILTER (x.value <> y.value) AS differ
FROM related AS p
JOIN cell_text AS x ON x.position = p.a
JOIN cell_text AS y ON y.position = p.b AND y.key = x.key AND y.kind = x.kind
GROUP BY p.a, p.b, x.kind
