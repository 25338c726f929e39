-- those of the recipients $to who have a copy of a list of which at least half of the contacts are in the loaded version $no
WITH held AS (
    SELECT DISTINCT r.recipient, d.no FROM release AS r JOIN dataset AS d ON d.id = r.dataset AND d.current
    WHERE r.recipient IN (SELECT unnest($to))
), alike AS (
    SELECT m.dataset AS no FROM membership AS m SEMI JOIN held ON held.no = m.dataset
    GROUP BY m.dataset
    HAVING 2 * count(*) FILTER (m.key IN (SELECT key FROM membership WHERE dataset = $no)) >= count(*)
)
SELECT DISTINCT recipient FROM held SEMI JOIN alike USING (no) ORDER BY recipient
