-- Ordered pairs of different keys that agree in one column, and the keys.
WITH held AS (
    SELECT k.key, min(list_sort(f.words)::VARCHAR) AS text
    FROM {target}_seen AS k JOIN {source} AS s ON s.row = k.row JOIN {fold} AS f ON f.raw = s.{cell}
    WHERE k.key IS NOT NULL
    GROUP BY k.key
)
SELECT sum(n * (n - 1)), sum(n) FROM (SELECT count(*) AS n FROM held GROUP BY text)
