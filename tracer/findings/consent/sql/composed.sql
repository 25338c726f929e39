-- The contacts of one part of dataset $number with the fields of a composed key; $before: rows of the dataset before the part.
SELECT coalesce(a.contact, m.key) AS contact, {cells}
FROM {raw} AS r JOIN membership m ON m.dataset = $number AND m.row = r.row + $before
LEFT JOIN contact_alias a ON a.dataset = $number AND a.key = m.key
GROUP BY ALL
