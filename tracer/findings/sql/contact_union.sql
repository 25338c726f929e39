-- Contacts with several identifiers, by the sets of holders of these; a set of sets is written in order.
SELECT position, signatures, count(*) AS contacts
FROM (
    SELECT position, contact, string_agg(signature, ',' ORDER BY signature) AS signatures
    FROM (SELECT DISTINCT position, contact, CAST(signature AS VARCHAR) AS signature FROM several) AS each_once
    GROUP BY position, contact
) AS of_contact
GROUP BY position, signatures
ORDER BY position, signatures;
