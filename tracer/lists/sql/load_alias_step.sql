-- one step further, through the rows that have the contact's key
CREATE OR REPLACE TEMP TABLE load_alias AS
SELECT DISTINCT near.key, coalesce(far.contact, near.contact) AS contact
FROM load_alias AS near LEFT JOIN load_alias AS far ON far.key = near.contact
