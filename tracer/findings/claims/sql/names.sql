-- Contacts that dataset $dataset shares with others (`claim_row`) for which both give a text of one role, and whether
-- the texts agree. `claim_text` (dataset, row, role, text) holds the names and organisations of the shared rows.
WITH told AS (
    SELECT r.dataset, r.key, t.role, t.text FROM claim_row r JOIN claim_text t ON t.dataset = r.dataset AND t.row = r.row
    WHERE length(t.text) >= 2
), pair AS (
    SELECT x.key, x.role, x.text AS mine, y.text AS theirs
    FROM told x JOIN told y ON y.key = x.key AND y.role = x.role
    WHERE x.dataset = $dataset AND y.dataset <> $dataset
), best AS (
    SELECT key, role, bool_or(mine = theirs) AS agrees, min(mine) AS mine, min(theirs) AS theirs, count(*) AS tries
    FROM pair GROUP BY key, role
), mine_share AS (
    SELECT role, mine AS text, count(*) / sum(count(*)) OVER (PARTITION BY role) AS share FROM best GROUP BY role, mine
), their_share AS (
    SELECT role, theirs AS text, count(*) / sum(count(*)) OVER (PARTITION BY role) AS share FROM best GROUP BY role, theirs
), luck AS (
    SELECT m.role, sum(m.share * t.share) AS chance FROM mine_share m JOIN their_share t ON t.role = m.role AND t.text = m.text
    GROUP BY m.role
)
SELECT b.role, count(*)::BIGINT AS compared, (count(*) FILTER (b.agrees))::BIGINT AS agree, coalesce(max(l.chance), 0) AS chance,
    max(b.tries)::BIGINT AS tries
FROM best b LEFT JOIN luck l ON l.role = b.role GROUP BY b.role ORDER BY b.role
