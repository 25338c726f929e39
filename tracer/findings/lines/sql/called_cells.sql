-- every number that complaints name as called, as it is written, once
CREATE OR REPLACE TEMP TABLE line_cell AS
SELECT row_number() OVER (ORDER BY called) AS row, 0 AS position, called AS raw
FROM (SELECT DISTINCT called FROM complaint WHERE called IS NOT NULL)
