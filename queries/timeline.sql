-- The timeline of the case
-- answers: What happened on which day: lists, copies, claims, questions, documents and calls?
-- param party id = none: only what this party held, got, said or was asked
-- param since date = none: only from this day on
-- column day date: the day
-- column event text: what happened: list made, list exported, list obtained, copy handed over, copy ends, claim, relation, asked, deadline, answered, evidence, signals
-- column subject id: the dataset, release, claim or evidence
-- column party id: who held, got, said or was asked
-- column detail text: more about it: the claim's kind and value, the relation, the number of calls and messages
SELECT day, event, subject, party, detail FROM (
    SELECT created AS day, 'list made' AS event, dataset AS subject, holder AS party, origin AS detail FROM views.datasets
    UNION ALL SELECT exported, 'list exported', dataset, holder, origin FROM views.datasets
    UNION ALL SELECT obtained, 'list obtained', dataset, holder, origin FROM views.datasets
    UNION ALL SELECT date, 'copy handed over', release, recipient, purpose FROM views.releases
    UNION ALL SELECT ends, 'copy ends', release, recipient, purpose FROM views.releases
    UNION ALL SELECT said, 'claim', claim, party, concat_ws(' ', kind, value, dataset) FROM views.claims
    UNION ALL SELECT date, 'relation', to_party, from_party, concat_ws(', ', kind, basis) FROM views.relations
    UNION ALL SELECT asked, 'asked', NULL, party, NULL FROM views.replies
    UNION ALL SELECT deadline, 'deadline', NULL, party, NULL FROM views.replies
    UNION ALL SELECT answered, 'answered', NULL, party, NULL FROM views.replies
    UNION ALL SELECT acquired, 'evidence', evidence, NULL, kind FROM views.evidence
    UNION ALL SELECT h.day, 'signals', h.release, r.recipient, concat(h.channel, ': ', h.hits) FROM (
        SELECT day, channel, release, count(*) AS hits
        FROM (SELECT CAST("at" AS DATE) AS day, channel, unnest(releases) AS release FROM views.signals) GROUP BY ALL
    ) h JOIN views.releases r USING (release)
) events
WHERE day IS NOT NULL AND ($since IS NULL OR day >= $since)
    AND ($party IS NULL OR party = $party OR event = 'relation' AND subject = $party)
ORDER BY day, event, subject NULLS FIRST, party, detail
