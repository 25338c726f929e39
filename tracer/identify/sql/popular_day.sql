-- Days that are in so many rows that they were filled in where none was known: as many times the mean as `times`, and in
-- as many rows at least.
SELECT day FROM (
    SELECT f.words[1] AS day, count(*) AS n, sum(count(*)) OVER () / count(*) OVER () AS mean
    FROM {source} AS s JOIN {fold} AS f ON f.raw = s.{cell}
    WHERE f.words IS NOT NULL
    GROUP BY 1
) WHERE n > {times} AND n > {times} * mean
