-- cell: the rows of all lists with their sets of holders, NULL where no other list has the identifier.
CREATE OR REPLACE TEMP TABLE cell AS
SELECT c.position, c.key, i.pattern, c.* EXCLUDE (position, key)
FROM cell_row AS c
LEFT JOIN signed_key AS k ON k.key = c.key AND k.holders > 1
LEFT JOIN pattern AS i ON i.signature = k.signature;
DROP TABLE cell_row;
