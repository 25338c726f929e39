-- calls and complaints that show a number of the lines $lines, and the distinct numbers
SELECT count(*), count(DISTINCT caller) FROM (
    SELECT caller FROM line_event WHERE list_contains($lines, line)
    UNION ALL
    SELECT c.caller FROM line_complaint c WHERE list_contains($lines, c.line)
        AND NOT EXISTS (SELECT 1 FROM line_event e WHERE e.caller = c.caller AND e.called = c.called AND e."at" = c."at")
)
