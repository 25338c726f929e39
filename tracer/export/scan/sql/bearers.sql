-- which of $candidates, a JSON list of texts in the form in which names compare, are a cell of fewer than $few rows;
-- `{cells}` gives the cells. Few of them have blanks other than single ones, and folding those takes longest.
WITH candidate(text) AS MATERIALIZED (SELECT unnest(from_json($candidates, '["VARCHAR"]'))),
folded(text) AS (
    SELECT lower(trim(
        CASE WHEN regexp_matches(cell, '[\t\n\f\r\x{3000}]|  ')
            THEN regexp_replace(translate(cell, chr(12288), ' '), '\s+', ' ', 'g')
            ELSE cell
        END
    ))
    FROM ({cells})
)
SELECT c.text
FROM folded f
JOIN candidate c ON c.text = f.text
GROUP BY c.text
HAVING count(*) < $few
ORDER BY c.text
