-- messages by the channels $channels that reached controlled numbers; `theirs`: from a line of $party, or naming one of $names
SELECT s.canary, c.kind, s."at", coalesce(l.vendor = $party OR l.carrier = $party, false)
    OR list_bool_or(list_transform($names, lambda name: contains(coalesce(s.text, ''), name))) AS theirs
FROM signal s JOIN canary c ON c.no = s.canary
LEFT JOIN line_event e ON e."at" = s."at" AND e.called = s.called_key AND e.channel = s.channel
LEFT JOIN line l ON l.id = e.line
WHERE list_contains($channels, s.channel) AND s."at" IS NOT NULL
ORDER BY s."at", s.file, s.row, s.canary
