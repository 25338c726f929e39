-- Texts that are one number, or the hash of one, which stays as it is. $china: bare digits are Chinese; then ten of them
-- without 0 in front may be a port of messages (1069…) as well as a landline, and are left out.
CREATE OR REPLACE TEMP TABLE {target} AS
SELECT raw AS shown, CASE WHEN min(key) < 1000000000000000 THEN '+' || min(key) ELSE lower(trim(raw)) END AS number FROM {target}_key
GROUP BY raw
HAVING count(*) = 1 AND min(key) IS NOT NULL AND NOT ($china AND min(kind) = 'landline' AND NOT regexp_matches(raw, '^[^0-9０-９]*([+＋]|[0０])'))
