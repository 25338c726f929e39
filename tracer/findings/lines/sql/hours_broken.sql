-- Calls of each line under each rule of kind `hours`, where the clock is known, and those outside its hours. `line_rule`: see `_broken_rules`.
SELECT r.line, r.rule, count(*), count(*) FILTER (strftime(e.local, '%H:%M') < r.earliest OR strftime(e.local, '%H:%M') >= r.latest),
    min(e."at") FILTER (strftime(e.local, '%H:%M') < r.earliest OR strftime(e.local, '%H:%M') >= r.latest),
    max(e."at") FILTER (strftime(e.local, '%H:%M') < r.earliest OR strftime(e.local, '%H:%M') >= r.latest)
FROM line_event e JOIN line_rule r ON r.line = e.line AND r.day = e.day AND r.kind = 'hours'
WHERE e.channel = 'call' AND e.local IS NOT NULL
GROUP BY r.line, r.rule ORDER BY ALL
