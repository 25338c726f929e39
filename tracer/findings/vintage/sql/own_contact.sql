-- `own_contact`: which identifiers are one contact's in any of the lists $lists, by steps: each takes the smallest that it
-- or one that is joined with it (`own_edge`) has, until none changes.
CREATE OR REPLACE TEMP TABLE own_edge AS
WITH alias AS (SELECT DISTINCT key, contact FROM contact_alias WHERE list_contains($lists, dataset))
SELECT key AS a, contact AS b FROM alias UNION SELECT contact, key FROM alias
UNION SELECT key, key FROM alias UNION SELECT contact, contact FROM alias
