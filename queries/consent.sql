-- Consent
-- answers: On what basis was each list collected, and on what basis was it or a copy of it used?
-- param party id = none: only lists and copies of this party
-- column what text: list or copy
-- column list id: the dataset or release
-- column party id: the holder or recipient
-- column client id: whose list a copy is of
-- column collected_under text: lawful basis of collection, as stated
-- column used_under text: lawful basis of use, as stated
-- column state text: stated, bundled in terms, use without a stated basis, used beyond what was public, no basis, refused, not stated
-- column refusals id: a list of refusals that has people in common with it
-- column refused integer: these people
-- column refused_before integer: those who had refused before its day, as in after-refusal, where that day is known
-- column purged date: when the contents of the list, or of the list that it is a copy of, were removed
SELECT c.what, c.list, c.party, c.client, c.collected_under, c.used_under, c.state, i.refusals, i.people AS refused, i.before AS refused_before,
    CAST(d.purged_at AS DATE) AS purged
FROM views.consent c LEFT JOIN views.refused_inside i ON c.what = 'list' AND i.dataset = c.list
LEFT JOIN views.releases r ON c.what = 'copy' AND r.release = c.list
LEFT JOIN views.datasets d ON d.dataset = CASE WHEN c.what = 'copy' THEN r.dataset ELSE c.list END
WHERE $party IS NULL OR c.party = $party OR c.client = $party
ORDER BY c.what DESC, c.list, i.refusals
