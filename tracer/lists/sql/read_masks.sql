-- (raw, text, stars, plus): each distinct masked text but the common Chinese form; * for every hidden digit, without
-- what separates groups; whether a country's code is in front. Materialised steps keep the planner from writing each
-- step's expressions into all later ones.
WITH folded AS MATERIALIZED (
    SELECT raw, regexp_replace({folded}, '-{{3,}}|[.]{{3,}}|…+', '***', 'g') AS text
    FROM (SELECT DISTINCT raw FROM load_bad
        WHERE status = 'masked' AND NOT regexp_full_match(raw, '1[3-9][0-9][*]{{4}}[0-9]{{4}}'))
), starred AS (
    SELECT raw, text, regexp_replace(text, '[•●○■□█▇×✱∗※◆◇xX#?_]', '*', 'g') AS stars FROM folded
), bare AS MATERIALIZED (
    SELECT raw, text, regexp_replace(regexp_replace(stars, '^[^0-9*+]+|[^0-9*]+$', '', 'g'), '[ .()+-]+', '', 'g') AS stars
    FROM starred
)
SELECT raw, text, CASE WHEN plus AND starts_with(stars, '00') THEN substr(stars, 3) ELSE stars END AS stars, plus
FROM (SELECT raw, text, stars, regexp_matches(text, '^[^0-9*+]*(?:[+]|00 ?[1-9])') AS plus FROM bare)
ORDER BY raw
