-- Resale chains
-- answers: Through which parties did lists travel, and when?
-- param party id = none: only chains through this party
-- column chain list: party ids, giver first
-- column datasets list: the datasets behind the chain
-- column grade text: of its weakest step
-- column first_seen date: the earliest day
-- column last_seen date: the latest day
-- column probability number: of its least sure step; the whole chain is at most as sure
SELECT parties AS chain, datasets, grade, first_seen, last_seen, probability
FROM views.chains
WHERE $party IS NULL OR list_contains(parties, $party)
ORDER BY grade DESC, len(parties) DESC, parties, datasets
