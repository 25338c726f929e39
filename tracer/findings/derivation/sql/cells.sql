-- One part's rows into `cell_row`. Texts are without spaces and in small letters, days are numbers such as 20260131; an empty
-- cell is NULL; `added` is the day on which the list says that the row came in.
-- `form` is the number as it was written, each digit as 9; `name_form` the name, each run of capitals, of small letters and of
-- others as one.
INSERT INTO cell_row
WITH written AS (
    SELECT
        m.key,
        translate({phone}, '0123456789', '9999999999') AS form,
        regexp_replace(regexp_replace(regexp_replace({name}, '[\p{Lo}]+', 'x', 'g'), '\p{Lu}+', 'A', 'g'), '\p{Ll}+', 'a', 'g') AS name_form,
        nullif(lower(regexp_replace({name}, '\s', '', 'g')), '') AS name,
        nullif(lower(regexp_replace({organisation}, '\s', '', 'g')), '') AS organisation,
        nullif(lower(regexp_replace({address}, '\s', '', 'g')), '') AS address,
        regexp_extract({day}, '((?:19|20)\d\d)\D?(\d\d?)\D?(\d\d?)', ['year', 'month', 'day']) AS date,
        regexp_extract({added}, '((?:19|20)\d\d)\D?(\d\d?)\D?(\d\d?)', ['year', 'month', 'day']) AS entry
    FROM membership AS m
    JOIN {raw} AS r ON r.row = m.row - $before
    WHERE m.dataset = $number AND (m.key % 9973) % 100 < $percent
)
SELECT
    $position AS position, key, form, name_form, name, organisation, address,
    10000 * TRY_CAST(date.year AS BIGINT) + 100 * TRY_CAST(date.month AS BIGINT) + TRY_CAST(date.day AS BIGINT) AS day,
    10000 * TRY_CAST(entry.year AS BIGINT) + 100 * TRY_CAST(entry.month AS BIGINT) + TRY_CAST(entry.day AS BIGINT) AS added
FROM written;
