-- how many of the numbers $keys are ordinary people of the copy $release, and how many would be by chance, as a share:
-- the copy's density in each number's block of 10,000
WITH asked AS (
    SELECT unnest($keys) AS key
), copy AS (
    SELECT m.key FROM release AS r
    JOIN dataset AS d ON d.id = r.dataset AND d.current
    JOIN membership AS m ON m.dataset = d.no
    LEFT JOIN contact_alias AS a ON a.dataset = d.no AND a.key = m.key
    WHERE r.id = $release AND m.key // 10000 IN (SELECT key // 10000 FROM asked)
        AND coalesce(a.contact, m.key) NOT IN (SELECT key FROM withheld WHERE release = $release)
), density AS (
    SELECT key // 10000 AS block, count(*) / 10000.0 AS share FROM copy GROUP BY block
)
SELECT count(*) FILTER (a.key IN (SELECT key FROM copy)), coalesce(avg(coalesce(d.share, 0)), 0)
FROM asked AS a LEFT JOIN density AS d ON d.block = a.key // 10000
