-- the numbers and prefixes of lines, as digits
CREATE OR REPLACE TEMP TABLE line_prefix AS
SELECT DISTINCT line, caller_digits(rtrim(number, '*'), $code) AS digits, NOT ends_with(number, '*') AS whole
FROM (SELECT id AS line, trim(unnest(numbers)) AS number FROM line)
