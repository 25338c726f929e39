-- Caller pools
-- answers: Which segments call for the same campaigns, and how many cards do they use?
-- param date date = none: count calls and callers before this day (a block, say) and from it on
-- column pool text: id
-- column segments list: numbers without their last four digits
-- column calls integer: calls from them, complaints too
-- column callers integer: distinct callers
-- column low integer: cards, lower end at 95 %
-- column estimate integer: likeliest number of cards; empty where no caller came twice
-- column high integer: upper end; empty where nothing bounds it
-- column first_at moment: first hit, UTC
-- column last_at moment: last hit, UTC
-- column campaigns list: what they call for
-- column same_province number: calls in which caller and called are of one province
-- column before integer: hits of its campaigns before the day asked for
-- column after integer: hits on it and later
SELECT p.pool, p.segments, p.calls, p.callers, p.low, p.estimate, p.high, p.first_at, p.last_at, p.campaigns, p.same_province,
    CASE WHEN $date IS NOT NULL THEN (SELECT count(*) FROM views.signals s WHERE list_contains(p.campaigns, s.campaign) AND s."at" < $date) END AS before,
    CASE WHEN $date IS NOT NULL THEN (SELECT count(*) FROM views.signals s WHERE list_contains(p.campaigns, s.campaign) AND s."at" >= $date) END AS after
FROM views.caller_pools p
ORDER BY p.first_at, length(p.pool), p.pool
