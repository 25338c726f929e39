-- The kept hash of each contact's first row in one part of a dataset, with the row's site.
INSERT INTO secret_held
SELECT $position, m.key, r.{secret}, {site}
FROM membership AS m
JOIN {raw} AS r ON r.row = m.row - $before
WHERE m.dataset = $number AND regexp_full_match(r.{secret}, $form)
