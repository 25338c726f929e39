-- several: the identifiers of contacts that have more than one, where the identifier is held by another dataset too.
CREATE OR REPLACE TEMP TABLE several AS
SELECT k.dataset, t.position, k.contact, p.pattern
FROM (
    SELECT dataset, contact, key FROM contact_alias
    UNION
    SELECT DISTINCT dataset, contact, contact AS key FROM contact_alias
) AS k
JOIN traced AS t ON t.no = k.dataset
JOIN signed_key AS s ON s.key = k.key AND s.holders > 1
JOIN pattern AS p ON p.signature = s.signature;
