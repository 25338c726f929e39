-- Contradictions
-- answers: Which statements contradict each other, or the data?
-- param about id = none: only what is said about this party
-- column what text: two values, two origins, or claim against data
-- column about id: whose goods
-- column kind text: what is claimed
-- column claim_a id: one claim
-- column claim_b id: the other; none where it is the data
-- column party_a id: who said the one
-- column party_b id: who said the other
-- column speaker_a text: through whom
-- column speaker_b text: through whom
-- column value_a scalar: what the one says
-- column value_b scalar: what the other says, or the verdict
-- column said_a date: when
-- column said_b date: when
-- column factor number: how many times the larger number is the smaller
SELECT what, about, claim_kind AS kind, claim_a, claim_b, party_a, party_b, speaker_a, speaker_b, value_a, value_b, said_a,
    said_b, factor
FROM views.contradictions
WHERE $about IS NULL OR about = $about
ORDER BY what, about, claim_kind, claim_a, claim_b
