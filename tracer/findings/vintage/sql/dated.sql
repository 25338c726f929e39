-- One part of an own list into `dated`: of a contact's repeated rows the earliest day of adding, and the day of deleting
-- where all of them are deleted. {created} and {deleted} are its columns, {raw} its table.
INSERT INTO dated
SELECT $number, m.key, min(read_day({created})), CASE WHEN bool_and(read_day({deleted}) IS NOT NULL) THEN max(read_day({deleted})) END
FROM (
    SELECT key, row FROM membership WHERE dataset = $number
    UNION ALL
    SELECT key, row FROM duplicate WHERE dataset = $number
) AS m
JOIN {raw} AS r ON r.row = m.row - $before
GROUP BY m.key
