-- every text of the source (column `shown`), once
CREATE OR REPLACE TEMP TABLE {target}_cell AS
SELECT row_number() OVER (ORDER BY shown) AS row, 0 AS position, shown AS raw
FROM (SELECT DISTINCT CAST(shown AS VARCHAR) AS shown FROM ({source}) WHERE shown IS NOT NULL)
