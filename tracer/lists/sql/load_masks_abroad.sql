-- Masked numbers of other countries than China, from load_mask and load_mask_country(front, code, digits, trunk):
-- + and the country's code, then either all characters of the national number, * for a hidden digit, where its length
-- is known and agrees, or the digits before and behind what is hidden, with … between them. What has no visible digit
-- but the code has no line.
INSERT INTO mask
WITH coded AS (
    SELECT m.raw, c.code, c.digits, c.trunk, m.plus,
        CASE WHEN m.plus AND c.code <> '' THEN substr(m.stars, length(c.code) + 1)
            WHEN NOT m.plus AND starts_with(m.stars, c.code) AND length(m.stars) = length(c.code) + c.digits
                THEN substr(m.stars, length(c.code) + 1)
            ELSE m.stars END AS stars
    FROM temp.load_mask AS m
    JOIN temp.load_mask_country AS c
        ON c.front = CASE WHEN m.plus THEN regexp_extract(substr(m.stars, 1, 3), '^[0-9]*') ELSE '' END
    WHERE regexp_full_match(m.stars, '[0-9*]*[*][0-9*]*') AND length(m.stars) BETWEEN 4 AND 16
), national AS (
    SELECT raw, code, digits,
        CASE WHEN trunk <> '' AND starts_with(stars, trunk)
            AND (trunk = '0' OR length(stars) = digits + length(trunk)) THEN substr(stars, length(trunk) + 1)
            WHEN trunk <> '' AND digits > 0 AND length(stars) = digits + length(trunk) AND starts_with(stars, '*')
                THEN substr(stars, length(trunk) + 1)
            ELSE stars END AS stars
    FROM coded
), parted AS (
    SELECT raw, code, digits, stars, regexp_extract(stars, '^[0-9]*') AS head, regexp_extract(stars, '[0-9]*$') AS tail
    FROM national
), reading AS (
    SELECT raw, '+' || code || CASE WHEN length(stars) = digits THEN stars ELSE head || '…' || tail END AS mask
    FROM parted WHERE length(stars) > 2 AND contains(stars, '*') AND length(head) + length(tail) > 1
        AND length(code) + length(head) + length(tail) < 15
)
SELECT DISTINCT CAST($dataset AS INTEGER), b.row, reading.mask
FROM load_bad AS b JOIN reading ON reading.raw = b.raw WHERE b.status = 'masked'
ORDER BY b.row, reading.mask
