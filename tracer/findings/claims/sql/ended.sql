-- copies that $vendor was given, those with an end, and lists that it held after the first end
SELECT count(*), count(ends), (
    SELECT count(*) FROM dataset d WHERE d.holder = $vendor AND d.current
        AND coalesce(d.created, d.obtained) > (SELECT min(ends) FROM release WHERE recipient = $vendor)
)
FROM release WHERE recipient = $vendor
