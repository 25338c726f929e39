-- The same list's cells: number and name, where one name in two hundred was mistyped in this list.
CREATE TABLE {raw} AS
SELECT
    row,
    CAST(key - 8600000000000 AS VARCHAR) AS c0,
    '名' || (hash(key) % 1000003) || CASE WHEN hash(key * 17 + $no) % 200 = 0 THEN 'x' ELSE '' END AS c1
FROM membership WHERE dataset = $no ORDER BY row;
