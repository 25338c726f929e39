-- the choices of draw $draw whose contact dataset $dataset holds, with its row there and in the released list $source
WITH known AS (
    SELECT m.key, coalesce(a.contact, m.key) AS contact, m.row
    FROM membership AS m LEFT JOIN contact_alias AS a ON a.dataset = m.dataset AND a.key = m.key
    WHERE m.dataset = $source
), met AS (
    SELECT k.contact, min(t.row) AS row
    FROM known AS k JOIN membership AS t ON t.dataset = $dataset AND t.key = k.key
    GROUP BY k.contact
), own AS (
    SELECT contact, min(row) AS row FROM known GROUP BY contact
)
SELECT c.no, c.position, c.pair, met.row, own.row AS source_row
FROM choice AS c JOIN met ON met.contact = c.key JOIN own ON own.contact = c.key
WHERE c.draw = $draw
