-- One list: distinct numbers, evenly over the segments. Number 1 is the claimed list; the others are known, with names.
INSERT INTO membership
SELECT $no, key, row_number() OVER (ORDER BY hash(key + $no)) AS row
FROM (
    SELECT DISTINCT 8600000000000 + s.prefix * 10000 + p.slot % 10000 AS key
    FROM (SELECT CAST(hash(i * 131 + $no * 1000003) % $slots AS BIGINT) AS slot FROM range($rows) AS r (i)) AS p
    JOIN scale_segment AS s ON s.place = p.slot // 10000
)
ORDER BY key;
CREATE TABLE {raw} AS
SELECT row, CAST(key - 8600000000000 AS VARCHAR) AS c0, '名' || (hash(key) % 1000003) AS c1
FROM membership WHERE dataset = $no ORDER BY row;
INSERT INTO part SELECT $no, 1, NULL, NULL, false, 'csv', 'utf-8', ',', 1, 1, count(*), '{raw}', NULL
FROM membership WHERE dataset = $no;
INSERT INTO dataset_column
SELECT $no, 1, position, header, role, 'header', NULL
FROM (VALUES (0, '手机号', 'phone'), (1, '姓名', 'name')) AS c (position, header, role) WHERE position = 0 OR $no > 1;
INSERT INTO dataset (no, id, version, current, holder, obtained, origin, path, sha256, bytes, format, region, rows,
    identifiers, contacts, rejected, duplicates, loaded_at)
SELECT $no, 'd' || lpad($no::VARCHAR, 3, '0'), 1, true, 'party-' || $no, DATE '2026-01-01', $origin, '', '', 0, 'csv', 'CN',
    count(*), count(*), count(*), 0, 0, TIMESTAMP '2026-01-02'
FROM membership WHERE dataset = $no
