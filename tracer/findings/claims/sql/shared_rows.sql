-- The rows of dataset $dataset and those of the datasets in $others that share a contact with it, by the contact of $dataset
-- (its strongest identifier), so that who is joined by several identifiers counts once: `claim_row` (dataset, row, key).
CREATE OR REPLACE TEMP TABLE claim_row AS
WITH mine AS (
    SELECT m.key, coalesce(a.contact, m.key) AS contact
    FROM membership m LEFT JOIN contact_alias a ON a.dataset = m.dataset AND a.key = m.key
    WHERE m.dataset = $dataset
)
SELECT DISTINCT m.dataset, m.row, x.contact AS key
FROM membership m JOIN mine x ON x.key = m.key
WHERE m.dataset IN (SELECT unnest(list_append($others, $dataset)))
