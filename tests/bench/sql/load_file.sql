CREATE TABLE contact AS
WITH drawn AS (
    -- Multiplicative scrambling modulo a prime: distinct numbers without a random generator.
    SELECT i, (i * 7919 + 104729) % 99999989 AS slot, (i * 15485863) % 1000003 AS other FROM range($rows) AS t(i)
),
numbered AS (
    SELECT i, other,
        CASE WHEN i % 10 = 9 THEN (((i - 9) * 7919 + 104729) % 99999989) ELSE slot END AS slot
    FROM drawn
),
written AS (
    -- The segments 1420 to 1429 belong to no carrier.
    SELECT i, other, CAST(14200000000 + slot % 90000000 AS VARCHAR) AS n, i % 50 AS form FROM numbered
)
SELECT
    substr('赵钱孙李周吴郑王冯陈褚卫蒋沈韩杨', 1 + other % 16, 1)
        || substr('安博超德恩芳国海佳凯丽明宁平强瑞', 1 + other // 16 % 16, 1)
        || substr('文武双全春夏秋冬梅兰竹菊琴棋书画', 1 + other // 256 % 16, 1) AS 姓名,
    CASE
        WHEN form < 20 THEN n
        WHEN form < 24 THEN '+86' || n
        WHEN form < 28 THEN '86' || n
        WHEN form < 32 THEN substr(n, 1, 3) || '-' || substr(n, 4, 4) || '-' || substr(n, 8)
        WHEN form < 36 THEN substr(n, 1, 3) || ' ' || substr(n, 4, 4) || ' ' || substr(n, 8)
        WHEN form < 40 THEN n || '.0'
        WHEN form < 42 THEN translate(n, '0123456789', '０１２３４５６７８９')
        WHEN form < 45 THEN ' ' || n || chr(9)
        WHEN form < 47 THEN '0086-' || n
        WHEN form < 48 THEN '(+86) ' || n
        WHEN form < 49 THEN '手机:' || n
        WHEN i // 50 % 5 = 0 THEN substr(n, 1, 3) || '****' || substr(n, 8)
        WHEN i // 50 % 5 = 1 THEN '1.42E+10'
        WHEN i // 50 % 5 = 2 THEN NULL
        WHEN i // 50 % 5 = 3 THEN '0999-' || substr(n, 5)
        ELSE 'N/A'
    END AS 手机号,
    '虚构' || substr('甲乙丙丁戊己庚辛壬癸', 1 + other % 10, 1) || CAST(other % 40000 AS VARCHAR) || '网络科技有限公司' AS 公司,
    '虚构市' || CAST(other % 90 AS VARCHAR) || '号路' || CAST(i % 3000 AS VARCHAR) || '号楼' AS 地址,
    CAST(DATE '2024-01-01' + CAST(i % 700 AS INTEGER) AS VARCHAR) AS 日期
FROM written ORDER BY i
