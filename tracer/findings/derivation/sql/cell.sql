-- cell: the rows of all lists with their sets of holders, NULL where no other list has the identifier.
CREATE OR REPLACE TEMP TABLE cell AS
SELECT c.position, c.key, k.pattern, c.* EXCLUDE (position, key)
FROM cell_row AS c
LEFT JOIN key_pattern AS k ON k.key = c.key;
DROP TABLE cell_row;
