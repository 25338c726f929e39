-- Resale chains
-- answers: Through which parties did lists travel, and when?
-- param party id = none: only chains through this party
-- column chain list: party ids, giver first
-- column datasets list: the datasets behind the chain
-- column grade text: of its weakest step
-- column first_seen date: the earliest day
-- column last_seen date: the latest day
-- column probability number: that all its steps are true; a step that a copy on record explains is as sure as that it came from that copy
-- column judgement text: a person's decision on one of its steps, or on one that sends it this way
-- column without_judgement number: the probability without what persons have judged; null where it rests on none, or would go another way
-- column judged_by text: who decided
-- column judged_on date: on which day
-- column note text: why
SELECT parties AS chain, datasets, grade, first_seen, last_seen, probability, judgement, without_judgement,
    judged_by, judged_on, note
FROM views.chains
WHERE $party IS NULL OR list_contains(parties, $party)
ORDER BY grade DESC, len(parties) DESC, parties, datasets
