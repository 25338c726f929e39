-- The memberships of one list: a share of its parents' rows, and rows of its own from people who are popular (cubed
-- uniform draws: the first tenth of the people gives almost half of the rows). Person → number in a segment.
INSERT INTO membership
SELECT $no, key, row_number() OVER (ORDER BY hash(key + $no * 7919)) AS row
FROM (
    SELECT m.key FROM membership AS m
    WHERE m.dataset IN ($first, $second) AND hash(m.key * 31 + $no) % 1000 < $share
    UNION
    SELECT 8600000000000 + s.prefix * 10000 + p.slot % 10000
    FROM (
        SELECT CAST(floor($people * pow((hash(i * 131 + $no * 1000003) % 1000000007) / 1000000007.0, 3)) AS BIGINT)
            * 48271 % $slots AS slot
        FROM range($own) AS r (i)
    ) AS p
    JOIN scale_segment AS s ON s.place = p.slot // 10000
)
ORDER BY key;
