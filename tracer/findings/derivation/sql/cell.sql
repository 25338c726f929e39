-- cell: the rows of all lists with their sets of holders, NULL where no other list has the identifier. `repeated`: this is the
-- first of several rows of the contact, and a copy may have the cells of any of them.
CREATE OR REPLACE TEMP TABLE cell AS
SELECT c.position, c.key, k.pattern, d.key IS NOT NULL AS repeated, c.* EXCLUDE (position, key)
FROM cell_row AS c
LEFT JOIN {holders_by_key} AS k ON k.key = c.key
LEFT JOIN (
    SELECT DISTINCT t.position, d.key FROM duplicate AS d JOIN {datasets} AS t ON t.no = d.dataset
) AS d ON d.position = c.position AND d.key = c.key;
DROP TABLE cell_row;
