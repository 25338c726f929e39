-- See own_contact.
UPDATE own_contact AS o SET contact = n.contact
FROM (SELECT e.a AS key, min(c.contact) AS contact FROM own_edge AS e JOIN own_contact AS c ON c.key = e.b GROUP BY e.a) AS n
WHERE n.key = o.key AND n.contact < o.contact
