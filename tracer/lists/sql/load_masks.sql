-- Masked Chinese mobile numbers: eleven characters, * for every hidden digit. They are counted and never link. What
-- does not come out at eleven (other kinds of number, addresses) is rejected as masked like these, and has no line here.
INSERT INTO mask
WITH folded AS (
    SELECT row, regexp_replace({folded}, '-{{3,}}|[.]{{3,}}|…+', '***', 'g') AS text FROM load_bad WHERE status = 'masked'
), starred AS (
    SELECT row, text, translate(text, '•●○■□█▇×✱∗※◆◇xX#?_', '******************') AS stars FROM folded
), bare AS (
    SELECT row, text, regexp_replace(regexp_replace(stars, '^[^0-9*+]+|[^0-9*]+$', '', 'g'), '[ .()+-]+', '', 'g') AS stars
    FROM starred
), national AS (
    SELECT row, regexp_replace(stars, '^(?:00)?86(1[3-9]|[*])', '\1') AS stars FROM bare
    WHERE $china OR regexp_matches(text, '^[^0-9*+]*(?:[+]|00) ?86')
), parted AS (
    SELECT row, stars, regexp_extract(stars, '^[0-9]*') AS head, regexp_extract(stars, '[0-9]*$') AS tail
    FROM national WHERE regexp_full_match(stars, '[0-9*]*[*][0-9*]*')
)
SELECT DISTINCT CAST($dataset AS INTEGER), row,
    CASE WHEN length(stars) = 11 THEN stars ELSE head || repeat('*', 11 - length(head) - length(tail)) || tail END AS mask
FROM parted
WHERE (head = '' OR regexp_matches(head, '^1(?:[3-9]|$)')) AND length(head) + length(tail) BETWEEN 2 AND 10
    AND (length(stars) = 11 OR regexp_full_match(stars, '[0-9]*[*]+[0-9]*'))
ORDER BY row, mask
