-- looked_at: the memberships of identifiers from `first` to under `beyond`
CREATE OR REPLACE TEMP TABLE looked_at AS
SELECT m.dataset, m.key
FROM (SELECT dataset, key FROM membership WHERE key >= $first AND key < $beyond) AS m
JOIN traced AS t ON t.no = m.dataset;
