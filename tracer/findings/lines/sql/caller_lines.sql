-- the line of every caller: the one that names the most of its digits, the first id of several
CREATE OR REPLACE TEMP TABLE caller_line AS
WITH caller AS (
    SELECT DISTINCT number AS caller FROM line_caller
), shape AS (
    SELECT DISTINCT length(digits) AS long, whole FROM line_prefix WHERE digits <> ''
)
SELECT c.caller, arg_min(p.line, (NOT s.whole, -s.long, p.line)) AS line
FROM caller c CROSS JOIN shape s
JOIN line_prefix p ON p.digits = substr(c.caller, 1, s.long) AND p.whole = s.whole AND length(p.digits) = s.long
WHERE NOT s.whole OR length(c.caller) = s.long
GROUP BY c.caller
