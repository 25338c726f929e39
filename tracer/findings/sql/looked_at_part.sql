-- looked_at: the memberships of one part of all identifiers
CREATE OR REPLACE TEMP TABLE looked_at AS
SELECT m.dataset, m.key
FROM (SELECT dataset, key FROM membership WHERE (key % 9973) % $parts = $part) AS m
JOIN traced AS t ON t.no = m.dataset;
