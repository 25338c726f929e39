-- person_block: the features that bring together two people of whom one is of the other list, or is sampled. A crowd
-- is not a block.
CREATE OR REPLACE TEMP TABLE person_block AS
SELECT rule, one, other, count(*) AS people,
    (count(*) FILTER (NOT second)) * (count(*) FILTER (second))
        + (count(*) FILTER (sampled AND second)) * (count(*) FILTER (second))
        + (count(*) FILTER (sampled AND NOT second)) * (count(*) FILTER (NOT second)) AS pairs
FROM person_feature GROUP BY ALL HAVING count(*) BETWEEN 2 AND $most
