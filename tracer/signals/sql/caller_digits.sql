-- A number as it is shown, as digits without the country code $code: +86 139…, 0086139…, 86139… and 0139… are 139…; a
-- Chinese landline keeps the 0 before its area code, as it is dialled at home.
CREATE OR REPLACE TEMP MACRO caller_digits(shown, code) AS (
    SELECT CASE
        WHEN code = '86' AND length(bare) BETWEEN 9 AND 11 AND d <> bare AND NOT regexp_matches(bare, '^(0|1[3-9]|[48]00|95|10[0-9]{3})') THEN '0' || bare
        ELSE bare END
    FROM (SELECT d, CASE
            WHEN starts_with(d, '00' || code) THEN substr(d, 3 + length(code))
            WHEN plus AND starts_with(d, code) THEN substr(d, 1 + length(code))
            WHEN code = '86' AND regexp_matches(d, '^861[3-9][0-9]{9}$') THEN substr(d, 3)
            WHEN code = '86' AND regexp_matches(d, '^01[3-9][0-9]{9}$') THEN substr(d, 2)
            ELSE d END AS bare
        FROM (SELECT regexp_replace(translate(shown, '０１２３４５６７８９', '0123456789'), '[^0-9]', '', 'g') AS d,
            starts_with(translate(ltrim(shown), '＋', '+'), '+') AS plus))
)
