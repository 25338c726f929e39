-- Chinese mobile numbers of dirty cells, by hand: the clean form first, else the digits without a country code.
CREATE OR REPLACE TEMP TABLE by_hand AS
SELECT row,
    CASE
        WHEN length(raw) = 11 AND TRY_CAST(raw AS BIGINT) BETWEEN 13000000000 AND 19999999999
            THEN 8600000000000 + TRY_CAST(raw AS BIGINT)
        ELSE 8600000000000 + TRY_CAST(regexp_extract(
            regexp_replace(regexp_replace(translate(raw, '０１２３４５６７８９', '0123456789'), '\.0$', ''), '[^0-9]+', '', 'g'),
            '^(?:00)?(?:86)?(1[3-9][0-9]{9})$', 1
        ) AS BIGINT)
    END AS key
FROM cell
