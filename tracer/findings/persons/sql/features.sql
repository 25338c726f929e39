-- person_feature: what people are brought together by: a value that few have, and two values together that many have.
-- `rule`: the fields that it is made of.
CREATE OR REPLACE TEMP TABLE person_feature AS
SELECT person, second, sampled, field * 64 AS rule, code AS one, -1 AS other FROM person_value WHERE NOT common
UNION ALL
SELECT x.person, x.second, x.sampled, x.field * 64 + y.field + 1, x.code, y.code
FROM person_value AS x JOIN person_value AS y ON y.person = x.person AND y.field > x.field
WHERE x.common AND y.common
