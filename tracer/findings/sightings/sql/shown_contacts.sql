-- strongest identifiers (in dataset $source) of the contacts of $source of which any identifier (or a hash of it) is in
-- $target
SELECT DISTINCT coalesce(a.contact, s.key) AS contact
FROM membership AS s
JOIN held_identifier AS t ON t.key = s.key AND t.dataset = $target
LEFT JOIN contact_alias AS a ON a.dataset = s.dataset AND a.key = s.key
WHERE s.dataset = $source
ORDER BY contact
