-- Cells in which an address may say something of itself: with a tag, of a relay ($endings: ends of their domains), or
-- with a name before the @ that is known ($known). The readers have put what has a tag aside; all else is looked at once,
-- most addresses of great providers ($common: ends of their domains) by their end alone.
CREATE OR REPLACE TEMP TABLE load_label_cell AS
SELECT DISTINCT row, lower(trim(raw)) AS raw FROM ({odd}) WHERE contains(raw, '+')
UNION ALL
SELECT row, lower(trim(raw)) FROM (
    SELECT row, raw FROM ({cells})
    WHERE right(raw, 9) NOT IN (SELECT unnest($common)) AND right(raw, 7) NOT IN ('@qq.com', '163.com', '126.com')
)
WHERE (lower(split_part(raw, '@', 1)) IN (SELECT unnest($known)) OR lower(split_part(raw, '.', 1)) IN (SELECT unnest($known))
    OR lower(split_part(raw, '.', 2)) IN (SELECT unnest($known))
    OR right(raw, 9) IN (SELECT unnest($endings))) AND NOT contains(raw, '+')
