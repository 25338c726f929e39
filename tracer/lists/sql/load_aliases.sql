-- load_alias: keys that are not the strongest of their row, with the one that is. A step leads to a key of lower rank or,
-- within a rank, a smaller one, so that the steps end. An address without its tag comes before the tagged one: what is a tag in
-- one row is one in all. {ranks}: the least key of each rank.
INSERT INTO load_alias
WITH link AS (
    SELECT row, key, bool_or(tagged) AS tagged FROM load_link
    WHERE NOT EXISTS (SELECT 1 FROM load_hotline AS hotline WHERE hotline.key = load_link.key) GROUP BY row, key
), anchor AS (SELECT row, coalesce({ranks}, min(key)) AS contact FROM link GROUP BY row HAVING count(*) > 1)
SELECT DISTINCT link.key, anchor.contact FROM link JOIN anchor USING (row) WHERE link.key <> anchor.contact
