-- The contacts with a secret in both lists: how many, and how many have the same. One site knows one secret of a person.
SELECT count(*), count(*) FILTER (equal) FROM (
    SELECT a.key, bool_or(a.secret = b.secret) AS equal
    FROM secret_held a JOIN secret_held b ON b.key = a.key
    WHERE a.position = $a AND b.position = $b AND (a.site IS NULL OR b.site IS NULL OR a.site <> b.site)
    GROUP BY a.key
)
