-- For call records and complaints apart: calls that show a number of the lines $lines up to $day and after it ($robots: only
-- those whose text speaks of a robot), the days that the source covers on either side, the days after on which there were
-- calls, and the last. The day itself is not yet after it.
WITH said AS (
    SELECT 'calls' AS source, e.day, s.text FROM line_event e
    LEFT JOIN (SELECT "at", called_key, any_value(text) AS text FROM signal WHERE "at" IS NOT NULL GROUP BY ALL) s ON s."at" = e."at" AND s.called_key = e.called
    WHERE list_contains($lines, e.line)
    UNION ALL
    SELECT 'complaints', day, text FROM line_complaint WHERE list_contains($lines, line) AND day IS NOT NULL
), counted AS (
    SELECT source, day FROM said WHERE NOT $robots OR contains(text, '机器人') OR contains(lower(text), 'robot') OR contains(text, '语音')
), span AS (
    SELECT 'calls' AS source, min(day) AS first, max(day) AS last FROM line_event HAVING count(*) > 0
    UNION ALL
    SELECT 'complaints', min(day), max(day) FROM line_complaint HAVING count(day) > 0
)
SELECT s.source, count(*) FILTER (c.day <= $day), count(*) FILTER (c.day > $day),
    any_value(greatest(0, least(date_diff('day', s.first, s.last), date_diff('day', s.first, $day)) + 1)),
    any_value(greatest(0, least(date_diff('day', s.first, s.last) + 1, date_diff('day', $day, s.last)))),
    count(DISTINCT c.day) FILTER (c.day > $day), max(c.day)
FROM span s LEFT JOIN counted c ON c.source = s.source
GROUP BY s.source ORDER BY s.source
