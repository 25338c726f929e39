-- every complained-of called number as it is written, once
CREATE OR REPLACE TEMP TABLE complaint_cell AS
SELECT row_number() OVER (ORDER BY called) AS row, 0 AS position, called AS raw
FROM (SELECT DISTINCT called FROM complaint WHERE called IS NOT NULL)
