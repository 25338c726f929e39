-- Messages by the channels $channels that reached controlled numbers; `theirs`: from a line of $party, or naming one of $names:
-- in the text, or by a signature 【…】 that is a part of one.
SELECT s.canary, c.kind, s."at", coalesce(l.vendor = $party OR l.carrier = $party, false)
    OR coalesce(list_bool_or(list_transform($names, lambda name: contains(coalesce(s.text, ''), name)
        OR (length(regexp_extract(s.text, '【([^】]+)】', 1)) >= 2 AND contains(name, regexp_extract(s.text, '【([^】]+)】', 1))))), false) AS theirs
FROM signal s JOIN canary c ON c.no = s.canary
LEFT JOIN line_event e ON e."at" = s."at" AND e.called = s.called_key AND e.channel = s.channel
LEFT JOIN line l ON l.id = e.line
WHERE list_contains($channels, s.channel) AND s."at" IS NOT NULL
ORDER BY s."at", s.file, s.row, s.canary
