-- By line, vendor, carrier and province: calls to others than canaries and controls, all complaints, and those on days
-- that these calls cover. A line of which nothing is known is listed all the same.
WITH called AS (
    SELECT line, vendor, carrier, province, "at", day FROM line_event WHERE NOT controlled
), complained AS (
    SELECT line, vendor, carrier, province, day FROM line_complaint
), side AS (
    SELECT unnest(['line', 'vendor', 'carrier', 'province']) AS dimension, unnest([line, vendor, carrier, province]) AS name, line, "at", day, false AS complaint FROM called
    UNION ALL
    SELECT unnest(['line', 'vendor', 'carrier', 'province']), unnest([line, vendor, carrier, province]), line, NULL, day, true FROM complained
    UNION ALL
    SELECT unnest(['line', 'vendor', 'carrier', 'province']), unnest([id, vendor, carrier, province]), id, NULL, NULL, NULL FROM line
), covered AS (
    SELECT dimension, name, min(day) AS first_day, max(day) AS last_day FROM side WHERE NOT complaint GROUP BY ALL
)
SELECT s.dimension, s.name, coalesce(list(DISTINCT s.line ORDER BY s.line) FILTER (s.line IS NOT NULL), []),
    count(*) FILTER (NOT s.complaint), count(*) FILTER (s.complaint),
    count(*) FILTER (s.complaint AND s.day BETWEEN c.first_day AND c.last_day), min(s."at"), max(s."at")
FROM side s LEFT JOIN covered c ON c.dimension = s.dimension AND c.name = s.name
WHERE s.name IS NOT NULL
GROUP BY s.dimension, s.name
ORDER BY s.dimension, s.name
