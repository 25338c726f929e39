-- cell: the rows of all lists with their sets of holders, NULL where no other list has the identifier. `repeated`: this is the
-- first of several rows of the contact, and a copy may have the cells of any of them. `came`: the day on which the row came in;
-- where no column says so the row's own day, if those of the list lie within {years} years, as those of births do not.
CREATE OR REPLACE TEMP TABLE cell AS
WITH spread AS (
    SELECT position FROM cell_row WHERE day IS NOT NULL GROUP BY position
    HAVING quantile_disc(day, 0.99) - quantile_disc(day, 0.01) < 10000 * {years}
)
SELECT c.* EXCLUDE (day, added), k.pattern, d.key IS NOT NULL AS repeated,
    coalesce(c.added, CASE WHEN s.position IS NOT NULL THEN c.day END) AS came
FROM cell_row AS c
LEFT JOIN {holders_by_key} AS k ON k.key = c.key
LEFT JOIN spread AS s ON s.position = c.position
LEFT JOIN (
    SELECT DISTINCT t.position, d.key FROM duplicate AS d JOIN {datasets} AS t ON t.no = d.dataset
) AS d ON d.position = c.position AND d.key = c.key;
DROP TABLE cell_row;
