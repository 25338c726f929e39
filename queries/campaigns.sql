-- Campaigns
-- answers: Which hits belong together, and from which copy do the numbers come?
-- param release id = none: only campaigns that this copy may be behind
-- param date date = none: count hits before this day and from it on
-- column campaign text: id
-- column channels list: call, sms, flash_sms, email
-- column first_at moment: first hit, UTC
-- column last_at moment: last hit, UTC
-- column hits integer: signals
-- column numbers integer: controlled numbers reached
-- column callers integer: distinct callers shown
-- column content integer: numbers to which something of the persona was said
-- column same_province number: calls in which caller and called are of one province
-- column pool text: the callers' pool
-- column reading sentence: what it shows
-- column releases list: copies behind it at one half or more
-- column probability number: of the reading
-- column before integer: hits before the day asked for
-- column after integer: hits on it and later
-- column reasons list: what it rests on
-- column against list: what speaks against it
SELECT c.campaign, c.channels, c.first_at, c.last_at, c.hits, c.numbers, c.callers, c.content, c.same_province, c.pool,
    c.reading, c.releases, c.probability,
    CASE WHEN $date IS NOT NULL THEN (SELECT count(*) FROM views.signals s WHERE s.campaign = c.campaign AND s."at" < $date) END AS before,
    CASE WHEN $date IS NOT NULL THEN (SELECT count(*) FROM views.signals s WHERE s.campaign = c.campaign AND s."at" >= $date) END AS after,
    c.reasons, c.against
FROM views.campaigns c
WHERE $release IS NULL OR EXISTS (
    SELECT 1 FROM views.campaign_sources s WHERE s.campaign = c.campaign AND list_contains(s.releases, $release) AND s.probability >= 0.05)
ORDER BY c.first_at, length(c.campaign), c.campaign
