-- Masked Chinese mobile numbers: eleven characters, * for every hidden digit. They are counted and never link. What
-- does not come out at eleven (other kinds of number, addresses) is rejected as masked like these, and has no line here.
-- The common form is read at sight, all others once per distinct text (`load_mask`).
INSERT INTO mask
WITH cell AS MATERIALIZED (
    SELECT row, raw, $china AND regexp_full_match(raw, '1[3-9][0-9][*]{4}[0-9]{4}') AS plain
    FROM load_bad WHERE status = 'masked'
), national AS (
    SELECT raw, regexp_replace(stars, '^86(1[3-9]|[*])', '\1') AS stars FROM temp.load_mask
    WHERE ($china AND (NOT plus OR regexp_matches(stars, '^(?:86|[*])'))) OR regexp_matches(text, '^[^0-9*+]*(?:[+]|00) ?86')
), parted AS MATERIALIZED (
    SELECT raw, stars, regexp_extract(stars, '^[0-9]*') AS head, regexp_extract(stars, '[0-9]*$') AS tail
    FROM national WHERE regexp_full_match(stars, '[0-9*]*[*][0-9*]*')
), reading AS (
    SELECT raw,
        CASE WHEN length(stars) = 11 THEN stars
            ELSE head || repeat('*', 11 - length(head) - length(tail)) || tail END AS mask
    FROM parted
    WHERE (head = '' OR regexp_matches(head, '^1(?:[3-9]|$)')) AND length(head) + length(tail) BETWEEN 2 AND 10
        AND (length(stars) = 11 OR regexp_full_match(stars, '[0-9]*[*]+[0-9]*'))
)
SELECT DISTINCT CAST($dataset AS INTEGER), row, mask FROM (
    SELECT row, raw AS mask FROM cell WHERE plain
    UNION ALL
    SELECT cell.row, reading.mask FROM cell JOIN reading ON reading.raw = cell.raw WHERE NOT cell.plain
)
ORDER BY row, mask
