-- cell: the rows of all lists with their sets of holders, NULL where no other list has the identifier. Texts are
-- without spaces and in small letters, days are numbers such as 20260131; an empty cell is NULL.
-- `form` is the number as it was written, each digit as 9; `name_form` the name, each run of capitals and of other letters as one.
-- `repeated`: this is the first of several rows of the contact, and a copy may have the cells of any of them. `came`: the day on
-- which the row came in; where no column says so the row's own day, if those of the list lie within {years} years, as those of
-- births do not.
CREATE OR REPLACE TEMP TABLE cell AS
WITH text AS MATERIALIZED ({parts}),  -- pushed into each part, a pattern would be compiled as often
written AS (
    SELECT
        position, key, contact,
        -- the first cases are the usual ones, and quick
        CASE WHEN regexp_full_match(phone, '[0-9]+') THEN repeat('9', strlen(phone))
            ELSE translate(phone, '0123456789', '9999999999') END AS form,
        CASE WHEN regexp_full_match(name, '[\p{Lo}\p{Ll}]+') THEN 'a'
            ELSE regexp_replace(regexp_replace(name, '\p{Lu}+', 'A', 'g'), '[\p{Lo}\p{Ll}]+', 'a', 'g') END AS name_form,
        nullif(lower(regexp_replace(name, '\s', '', 'g')), '') AS name,
        nullif(lower(regexp_replace(organisation, '\s', '', 'g')), '') AS organisation,
        nullif(lower(regexp_replace(address, '\s', '', 'g')), '') AS address,
        regexp_extract(day, '((?:19|20)\d\d)\D?(\d\d?)\D?(\d\d?)', ['year', 'month', 'day']) AS date,
        regexp_extract(added, '((?:19|20)\d\d)\D?(\d\d?)\D?(\d\d?)', ['year', 'month', 'day']) AS entry
    FROM text
),
cell_row AS MATERIALIZED (
    SELECT * EXCLUDE (date, entry),
        10000 * TRY_CAST(date.year AS BIGINT) + 100 * TRY_CAST(date.month AS BIGINT) + TRY_CAST(date.day AS BIGINT) AS day,
        10000 * TRY_CAST(entry.year AS BIGINT) + 100 * TRY_CAST(entry.month AS BIGINT) + TRY_CAST(entry.day AS BIGINT) AS added
    FROM written
),
spread AS (
    SELECT position FROM cell_row WHERE day IS NOT NULL GROUP BY position
    HAVING quantile_disc(day, 0.99) - quantile_disc(day, 0.01) < 10000 * {years}
)
SELECT c.* EXCLUDE (day, added), k.pattern, d.key IS NOT NULL AS repeated,
    coalesce(c.added, CASE WHEN s.position IS NOT NULL THEN c.day END) AS came
FROM cell_row AS c
LEFT JOIN {holders_by_key} AS k ON k.key = c.key
LEFT JOIN spread AS s ON s.position = c.position
LEFT JOIN (
    SELECT DISTINCT t.position, d.key FROM duplicate AS d JOIN {datasets} AS t ON t.no = d.dataset
) AS d ON d.position = c.position AND d.key = c.key
