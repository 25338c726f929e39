-- person_rule: rules are taken from the cheapest on, as long as all pairs together stay within $budget.
CREATE OR REPLACE TEMP TABLE person_rule AS
SELECT rule FROM (
    SELECT rule, sum(pairs) OVER (ORDER BY pairs, rule) AS together
    FROM (SELECT rule, sum(pairs) AS pairs FROM person_block GROUP BY rule)
) WHERE together <= $budget
