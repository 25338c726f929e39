-- by the first $digits digits of the numbers called: one of them
SELECT left(called::VARCHAR, $digits) AS head, min(called) FROM (
    SELECT called FROM line_heard UNION ALL SELECT key FROM line_called WHERE key < 1000000000000000
) WHERE called IS NOT NULL
GROUP BY head ORDER BY head
