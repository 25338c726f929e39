-- Attributions
-- answers: Which releases did a dataset come from?
-- param dataset id = none: only this dataset
-- param accused boolean = none: true for the accused only
-- column dataset id: the dataset that turned up
-- column release id: a copy that shares rows with it
-- column recipient id: who received that copy
-- column holder id: who holds the dataset
-- column client id: whose list the copy is of
-- column accused boolean: named at the stated error rate
-- column test text: the test that decides: canaries (that no other copy has) or draw (of the marks)
-- column error number: of that test: how likely a list that does not come from the copy would do so well
-- detail p_value number: code null
-- detail chance number: block null for so many of its canaries
-- detail e_value number: an audit figure, it never accuses
-- column canaries_seen count: canaries of the release in the dataset
-- column canaries_planted integer: canaries in the release
-- column rows_matched count: ordinary rows in common
-- column grade text: G0 to G5
-- column against list: what speaks against it
-- column reasons list: what speaks for it
-- column judgement text: a person's decision
SELECT a.dataset, a.release, a.recipient, s.holder, c.holder AS client, accused, test, error, p_value, chance, e_value,
    views._told(canaries_seen) AS canaries_seen, canaries_planted,
    views._told(rows_matched) AS rows_matched, grade, against, reasons, judgement
FROM views.attributions a
JOIN views.datasets s ON s.dataset = a.dataset
LEFT JOIN views.releases r ON r.release = a.release
LEFT JOIN views.datasets c ON c.dataset = r.dataset
WHERE ($dataset IS NULL OR a.dataset = $dataset) AND ($accused IS NULL OR accused = $accused)
ORDER BY a.dataset, accused DESC, p_value, chance, a.release
