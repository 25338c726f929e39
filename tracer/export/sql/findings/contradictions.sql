SELECT what, about, claim_kind AS kind, claim_a, claim_b, party_a, party_b, value_a, value_b, said_a, said_b
FROM views.contradictions
ORDER BY what, about, claim_kind, claim_a, claim_b
