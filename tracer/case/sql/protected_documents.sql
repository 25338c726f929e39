-- every document: whether it is a protected party's (its own, what it acquired, said, handed over or is named in), and
-- the words in which it, or who spoke in it, may name one; $names: ids, names and aliases of protected parties
SELECT e.id, e.path, e.sha256, d.id IS NOT NULL AS certain, concat_ws(' | ', e.id, e.path, e.by_whom, e.text, s.words) AS words
FROM evidence e
LEFT JOIN (
    SELECT unnest(evidence) AS id FROM party WHERE list_contains($names, id)
    UNION
    SELECT unnest(evidence) FROM claim WHERE list_contains($names, party) OR list_contains($names, about)
    UNION
    SELECT unnest(evidence) FROM relation WHERE list_contains($names, from_party) OR list_contains($names, to_party)
    UNION
    SELECT unnest(evidence) FROM dataset WHERE list_contains($names, holder)
    UNION
    SELECT unnest(evidence) FROM release WHERE list_contains($names, recipient)
    UNION
    SELECT unnest(evidence) FROM withdrawn_release WHERE list_contains($names, recipient)
    UNION
    SELECT unnest(evidence) FROM claim WHERE list_contains($names, speaker)
    UNION
    SELECT id FROM evidence WHERE list_contains($names, by_whom)
) d ON d.id = e.id
LEFT JOIN (
    SELECT id, string_agg(speaker, ' | ' ORDER BY speaker) AS words
    FROM (SELECT unnest(evidence) AS id, speaker FROM claim)
    GROUP BY id
) s ON s.id = e.id
ORDER BY e.id
