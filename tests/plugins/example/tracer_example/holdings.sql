-- Holdings
-- answers: How many rows does each party hold?
-- param least integer = 0: only parties with at least so many rows
-- column holder id: the party
-- column rows integer: rows of all its lists
SELECT holder, sum(rows)::BIGINT AS rows FROM views.datasets GROUP BY holder HAVING sum(rows) >= $least ORDER BY holder
