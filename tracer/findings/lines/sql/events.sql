-- `line_event`: see `line_events`. $digits: of those called, by which clocks are known
CREATE OR REPLACE TEMP TABLE line_event AS
SELECT h."at", h."at" + to_seconds(o.offset_s) AS local, CAST(coalesce(h."at" + to_seconds(o.offset_s), h."at") AS DATE) AS day, h.channel, h.caller, h.called,
    l.id AS line, l.vendor, coalesce(l.carrier, CASE WHEN l.id IS NULL THEN p.carrier END) AS carrier, coalesce(l.province, p.province) AS province,
    h.called IN (SELECT phone FROM canary WHERE phone IS NOT NULL) AS controlled
FROM line_heard h LEFT JOIN line_clock k ON k.head = left(h.called::VARCHAR, $digits)
LEFT JOIN line_hour o ON o.zone = k.zone AND o.hour = date_trunc('hour', h."at")
LEFT JOIN caller_line c ON c.caller = h.caller LEFT JOIN line l ON l.id = c.line
LEFT JOIN line_place p ON p.number = h.caller
