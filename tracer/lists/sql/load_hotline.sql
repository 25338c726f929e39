-- Identifiers with too many names to be one person's, and devices, cars, accounts and documents (keys from $further_base to
-- $email_base) with too many numbers and addresses. Only frequent ones are looked at.
CREATE TEMP TABLE load_hotline AS
WITH frequent AS (
    SELECT key, key >= $further_base AND key < $email_base AS further FROM load_keys
    WHERE (n > $most AND (key < $key_base OR key >= $hash_base)) OR (n > $few AND key >= $further_base AND key < $email_base)
), named AS (
    SELECT link.key, count(DISTINCT link.row) AS rows, count(DISTINCT name.name) AS names
    FROM frequent JOIN load_link AS link ON link.key = frequent.key JOIN load_name AS name ON name.row = link.row
    GROUP BY link.key HAVING count(DISTINCT name.name) > $most
), shared AS (
    SELECT link.key, count(DISTINCT link.row) AS rows, count(DISTINCT other.key) AS names
    FROM frequent JOIN load_link AS link ON link.key = frequent.key JOIN load_link AS other ON other.row = link.row
    WHERE frequent.further AND NOT other.folded
        AND (other.key < $further_base OR (other.key >= $email_base AND other.key < $key_base))
    GROUP BY link.key HAVING count(DISTINCT other.key) > $few
)
SELECT key, max(rows) AS rows, max(names) AS names FROM (FROM named UNION ALL FROM shared) GROUP BY key
