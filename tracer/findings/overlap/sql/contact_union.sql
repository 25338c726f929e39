-- Contacts with several identifiers, by the sets of holders of these; a set of sets is written in order.
SELECT position, patterns, count(*) AS contacts
FROM (
    SELECT position, contact, array_to_string(list_sort(list(pattern)), ',') AS patterns
    FROM (SELECT DISTINCT position, contact, CAST(pattern AS VARCHAR) AS pattern FROM {several}) AS each_once
    GROUP BY position, contact
) AS of_contact
GROUP BY position, patterns
ORDER BY position, patterns;
