-- evidence that could show who a protected party is: its own, what it acquired, said, handed over or is told of
SELECT DISTINCT id FROM (
    SELECT unnest(evidence) AS id FROM party WHERE list_contains($names, id)
    UNION ALL
    SELECT id FROM evidence WHERE list_contains($names, by_whom)
    UNION ALL
    SELECT unnest(evidence) FROM claim WHERE list_contains($names, party) OR list_contains($names, speaker)
    UNION ALL
    SELECT unnest(evidence) FROM relation WHERE list_contains($names, from_party) OR list_contains($names, to_party)
    UNION ALL
    SELECT unnest(evidence) FROM dataset WHERE list_contains($names, holder)
    UNION ALL
    SELECT unnest(evidence) FROM release WHERE list_contains($names, recipient)
)
ORDER BY id
