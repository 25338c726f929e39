-- Everything that ties two ends. $a and $b are the ids themselves; $a_lists and $b_lists the datasets they stand for,
-- $a_parties and $b_parties the parties. Each section is one statement over the documented views.

-- section: derivations
SELECT parent, child, kind, probability, grade, shared, parent_contacts, child_contacts, share_of_child, via, reasons, against,
    weights, judgement, without_judgement, judged_by, judged_on, note, small
FROM views.derivations
WHERE (list_contains($a_lists, parent) AND list_contains($b_lists, child))
    OR (list_contains($b_lists, parent) AND list_contains($a_lists, child))
ORDER BY probability DESC, parent, child;

-- section: pairs
SELECT * FROM views.pairs
WHERE (list_contains($a_lists, a) AND list_contains($b_lists, b)) OR (list_contains($b_lists, a) AND list_contains($a_lists, b))
ORDER BY a, b;

-- section: overlaps
SELECT a, b, shared, a_contacts, b_contacts, expected, excess, p_value, small
FROM views.overlaps
WHERE (list_contains($a_lists, a) AND list_contains($b_lists, b)) OR (list_contains($b_lists, a) AND list_contains($a_lists, b))
ORDER BY a, b;

-- section: vintages
SELECT client, source, dataset, from_day, to_day, best, rate, matched, later, later_seen, gone, gone_seen, releases, dates,
    probability, reasons, against
FROM views.vintages
WHERE list_contains($b_lists, dataset) AND client IN (SELECT holder FROM views.datasets WHERE origin = 'own' AND list_contains($a_lists, dataset))
    OR list_contains($a_lists, dataset) AND client IN (SELECT holder FROM views.datasets WHERE origin = 'own' AND list_contains($b_lists, dataset))
ORDER BY client, source, dataset;

-- section: alias_origins
SELECT dataset, origin, party, votes, addresses, share, low, high, background, p_value, stated, reasons, against
FROM views.alias_origins
WHERE stated AND (
    list_contains($a_lists, dataset) AND list_contains($b_parties, party)
    OR list_contains($b_lists, dataset) AND list_contains($a_parties, party)
    OR (list_contains($a_lists, dataset) OR list_contains($b_lists, dataset)) AND origin IN (
        SELECT x.origin FROM views.alias_origins x JOIN views.alias_origins y ON x.origin = y.origin
        WHERE x.stated AND y.stated AND list_contains($a_lists, x.dataset) AND list_contains($b_lists, y.dataset)))
ORDER BY dataset, p_value, origin;

-- section: attributions
SELECT dataset, release, recipient, (SELECT d.holder FROM views.datasets d WHERE d.dataset = a.dataset) AS holder, accused, p_value, chance, e_value, canaries_seen, canaries_planted, rows_matched, grade,
    reasons, against, judgement
FROM views.attributions a
WHERE (release = $a AND list_contains($b_lists, dataset)) OR (release = $b AND list_contains($a_lists, dataset))
    -- a client's list is not what a recipient had of it
    OR ((list_contains($a_parties, recipient) AND dataset = $b OR list_contains($b_parties, recipient) AND dataset = $a)
        AND NOT EXISTS (FROM views.releases r JOIN views.datasets c ON c.dataset = r.dataset JOIN views.datasets s ON s.holder = c.holder
            WHERE r.release = a.release AND s.dataset = a.dataset))
    -- hashes are compared with the lists of copies alone: what is found of the copies of one list in the other
    OR ((accused OR list_has_any(list_transform(reasons, reason -> reason.code), ['attribution-copy-unknown']))
        AND NOT EXISTS (FROM views.releases WHERE release IN ($a, $b))
        AND EXISTS (FROM views.releases r WHERE r.release = a.release
            AND (list_contains($a_lists, r.dataset) AND list_contains($b_lists, a.dataset)
                OR list_contains($b_lists, r.dataset) AND list_contains($a_lists, a.dataset))
            AND NOT EXISTS (FROM views.overlaps o WHERE (o.a = r.dataset AND o.b = a.dataset) OR (o.b = r.dataset AND o.a = a.dataset))))
ORDER BY accused DESC, p_value, chance, dataset, release;

-- section: retention
SELECT vendor, client, release, dataset, seen_in, seen_with, first_seen, reading, after_end, probability, grade, reasons,
    against, judgement, without_judgement, judged_by, judged_on, note
FROM views.retention
WHERE list_contains([vendor, client, release, dataset, seen_in, seen_with], $a)
    AND list_contains([vendor, client, release, dataset, seen_in, seen_with], $b)
ORDER BY probability DESC, vendor, release, seen_in;

-- section: relations
SELECT kind, from_party, to_party, date, basis, evidence
FROM views.relations
WHERE (list_contains($a_parties, from_party) AND list_contains($b_parties, to_party))
    OR (list_contains($b_parties, from_party) AND list_contains($a_parties, to_party))
