-- Calls of each line under each rule of kind $kind, and those beyond its number a day: to one number, or from one caller.
SELECT line, rule, sum(calls)::BIGINT, sum(greatest(calls - CAST(floor(at_most) AS BIGINT), 0))::BIGINT,
    min(first_at) FILTER (calls > at_most), max(last_at) FILTER (calls > at_most)
FROM (
    SELECT r.line, r.rule, r.at_most, e.day, CASE WHEN $kind = 'per_number' THEN e.called::VARCHAR ELSE e.caller END AS whom,
        count(*) AS calls, min(e."at") AS first_at, max(e."at") AS last_at
    FROM line_event e JOIN line_rule r ON r.line = e.line AND r.day = e.day AND r.kind = $kind
    WHERE e.channel = 'call'
    GROUP BY ALL
)
GROUP BY line, rule ORDER BY ALL
