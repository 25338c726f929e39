-- the numbers of lines, as callers show them, and how those begin that a line has by a pattern (`line_beginning`)
CREATE OR REPLACE TEMP TABLE line_prefix AS
SELECT DISTINCT n.line, c.number AS digits, true AS whole
FROM (SELECT id AS line, trim(unnest(numbers)) AS shown FROM line) n JOIN line_caller c ON c.shown = n.shown
WHERE NOT ends_with(n.shown, '*')
UNION ALL SELECT line, digits, false FROM line_beginning
