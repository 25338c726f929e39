-- `line_complaint`: see `line_events`. What was complained of without a readable time is counted and covered by no day.
-- $digits: of those called, by which clocks are known
CREATE OR REPLACE TEMP TABLE line_complaint AS
WITH told AS (
    SELECT c.file, c.row, c."at", s.number AS caller, k.key AS called, c.text
    FROM complaint c LEFT JOIN line_caller s ON s.shown = c.caller
    LEFT JOIN (SELECT raw, min(key) AS key FROM line_called WHERE key IS NOT NULL GROUP BY raw) k ON k.raw = c.called
)
SELECT t.file, t.row, t."at", t."at" + to_seconds(o.offset_s) AS local, CAST(coalesce(t."at" + to_seconds(o.offset_s), t."at") AS DATE) AS day, t.caller, t.called, t.text,
    l.id AS line, l.vendor, coalesce(l.carrier, CASE WHEN l.id IS NULL THEN p.carrier END) AS carrier, coalesce(l.province, p.province) AS province
FROM told t LEFT JOIN line_clock k ON k.head = coalesce(left(t.called::VARCHAR, $digits), '')
LEFT JOIN line_hour o ON o.zone = k.zone AND o.hour = date_trunc('hour', t."at")
LEFT JOIN caller_line c ON c.caller = t.caller LEFT JOIN line l ON l.id = c.line
LEFT JOIN line_place p ON p.number = t.caller
