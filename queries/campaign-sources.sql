-- Sources of campaigns
-- answers: How likely is each source of a campaign's numbers: copies, databases, the register, background?
-- param campaign text = none: only this campaign
-- column campaign text: id
-- column kind text: background, release, merge, intersection, client, register or planted
-- column releases list: the copies
-- column client id: whose database or register
-- column probability number: posterior
SELECT campaign, kind, releases, client, probability
FROM views.campaign_sources
WHERE ($campaign IS NULL OR campaign = $campaign) AND probability >= 0.05
ORDER BY length(campaign), campaign, probability DESC, kind, releases, client
