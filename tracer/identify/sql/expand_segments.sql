-- Segments are compared as numbers, and repeated lines go where the longest prefix is chosen: both are much faster than texts
-- and a step of their own, and a case waits for this once. Chinese ones come at seven digits; those of other countries stay as
-- they are, behind a plus and the country code: $code is that of prefixes without one.
INSERT INTO segment (prefix, province, city, carrier, kind)
WITH written AS (
    SELECT regexp_replace(prefix, '[ ().-]', '', 'g') AS prefix, trim(province) AS province, trim(city) AS city,
        trim(carrier) AS carrier, nullif(trim(kind), '') AS kind
    FROM segment_given
),
abroad AS (
    SELECT CASE WHEN starts_with(prefix, '+') THEN prefix ELSE '+' || $code || regexp_replace(prefix, '^0', '') END AS prefix,
        province, city, carrier, coalesce(kind, 'network') AS kind
    FROM written WHERE NOT starts_with(prefix, '+86') AND (starts_with(prefix, '+') OR $code <> '86')
),
given AS (
    SELECT *, length(prefix) AS digits FROM (SELECT * REPLACE (regexp_replace(prefix, '^[+]86', '') AS prefix) FROM written
        WHERE starts_with(prefix, '+86') OR NOT starts_with(prefix, '+') AND $code = '86')
),
expanded AS (
    SELECT unnest(range(CAST(prefix AS INTEGER) * blocks, (CAST(prefix AS INTEGER) + 1) * blocks)) AS segment,
        given.* EXCLUDE (prefix)
    FROM given JOIN (SELECT unnest([3, 4, 5, 6]) AS digits, unnest([10000, 1000, 100, 10]) AS blocks) AS size USING (digits)
    UNION ALL SELECT CAST(prefix AS INTEGER), given.* EXCLUDE (prefix) FROM given WHERE digits = 7
),
ranked AS (
    SELECT *, row_number() OVER (PARTITION BY segment ORDER BY digits DESC, province, city, carrier, kind) AS place
    FROM expanded
)
-- A kind that is not given follows from the prefix, as the ministry has assigned them: satellites (1349, 1740, 1749), things
-- (140, 141, 144, 146, 148), virtual operators (162, 165, 167, 170, 171).
SELECT lpad(CAST(segment AS VARCHAR), 7, '0') AS prefix, province, city, carrier, coalesce(kind, CASE
    WHEN segment // 1000 IN (1349, 1740, 1749) THEN 'satellite'
    WHEN segment // 10000 IN (140, 141, 144, 146, 148) THEN 'iot'
    WHEN segment // 10000 IN (162, 165, 167, 170, 171) OR contains(carrier, '虚拟') THEN 'virtual'
    ELSE 'network' END) AS kind
FROM ranked WHERE place = 1
UNION ALL (SELECT * FROM abroad QUALIFY row_number() OVER (PARTITION BY prefix ORDER BY province, city, carrier, kind) = 1)
ORDER BY prefix
