-- documents that could show who a protected party is: its own, what it acquired, said, handed over or is told of, and
-- those that name it; $names: its ids, names and aliases, $folded: the same in lower case
SELECT DISTINCT e.id, e.path
FROM (
    SELECT unnest(evidence) AS id FROM party WHERE list_contains($names, id)
    UNION ALL
    SELECT id FROM evidence WHERE list_contains($names, by_whom)
    UNION ALL
    SELECT unnest(evidence) FROM claim
    WHERE list_contains($names, party) OR list_contains($names, speaker) OR list_contains($names, about)
    UNION ALL
    SELECT unnest(evidence) FROM relation WHERE list_contains($names, from_party) OR list_contains($names, to_party)
    UNION ALL
    SELECT unnest(evidence) FROM dataset WHERE list_contains($names, holder)
    UNION ALL
    SELECT unnest(evidence) FROM release WHERE list_contains($names, recipient)
    UNION ALL
    SELECT id FROM evidence, (SELECT unnest($folded) AS name)
    WHERE length(name) > 2 AND contains(lower(concat_ws(' ', id, path, by_whom, text)), name)
) s
JOIN evidence e ON e.id = s.id
ORDER BY e.id
