-- Comparisons without showing
-- answers: What was compared blindly, with whom, and what came of it?
-- param party id = none: only comparisons with this party
-- column exchange text: the comparison
-- column side text: offered, answered or fingerprints
-- column party id: the other side
-- column datasets list: our lists that were compared
-- column identifiers integer: our identifiers
-- column other_identifiers integer: the other side's, where known
-- column shared count: identifiers in both, where it was revealed
-- column counted_only boolean: whether only the number was revealed, not which
-- column dataset id: the blind dataset that it became
-- column made_at moment: when our file was written
-- column finished_at moment: when the answer was imported
SELECT exchange, side, party, datasets, identifiers, other_identifiers,
    CASE WHEN small THEN views._told(NULL) ELSE CAST(shared AS VARCHAR) END AS shared, counted_only, dataset, made_at, finished_at
FROM views.blind
WHERE $party IS NULL OR party = $party
ORDER BY made_at, exchange, side
