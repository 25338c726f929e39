-- several: the identifiers of contacts that have more than one, where the identifier is held by another dataset too.
SELECT k.dataset, t.position, k.contact, p.pattern
FROM (
    SELECT dataset, contact, key FROM contact_alias
    UNION
    SELECT DISTINCT dataset, contact, contact AS key FROM contact_alias
) AS k
JOIN {traced} AS t ON t.no = k.dataset
JOIN {key_pattern} AS p ON p.key = k.key;
