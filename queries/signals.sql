-- Signals
-- answers: Which calls and messages reached canaries and controls, and what do they show?
-- param release id = none: only hits on canaries of this release
-- param channel word(call|sms|flash_sms|email) = none: only this channel
-- param campaign text = none: only hits of this campaign
-- param limit integer = 10000: at most so many rows
-- column at moment: when, UTC
-- column channel text: call, sms, flash_sms or email
-- column caller text: masked; an attribute, never an identity
-- column canary integer: the number of the canary or control
-- column releases list: the copies that hold it
-- column reading sentence: what the hit shows, in the light of its campaign
-- column campaign text: what it belongs to
-- column content text: what of the persona the caller used: name, firm, client, surname
-- column pattern text: probe, call-back storm, burn-in and the like
SELECT "at", channel, caller, canary, releases, reading, campaign, content, pattern
FROM views.signals
WHERE ($release IS NULL OR list_contains(releases, $release)) AND ($channel IS NULL OR channel = $channel)
    AND ($campaign IS NULL OR campaign = $campaign)
ORDER BY "at", file, row, canary
LIMIT $limit