ORDER BY date, kind, from_party, to_party;

-- section: claims
SELECT claim, party, about, dataset, kind, value, said, speaker, channel, quote, verdict, p_value, numbers, alternatives,
    grade, evidence
FROM views.claims
WHERE list_contains([claim, party, about, dataset], $a) AND list_contains([claim, party, about, dataset], $b)
ORDER BY claim;

-- section: refusals
SELECT * FROM views.after_refusal WHERE refusals IN ($a, $b) AND of IN ($a, $b) ORDER BY what, of;

-- section: said
SELECT claim, party, about, dataset, kind, value, said, speaker, channel, quote, verdict, p_value, alternatives, grade, evidence
FROM views.claims
WHERE (list_contains($a_lists, dataset) OR list_contains($b_lists, dataset)) AND verdict NOT IN ('untested', 'untestable')
    AND NOT (list_contains([claim, party, about, dataset], $a) AND list_contains([claim, party, about, dataset], $b))
ORDER BY verdict = 'contradicted' DESC, claim;

-- section: releases
SELECT release, dataset, recipient, date, ends, purpose, use_basis, canaries, withheld, commitment, evidence
FROM views.releases
WHERE list_contains([release, dataset, recipient], $a) AND list_contains([release, dataset, recipient], $b)
    OR release IN ($a, $b)
ORDER BY date, release;

-- section: chains
SELECT parties, datasets, grade, first_seen, last_seen, probability, judgement, without_judgement, judged_by, judged_on, note
FROM views.chains
WHERE (list_contains(parties, $a) OR list_contains(datasets, $a)) AND (list_contains(parties, $b) OR list_contains(datasets, $b))
ORDER BY grade DESC, parties, datasets;

-- section: ways
SELECT ancestor, dataset, sum(probability) AS probability
FROM views.generations
WHERE list_contains($a_lists, ancestor) AND list_contains($b_lists, dataset)
    OR list_contains($b_lists, ancestor) AND list_contains($a_lists, dataset)
GROUP BY ancestor, dataset
ORDER BY ancestor, dataset;

-- section: hidden
SELECT hidden, parents, children, contacts, probability, reasons
FROM views.hidden
WHERE (hidden = $a AND (list_contains(children, $b) OR list_contains(parents, $b)))
    OR (hidden = $b AND (list_contains(children, $a) OR list_contains(parents, $a)))
    OR (hidden = $a AND $a = $b)
    OR (list_has_any(children, $a_lists) AND list_has_any(children || parents, $b_lists))
    OR (list_has_any(children, $b_lists) AND list_has_any(parents, $a_lists))
ORDER BY hidden;

-- section: explanations
SELECT giver, taker, kind, through, probability
FROM views.explanations
WHERE giver <> taker AND ((list_contains($a_lists, giver) AND list_contains($b_lists, taker)) OR (list_contains($b_lists, giver) AND list_contains($a_lists, taker)))
ORDER BY least(giver, taker), greatest(giver, taker), probability DESC, kind, giver;

-- section: other_copies
SELECT release, vendor, seen_in, probability, grade
FROM views.retention
WHERE seen_in IN ($a, $b) AND release NOT IN ($a, $b) AND probability >= 0.01
    AND dataset IN (SELECT y.dataset FROM views.datasets x JOIN views.datasets y ON y.holder = x.holder
        WHERE x.dataset IN (SELECT dataset FROM views.releases WHERE release IN ($a, $b)))
ORDER BY probability DESC, release;

-- section: canaries
SELECT canary, kind, releases, seen_in
FROM views.canaries
WHERE (list_contains(releases, $a) AND list_has_any(seen_in, $b_lists)) OR (list_contains(releases, $b) AND list_has_any(seen_in, $a_lists))
    OR (list_contains(seen_in, $a) AND list_contains(seen_in, $b))
ORDER BY canary;

-- section: dates
SELECT dataset, holder, obtained, created, exported, living, origin, rows, contacts, CAST(purged_at AS DATE) AS purged
FROM views.datasets
WHERE dataset IN ($a, $b)
ORDER BY dataset;

-- section: other_sources
SELECT parent, child, probability, grade, shared
FROM views.derivations
WHERE probability >= 0.05 AND child IN ($a, $b) AND parent NOT IN ($a, $b)
ORDER BY probability DESC, parent, child;

-- section: judgements
SELECT a, b, verdict, note, "at", who
FROM views.judgements
WHERE (a = $a AND b = $b) OR (a = $b AND b = $a)
ORDER BY judgement;

-- section: replies
SELECT party, state, asked, deadline, answered, text
FROM views.replies
WHERE list_contains($a_parties, party) OR list_contains($b_parties, party)
ORDER BY party, asked;
